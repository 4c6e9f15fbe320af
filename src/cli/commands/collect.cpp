#include "session.hpp"
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
        options.flag("no-values", 0, "read no most common values and no histograms").into(no_values_);
    }

    int run(Session& session) override {
        check_together();
        const CollectSummary summary = watch_ ? keep_watching(session) : take(session);
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
    }

    CollectSummary take(Session& session) const {
        const Bytes before = workspace::size_on_disk(session.workspace());
        const auto warehouse = session.open_warehouse(Opening::make);
        const workspace::CollectLock one_at_a_time(session.workspace());
        CollectSummary summary = loop::collect(*warehouse, session.run(), {!no_values_, session.config().retention});
        session.close_store();  // while it is open, its files are larger than what they hold
        summary.workspace = workspace::size_on_disk(session.workspace());
        summary.growth = summary.workspace - before;
        return summary;
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
    bool no_values_ = false;
};

}  // namespace

std::unique_ptr<Command> make_collect() { return std::make_unique<Collect>(); }

}  // namespace dwopt::cli
