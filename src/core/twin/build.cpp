// From an image to a server, in the order that the server's own habits ask for: schema on empty tables, where nothing takes
// long; figures and statistics into the catalog; then, with the server stopped and its buffers gone, the files.
#include "twin/twin.hpp"

#include "contents.hpp"
#include "files.hpp"
#include "load.hpp"
#include "server.hpp"
#include "state.hpp"
#include "whatif_schema.hpp"

#include "json/storage.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>

namespace dwopt::twin {
namespace {

namespace fs = std::filesystem;

constexpr int image_format = 3;  // counts up when an old twin must not be reused though its image is the same

constexpr std::int64_t most_pages = 0xFFFFFFFE;  // MaxBlockNumber

struct RelationFile {
    fs::path file;  // below the data directory; empty: no storage
    char kind = 'r';
    std::string method;
};

pq::ConnectionOptions patient(pq::ConnectionOptions options) {
    options.statement_timeout = Duration{0};
    options.lock_timeout = Duration{0};
    return options;
}

pq::ConnectionOptions limited(pq::ConnectionOptions options) {
    options.statement_timeout = std::chrono::seconds(60);  // an expression in a foreign schema may never end
    return options;
}

std::map<RelationName, RelationFile> relation_files(pq::Connection& admin) {
    std::map<RelationName, RelationFile> files;
    const auto rows = admin.query(R"sql(
select n.nspname, c.relname, c.relkind, pg_catalog.pg_relation_filepath(c.oid), m.amname
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace left join pg_catalog.pg_am m on m.oid = c.relam
where c.oid >= 16384 and c.relkind in ('r', 'm', 'i') and n.nspname !~ '^pg_')sql");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        files[{rows.text(row, 0), rows.text(row, 1)}] = {rows.text(row, 3), rows.text(row, 2).front(), rows.text(row, 4)};
    }
    return files;
}

void create_roles(pq::Connection& admin) {
    admin.execute(fmt::format("CREATE ROLE {0} LOGIN; CREATE ROLE {1} LOGIN; ALTER ROLE {1} SET default_transaction_read_only = on; ALTER DATABASE postgres OWNER TO {0}",
                              schema_role, planner_role));
    if (admin.server_version_num() >= 140000) admin.execute(fmt::format("GRANT pg_read_all_data, pg_write_all_data TO {}", planner_role));
}

// Before version 14 there are no roles for that. EXPLAIN asks for the rights that the statement would need.
void grant_all(pq::Connection& admin) {
    if (admin.server_version_num() >= 140000) return;
    const auto schemas = admin.query("select nspname from pg_catalog.pg_namespace where nspname !~ '^(pg_|dwopt_)' and nspname <> 'information_schema'");
    for (std::size_t row = 0; row < schemas.rows(); ++row) {
        admin.execute(fmt::format("GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO {1}",
                                  model::quote_identifier(schemas.text(row, 0)), planner_role));
    }
}

// `stood`: they may have been of another length.
void shape_files(const std::vector<RelationFigures>& figures, const std::map<RelationName, RelationFile>& files, const Server& server, bool stood, const std::function<void()>& pause) {
    for (const auto& figure : figures) {
        pause();
        const auto found = files.find(figure.name);
        if (found == files.end() || found->second.file.empty()) continue;
        const auto path = server.place().data / found->second.file;
        const std::int64_t pages = std::min(figure.bytes ? figure.bytes->value / block_size : figure.pages, most_pages);
        if (stood && pages < length(path)) {
            const bool heap = found->second.kind != 'i';
            if (!heap && (found->second.method != "btree" || pages <= 1)) throw Error(ErrorKind::failed, "an index that became so small must be made anew");
            cut(path, pages);
        }
        if (found->second.method == "btree" && pages > 1) {
            raise_btree(path, figure.height.value_or(guessed_height(pages)), server.account());
        }
        extend(path, pages, server.account());
    }
}

class Building {
  public:
    Building(const TwinImage& image, Server& server, Progress& progress, const Cancellation& cancel)
        : image_(image), server_(server), progress_(progress), cancel_(cancel) {}

    TwinReport run() {
        step("starting a private server", 0);
        const Locale locale{setting("lc_collate", "C.UTF-8"), setting("lc_ctype", "C.UTF-8"), setting("icu_locale", "")};
        if (!server_.initialise(locale)) {
            warn({{"twin_locale", fmt::format("this machine does not have the warehouse's locale '{}', so texts sort differently on the planner twin",
                                              locale.icu.empty() ? locale.collate : locale.icu),
                   "Install it (Debian: the package locales-all)."}});
        }
        server_.start();
        std::map<RelationName, RelationFile> files;
        {
            pq::Connection admin(patient(server_.connection(superuser)));
            create_roles(admin);
            create_schema(admin);
            files = fill(admin, image_.statistics);
        }
        shape(files, false);
        return std::move(report_);
    }

    // The same schema with other figures and statistics.
    TwinReport refresh(const TwinReport& before) {
        const bool partial = std::any_of(before.warnings.begin(), before.warnings.end(), [](const Warning& warning) { return warning.code == "twin_statistics_partial"; });
        for (const auto& warning : before.warnings) {
            if (warning.code == "twin_object_missing" || warning.code == "twin_locale") report_.warnings.push_back(warning);
        }
        std::map<RelationName, RelationFile> files;
        {
            pq::Connection admin(patient(server_.connection(superuser)));
            clear_whatif(admin);
            admin.execute("ALTER DATABASE postgres RESET ALL");
            admin.execute("delete from pg_catalog.pg_statistic_ext_data");
            if (partial) remember_statistics(admin, {});  // all are loaded anew, to tell again what could not be
            files = fill(admin, take_changed_statistics(admin, image_));
        }
        shape(files, true);
        return std::move(report_);
    }

  private:
    void step(const char* what, double fraction) {
        if (cancel_.requested()) throw Error(ErrorKind::interrupted, "interrupted; no planner twin was left behind");
        progress_.update(what, fraction);
    }
    [[nodiscard]] std::string setting(std::string_view name, const char* otherwise) const {
        for (const auto& setting : image_.settings) {
            if (setting.name == name && !setting.value.empty()) return setting.value;
        }
        return otherwise;
    }
    void warn(std::vector<Warning> warnings) {
        std::move(warnings.begin(), warnings.end(), std::back_inserter(report_.warnings));
    }

    void create_schema(pq::Connection& admin) {
        step("creating the schema", 0.1);
        pq::Connection owner(limited(server_.connection(schema_role)));
        warn(load_schema(admin, owner, image_.schema, cancel_));
        grant_all(admin);
    }

    std::map<RelationName, RelationFile> fill(pq::Connection& admin, const std::vector<RelationStatistics>& statistics) {
        report_.server_version_num = admin.server_version_num();
        warn(load_settings(admin, image_.settings));
        step("setting statistics", 0.5);
        report_.relations = load_figures(admin, image_.relations);
        auto loaded = load_statistics(admin, statistics, image_.bounds);
        warn(std::move(loaded.warnings));
        warn(load_extended(admin, image_.extended));
        remember_statistics(admin, image_);
        report_.columns = static_cast<int>(admin.query("select pg_catalog.count(*) from pg_catalog.pg_statistic where starelid >= 16384").integer(0, 0));
        return relation_files(admin);
    }

    void shape(const std::map<RelationName, RelationFile>& files, bool stood) {
        step("making it look full", 0.8);
        server_.stop();
        shape_files(image_.relations, files, server_, stood, [&] { step("making it look full", 0.8); });
        server_.start();
    }

    const TwinImage& image_;
    Server& server_;
    Progress& progress_;
    const Cancellation& cancel_;
    TwinReport report_;
};

// What only a new twin can have.
std::string structure_of(const TwinImage& image) {
    std::string text = fmt::format("{}/{}/{}\n", image_format, image.server_version_num, image.schema);
    for (const auto& relation : image.relations) text += fmt::format("{}.{}\n", relation.name.schema, relation.name.name);
    for (const auto& setting : image.settings) {
        if (setting.name == "lc_collate" || setting.name == "lc_ctype" || setting.name == "icu_locale") text += fmt::format("{}={}\n", setting.name, setting.value);
    }
    return model::hex(model::fnv1a(text));
}

// Everything the twin depends on, in one number.
std::string fingerprint_of(const TwinImage& image) {
    std::string text = structure_of(image);
    for (const auto& r : image.relations) {
        text += fmt::format("{}.{}/{}/{}/{}/{}/{}\n", r.name.schema, r.name.name, r.pages, r.tuples, r.all_visible,
                            r.bytes ? r.bytes->value : -1, r.height.value_or(-1));
    }
    for (const auto& statistics : image.statistics) text += fmt::format("{}\n", json::fingerprint(statistics));
    for (const auto& statistics : image.extended) text += fmt::format("{}\n", json::fingerprint(statistics));
    for (const auto& setting : image.settings) text += fmt::format("{}={}\n", setting.name, setting.value);
    for (const auto& b : image.bounds) text += fmt::format("{}.{}/{}/{}/{}\n", b.table.schema, b.table.name, b.column, b.min, b.max);
    return model::hex(model::fnv1a(text));
}

class StandingTwin : public Twin {
  public:
    StandingTwin(Server server, TwinReport report, Lock lock) : server_(std::move(server)), report_(std::move(report)), lock_(std::move(lock)) {}
    [[nodiscard]] const TwinReport& report() const override { return report_; }
    [[nodiscard]] pq::ConnectionOptions planner() const override {
        auto options = server_.connection(planner_role);
        options.read_only = true;
        return options;
    }
    [[nodiscard]] pq::ConnectionOptions owner() const override { return limited(server_.connection(schema_role)); }
    [[nodiscard]] pq::ConnectionOptions admin() const override { return patient(server_.connection(superuser)); }
    void touch() override { server_.touch(); }

  private:
    Server server_;
    TwinReport report_;
    Lock lock_;
};

}  // namespace

std::unique_ptr<Twin> build(const TwinImage& image, const Options& options, Progress& progress, const Cancellation& cancel) {
    const auto begun = std::chrono::steady_clock::now();
    const auto binaries = find_binaries(image.server_version_num / 10000, options.bindir);
    const auto fingerprint = fingerprint_of(image);
    Lock lock(options.directory, cancel);
    const auto elapsed = [&] { return Millis{std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count()}; };

    const auto structure = structure_of(image);
    const auto finish = [&](Server server, State state) -> std::unique_ptr<Twin> {
        state.report.elapsed = elapsed();
        if (!state.report.reused) {
            state.fingerprint = fingerprint;
            state.structure = structure;
            state.report.disk = disk_usage(server.place().data);
            state.complete = true;
            write_state(options.directory, state);
        }
        return std::make_unique<StandingTwin>(std::move(server), std::move(state.report), std::move(lock));
    };

    if (auto state = read_state(options.directory); state && state->complete && state->structure == structure) {
        // A server that was killed is replaced: a new one is sooner had than a repair, and its files are none that WAL knows of.
        Server server(binaries, state->place, options.idle);
        try {
            server.touch();
            if (server.replaced()) server.stop();
            const bool died = server.died();
            if (!died && !server.running()) server.start();
            if (!died && server.answers()) {
                state->report.reused = state->fingerprint == fingerprint;
                if (state->report.reused) return finish(std::move(server), std::move(*state));
                state->complete = false;
                write_state(options.directory, *state);
                state->report = Building(image, server, progress, cancel).refresh(state->report);
                return finish(std::move(server), std::move(*state));
            }
        } catch (const Error& error) {  // its directory is gone, or it does not take the new image: a new one
            if (error.kind() == ErrorKind::interrupted) {
                drop_standing(options);
                throw;
            }
        }
    }
    drop_standing(options);
    Server server(binaries, choose_place(options), options.idle);
    State state{fingerprint, structure, server.place(), {}, false};
    write_state(options.directory, state);  // first, so that a killed build can be found
    try {
        make(server.place());
        state.report = Building(image, server, progress, cancel).run();
    } catch (...) {
        drop_standing(options);
        throw;
    }
    return finish(std::move(server), std::move(state));
}

}  // namespace dwopt::twin
