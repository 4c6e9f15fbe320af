#include "capabilities.hpp"

#include "questions/catalog.hpp"
#include "questions/rights.hpp"
#include "remedies.hpp"
#include "versions.hpp"
#include "warnings.hpp"

namespace dwopt::postgres {
namespace {

using State = Capability::State;

struct Findings {
    Server server;
    Rights rights;
    std::map<std::string, std::string> settings;
    bool pooled = false;
    std::string host;

    [[nodiscard]] std::string setting(const std::string& name) const {
        const auto found = settings.find(name);
        return found == settings.end() ? "" : found->second;
    }
    [[nodiscard]] const std::string& role() const { return server.state.role; }
};

Capability fine(std::string name, std::string detail) { return {std::move(name), State::ok, std::move(detail), "", ""}; }

Capability connection(const Findings& found) {
    const std::string where = fmt::format("database '{}' on '{}' as '{}'", found.server.state.target.database, found.host, found.role());
    if (!found.rights.tls.empty()) return fine("connection", fmt::format("{}, {}", where, found.rights.tls));
    if (found.host.empty() || found.host.front() == '/') return fine("connection", where + ", local socket");
    return {"connection", State::limited, where + ", without TLS",
            "Passwords, statement texts and column statistics cross the network in the clear.",
            "Set sslmode=require in the connection string, and ssl = on in postgresql.conf."};
}

Capability version(const Findings& found) {
    const int number = found.server.state.target.server_version_num;
    const std::string text = fmt::format("PostgreSQL {}.{}", number / 10000, number % 10000);
    if (found.server.major <= newest_version) {
        return fine("server version", fmt::format("{} ({} to {} are supported, {} is the tested one)", text, oldest_version,
                                                  newest_version, tested_version));
    }
    return {"server version", State::limited, text, "Statistics that are new in this version are not read.", "Look for a newer dwopt."};
}

Capability pooler(const Findings& found) {
    if (!found.pooled) return fine("direct session", "no pooler in between");
    return {"direct session", State::limited, "a pooler stands in between",
            "What lives in a session (what-if indexes, locks, deployments) cannot be used through it.",
            "Give dwopt a connection string that leads to the server itself."};
}

Capability monitor(const Findings& found) {
    if (found.server.reads_all_stats && found.server.reads_all_settings) return fine("pg_monitor", "");
    return {"pg_monitor", State::missing, fmt::format("role '{}' is no member", found.role()),
            "Statements and activity of other users, and some settings, are hidden.", grant("pg_monitor", found.role())};
}

std::string install(const Findings& found, const std::string& name, const std::string& package) {
    if (found.rights.available.count(name) != 0) return fmt::format("CREATE EXTENSION {};", name);
    return fmt::format("-- first install its files where the server runs (Debian: apt-get install {})\nCREATE EXTENSION {};",
                       fmt::format(fmt::runtime(package), found.server.major), name);
}

std::string preload_and_install(const Findings& found, const std::string& name, const std::string& package, bool loaded) {
    std::string remedy;
    if (!loaded) {
        remedy = found.server.reads_all_settings
                     ? preload(found.setting("shared_preload_libraries"), name)
                     : fmt::format("-- add {} to shared_preload_libraries in postgresql.conf and restart the server", name);
    }
    if (found.server.extension(name) == nullptr) remedy += (remedy.empty() ? "" : "\n") + install(found, name, package);
    return remedy;
}

Capability statements(const Findings& found, pq::Connection& line) {
    const std::string name = "pg_stat_statements";
    const std::string without = "dwopt does not know which statements run: no patterns, no advice but rules.";
    const bool loaded = !found.setting("pg_stat_statements.max").empty();
    const Extension* extension = found.server.extension(name);
    if (extension == nullptr || !loaded) {
        return {name, State::missing, loaded ? "loaded, not installed in this database" : "not loaded by the server", without,
                preload_and_install(found, name, "postgresql-contrib", loaded)};
    }
    StatementCapacity capacity;
    try {
        capacity = ask_statement_capacity(line, found.server);
    } catch (const pq::SqlError& error) {
        if (error.kind() != ErrorKind::privilege) throw;
        return {name, State::missing, fmt::format("version {}, {}", extension->version, error.what()), without,
                grant_usage(extension->schema, found.role())};
    }
    const std::string detail = fmt::format("version {}, {} of {} entries, {} evictions in {:.1f} days, track = {}", extension->version,
                                           capacity.entries, found.setting("pg_stat_statements.max"), capacity.dealloc,
                                           capacity.days, found.setting("pg_stat_statements.track"));
    if (statements_version(extension->version) < statements_version(statements_extension(found.server.major))) {
        return {name, State::limited, detail, "Newer counters of statements are missing.", "ALTER EXTENSION pg_stat_statements UPDATE;"};
    }
    if (found.setting("pg_stat_statements.track") == "none") {
        return {name, State::limited, detail, without, set_and_reload("pg_stat_statements.track", "'top'")};
    }
    // Each eviction throws out a twentieth of the entries; more than a few a day lose what runs rarely.
    if (capacity.dealloc > 10 && static_cast<double>(capacity.dealloc) > 4 * capacity.days) {
        return {name, State::limited, detail, "Statements that run rarely are forgotten before they are counted twice.",
                "ALTER SYSTEM SET pg_stat_statements.max = 20000;\n-- takes effect when the server is restarted"};
    }
    if (capacity.hidden > 0) {
        return {name, State::limited, fmt::format("{}, {} hidden from this role", detail, capacity.hidden),
                "The texts of other users' statements are not shown, so they become one lump.", grant("pg_monitor", found.role())};
    }
    return fine(name, detail);
}

Capability switched(const Findings& found, const std::string& setting, const std::string& without) {
    if (found.setting(setting) != "off") return fine(setting, found.setting(setting));
    return {setting, State::missing, "off", without, set_and_reload(setting, "on")};
}

Capability column_statistics(const Findings& found) {
    const Rights& rights = found.rights;
    const std::int64_t seen = rights.readable - rights.row_security;
    const std::string detail = fmt::format("{} of {} tables", seen, rights.tables);
    if (seen == rights.tables) return fine("column statistics", detail);
    std::string remedy;
    if (rights.readable < rights.tables) remedy = grant_reading(found.server.major, rights.unreadable_schemas, found.role());
    if (rights.row_security > 0) {
        remedy += fmt::format("{}ALTER ROLE {} BYPASSRLS;", remedy.empty() ? "" : "\n", model::quote_identifier(found.role()));
    }
    return {"column statistics", seen == 0 ? State::missing : State::limited, detail,
            "pg_stats shows nothing of the others, so advice on them knows no selectivity.", remedy};
}

Capability derived_statistics(const Findings& found) {
    const char* name = "derived statistics";
    const Rights& rights = found.rights;
    const std::string detail = fmt::format("{} of {} expression indexes and extended statistics", rights.derived_readable, rights.derived);
    if (rights.derived_readable == rights.derived) return fine(name, detail);
    return {name, rights.derived_readable == 0 ? State::missing : State::limited, detail,
            "What was gathered on expressions, or on several columns together, stays hidden from the planner twin.",
            found.server.major >= 14 ? grant("pg_read_all_data", found.role()) : ""};
}

// What the planner finds at the ends of an index, for a planner twin.
Capability index_ends(const Findings& found, pq::Connection& line) {
    const char* name = "index ends";
    if (may_stop_counting(line)) return fine(name, "looked at without being counted as use");
    const bool grantable = found.server.major >= 15;
    return {name, State::limited, "of constraints only, as looking would count as use", "Beyond the edge of a histogram a planner twin may be off.",
            grantable ? grant("SET ON PARAMETER track_counts", found.role()) : ""};
}

Capability optional_extension(const Findings& found, const std::string& name, const std::string& package, const std::string& without,
                              bool needs_preload) {
    if (const Extension* extension = found.server.extension(name)) return fine(name, "version " + extension->version);
    return {name, State::missing, found.rights.available.count(name) != 0 ? "available, not installed" : "not available", without,
            needs_preload ? preload_and_install(found, name, package, found.setting("shared_preload_libraries").find(name) != std::string::npos)
                          : install(found, name, package)};
}

Capability reading_role(const Findings& found) {
    if (!found.server.state.superuser) return fine("planning role", fmt::format("'{}', no superuser", found.role()));
    if (found.rights.reader_role) return fine("planning role", "'dwopt_reader'");
    std::string remedy = "CREATE ROLE dwopt_reader NOLOGIN;\n" + grant("pg_monitor", "dwopt_reader");
    const std::string reading = grant_reading(found.server.major, found.rights.unreadable_schemas, "dwopt_reader");
    if (!reading.empty()) remedy += "\n" + reading;
    return {"planning role", State::limited, fmt::format("'{}' is a superuser, and there is no role 'dwopt_reader'", found.role()),
            "What-if planning is refused: planning a captured statement can run a user's function, as a superuser.", remedy};
}

Capability ownership(const Findings& found) {
    const Rights& rights = found.rights;
    const std::string detail = fmt::format("may build indexes on {} of {} tables", rights.owned, rights.tables);
    if (rights.owned == rights.tables) return fine("deploying", detail);
    std::string remedy;
    for (const std::string& owner : rights.other_owners) {
        remedy += (remedy.empty() ? "" : "\n") + grant(model::quote_identifier(owner), found.role());
    }
    return {"deploying", rights.owned == 0 ? State::missing : State::limited, detail,
            "'apply' cannot change the others as this role; it may use another one (deploy.dsn or deploy.role in the configuration).", remedy};
}

Capability replication(const Findings& found) {
    if (found.server.state.in_recovery) {
        return {"primary", State::limited, "this server is a standby", "'apply' works on the primary only; the use of indexes is counted per server.",
                "Give 'apply' the primary's connection string (deploy.dsn in the configuration)."};
    }
    return fine("primary", fmt::format("{} standbys connected", found.rights.standbys));
}

}  // namespace

std::vector<Capability> list_capabilities(pq::Connection& line) {
    const Findings found{ask_server(line), ask_rights(line),
                         ask_values(line, {"shared_preload_libraries", "track_io_timing", "track_counts", "pg_stat_statements.max",
                                           "pg_stat_statements.track", "track_activity_query_size"}),
                         line.pooled(), line.host()};
    return {connection(found), version(found), pooler(found), replication(found), monitor(found), statements(found, line),
            switched(found, "track_io_timing", "Time spent on reading and writing is not known, only blocks are."),
            switched(found, "track_counts", "The use of tables and indexes is not counted, and autovacuum does not work."),
            fine("track_activity_query_size", found.setting("track_activity_query_size") + " bytes of each running statement are shown"),
            column_statistics(found), derived_statistics(found), index_ends(found, line),
            optional_extension(found, "hypopg", "postgresql-{}-hypopg", "No what-if indexes on this server: advice is by rules, graded heuristic.", false),
            optional_extension(found, "pg_stat_kcache", "postgresql-{}-pg-stat-kcache", "CPU time and real disk reads of statements are not known.", true),
            optional_extension(found, "pg_qualstats", "postgresql-{}-pg-qualstats", "Which conditions filter how much is estimated, not counted.", true),
            optional_extension(found, "pgstattuple", "postgresql-contrib", "Bloat is estimated, not measured.", false),
            reading_role(found), ownership(found)};
}

}  // namespace dwopt::postgres
