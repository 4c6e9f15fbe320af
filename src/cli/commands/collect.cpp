#include "bundle/bundle.hpp"
#include "loop/bundle_warehouse.hpp"
#include "model/image.hpp"
#include "postgres/warehouse.hpp"
#include "twin_access.hpp"
#include "workspace/lock.hpp"
#include "workspace/workspace.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

class Collect : public Command {
  public:
    void declare(OptionSet& options) override {
        options.value("watch", 0, "INTERVAL", "take a snapshot every INTERVAL, such as 60s, until stopped").into(watch_);
        options.value("count", 0, "N", "with --watch: stop after N snapshots").into(count_, 1);
        options.value("import", 0, "PATH", "take the snapshot from a bundle (directory or .tar.gz) instead of a server")
            .into(import_).completed_by(Completes::file);
        options.value("export", 0, "PATH", "write the snapshot as a bundle too").into(export_).completed_by(Completes::file);
        options.flag("no-values", 0, "read no most common values and no histograms").into(no_values_);
    }

    int run(Session& session) override {
        check_together();
        const CollectSummary summary = import_ ? import(session) : watch_ ? keep_watching(session) : take(session);
        if (export_) write_bundle(session);
        session.add_warnings(summary.warnings);
        session.console().detail(fmt::format("asked of the server: {} statements, {} in all", summary.cost.statements,
                                             human(summary.cost.time)));
        session.finish(answer_collect(summary));
        return 0;
    }

  private:
    void check_together() const {
        if (count_ && !watch_) {
            throw Error(ErrorKind::usage, "'--count' without '--watch'",
                        "Say how often: dwopt collect --watch 60s --count N.");
        }
        if (import_ && (watch_ || export_)) {
            throw Error(ErrorKind::usage, fmt::format("'--import' and '{}' contradict each other", watch_ ? "--watch" : "--export"),
                        "Import the bundle alone: dwopt collect --import PATH.");
        }
    }

    // The bundle becomes a planner twin, whose catalog is read as a server's would be.
    CollectSummary import(Session& session) const {
        auto bundle = bundle::read(*import_);
        if (bundle.database.empty()) bundle.database = std::filesystem::path(*import_).lexically_normal().filename().string();
        session.store(Opening::make);
        session.require_target({bundle.image.server_version_num, "bundle", bundle.database, loop::bundle_host, 0});
        const Bytes before = workspace::size_on_disk(session.workspace());
        const workspace::CollectLock one_at_a_time(session.workspace());
        const auto twin = twin::build(bundle.image, twin_options(session), session.console(), session.stop());
        bundle.warnings.insert(bundle.warnings.end(), twin->report().warnings.begin(), twin->report().warnings.end());
        auto summary = loop::import(std::move(bundle), postgres::open_warehouse(twin->planner()), session.run(),
                                    {!no_values_, session.config().retention, session.config().thresholds});
        return with_sizes(session, std::move(summary), before);
    }

    void write_bundle(Session& session) const {
        auto& store = session.store();
        Bundle bundle;
        const auto server = store.last_server();
        bundle.database = server->target.database;
        bundle.captured_at = server->now;
        bundle.image = model::image_of(store.catalog(), server->target.server_version_num);
        if (no_values_) bundle.image.bounds.clear();
        bundle.statements = loop::bundle_statements(store);
        bundle.queries = store.examples();
        bundle::write(bundle, *export_);
        session.console().say(fmt::format("bundle written to '{}'", *export_));
    }

    static CollectSummary with_sizes(Session& session, CollectSummary summary, Bytes before) {
        session.close_store();  // while it is open, its files are larger than what they hold
        summary.workspace = workspace::size_on_disk(session.workspace());
        summary.growth = summary.workspace - before;
        return summary;
    }

    CollectSummary take(Session& session) const {
        const Bytes before = workspace::size_on_disk(session.workspace());
        const auto warehouse = session.open_warehouse(Opening::make);
        const workspace::CollectLock one_at_a_time(session.workspace());
        auto summary = loop::collect(*warehouse, session.run(), {!no_values_, session.config().retention, session.config().thresholds});
        return with_sizes(session, std::move(summary), before);
    }

    // Snapshots at even distances. A server that is away for a while ends only the first; later ones try again.
    CollectSummary keep_watching(Session& session) const {
        CollectSummary last = take(session);
        Timestamp due = session.clock().now();
        for (int taken = 1; !session.stop().requested() && taken < count_.value_or(taken + 1);) {
            session.console().say(line(last, taken));
            due = std::max(due + *watch_, session.clock().now());
            wait(session, due, taken);
            if (session.stop().requested()) break;
            try {
                last = take(session);
                ++taken;
            } catch (const Error& error) {
                const bool passing = error.kind() == ErrorKind::connection || error.kind() == ErrorKind::busy;
                if (session.stop().requested()) break;  // the snapshot before is whole
                if (!passing) throw;
                session.console().warn({"snapshot_missed", error.what(), error.hint()});
            }
        }
        return last;
    }

    void wait(Session& session, Timestamp due, int taken) const {
        while (!session.stop().requested()) {
            const auto left = std::chrono::ceil<std::chrono::seconds>(due - session.clock().now());
            if (due <= session.clock().now()) return;
            const std::string of = count_ ? fmt::format(" of {}", *count_) : std::string{};
            const double fraction = count_ ? static_cast<double>(taken) / *count_ : -1;
            session.console().update(fmt::format("{}{} snapshots, next in {} s", taken, of, left.count()), fraction);
            session.clock().sleep(std::min<Duration>(std::chrono::duration_cast<Duration>(due - session.clock().now()) + Duration(1),
                                                     std::chrono::milliseconds(250)));
        }
    }

    static std::string line(const CollectSummary& summary, int number) {
        return fmt::format("{} snapshot {}: {} new statements, {} patterns, took {}", rfc3339(summary.window.to), number,
                           summary.new_statements, summary.patterns, human(summary.elapsed));
    }

    std::optional<Duration> watch_;
    std::optional<int> count_;
    std::optional<std::string> import_, export_;
    bool no_values_ = false;
};

}  // namespace

std::unique_ptr<Command> make_collect() { return std::make_unique<Collect>(); }

}  // namespace dwopt::cli
