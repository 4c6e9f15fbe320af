#include "warnings.hpp"

#include "remedies.hpp"
#include "versions.hpp"

namespace dwopt::postgres {
namespace {

std::string doctor(std::string_view what) { return fmt::format("Run 'dwopt doctor' to see {}.", what); }

std::string listed(const std::vector<RelationName>& names) {
    constexpr std::size_t shown = 3;
    std::string list;
    for (std::size_t i = 0; i < names.size() && i < shown; ++i) {
        list += fmt::format("{}'{}'", i == 0 ? "" : ", ", model::shown(names[i]));
    }
    return names.size() > shown ? fmt::format("{} and {} more", list, names.size() - shown) : list;
}

}  // namespace

Warning statements_not_installed() {
    return {"statements_missing", "extension 'pg_stat_statements' is not installed in this database, so no statement is known",
            doctor("the SQL that installs it")};
}

Warning statements_not_available(const pq::SqlError& error) {
    return {"statements_missing", fmt::format("'pg_stat_statements' does not answer, so no statement is known: {}", error.what()),
            doctor("what it needs")};
}

Warning texts_lost(std::size_t count) {
    return {"statement_texts_lost", fmt::format("the server has lost the texts of {} statements", count),
            "Look for 'pg_stat_statements' in the server's log; a call of pg_stat_statements_reset() begins a new text file."};
}

Warning texts_unreadable(const pq::SqlError& error) {
    return {"statement_texts_unreadable", fmt::format("the server cannot give the texts of statements: {}", error.what()),
            "One of another database does not convert to this one's encoding; a call of pg_stat_statements_reset() removes it."};
}

void warn_of_hidden(const std::vector<StatementText>& hidden, const Server& server, std::vector<Warning>& warnings) {
    if (hidden.empty()) return;
    warnings.push_back({"statements_hidden", fmt::format("the statements of {} other users are hidden from role '{}'", hidden.size(),
                                                         server.state.role),
                        fmt::format("Let an administrator run: {}", grant("pg_monitor", server.state.role))});
}

void warn_of_rights(const Server& server, const CatalogAnswer& catalog, std::vector<Warning>& warnings) {
    if (!server.reads_all_stats) {
        warnings.push_back({"monitor_missing", fmt::format("role '{}' sees only its own activity and statements", server.state.role),
                            fmt::format("Let an administrator run: {}", grant("pg_monitor", server.state.role))});
    }
    std::size_t hidden = 0;
    for (const auto& [oid, facts] : catalog.reading.facts) hidden += facts.readable ? 0 : 1;
    if (hidden > 0) {
        warnings.push_back({"statistics_hidden", fmt::format("the column statistics of {} of {} tables cannot be read by role '{}'", hidden,
                                                             catalog.reading.facts.size(), server.state.role),
                            doctor("the grants that show them")});
    }
    if (!catalog.locked.empty()) {
        warnings.push_back({"tables_locked", fmt::format("tables are locked exclusively and were left out: {}", listed(catalog.locked)),
                            "Run 'dwopt collect' again when the lock is released."});
    } else if (catalog.reading.sizes_estimated) {
        warnings.push_back({"sizes_estimated", "the sizes of some relations are estimated from their page counts, as they are locked",
                            "Run 'dwopt collect' again when the lock is released."});
    }
}

void warn_of_settings(pq::Connection& connection, const Server& server, std::vector<Warning>& warnings) {
    auto values = ask_values(connection, {"track_io_timing", "track_counts", "pg_stat_statements.track"});
    if (values["track_io_timing"] == "off") {
        warnings.push_back({"io_timing_off", "'track_io_timing' is off, so time spent on reading and writing is not known",
                            doctor("the SQL that turns it on")});
    }
    if (values["track_counts"] == "off") {
        warnings.push_back({"counts_off", "'track_counts' is off, so the use of tables and indexes is not counted",
                            doctor("the SQL that turns it on")});
    }
    if (values["pg_stat_statements.track"] == "none") {
        warnings.push_back({"statements_untracked", "'pg_stat_statements.track' is none, so no statement is counted",
                            doctor("the SQL that turns it on")});
    }
    const Extension* extension = server.extension("pg_stat_statements");
    if (extension != nullptr && statements_version(extension->version) < statements_version(statements_extension(server.major))) {
        warnings.push_back({"statements_outdated", fmt::format("extension 'pg_stat_statements' is of version {}, and {} is there", extension->version,
                                                               statements_extension(server.major)),
                            "Let its owner run: ALTER EXTENSION pg_stat_statements UPDATE;"});
    }
    if (server.major > newest_version) {
        warnings.push_back({"version_untested", fmt::format("PostgreSQL {} is newer than what dwopt knows ({} to {})", server.major,
                                                            oldest_version, newest_version),
                            "Look for a newer dwopt."});
    }
}

}  // namespace dwopt::postgres
