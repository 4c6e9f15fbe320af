// Watches a statement while it runs, from a second session and a second thread: cancels it when the user asks to stop
// or when its relation lock stays ungranted too long, and reports the server's own progress.
//
// lock_timeout cannot do this for concurrent builds: it would also end the build's own waits for old transactions, after
// all the work is done, and leave an invalid index behind.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <atomic>
#include <thread>

namespace dwopt::postgres {

class ActionWatch {
  public:
    // Both connections must outlive it; `watcher` belongs to it until it is destroyed.
    ActionWatch(pq::Connection& worker, pq::Connection& watcher, const Action& action, const ActionLimits& limits,
                const Cancellation& cancel, Progress& progress);
    ~ActionWatch();
    ActionWatch(const ActionWatch&) = delete;
    ActionWatch& operator=(const ActionWatch&) = delete;

    // Why the statement failed: what this watch did to it decides.
    [[nodiscard]] ActionOutcome outcome_of(const pq::SqlError& error) const;

  private:
    void watch();
    void look();

    pq::Connection& worker_;
    pq::Connection& watcher_;
    const Action& action_;
    const ActionLimits& limits_;
    const Cancellation& cancel_;
    Progress& progress_;
    std::string worker_pid_;
    std::chrono::steady_clock::time_point started_, waiting_since_{};
    std::atomic<bool> done_{false}, cancelled_{false}, gave_up_lock_{false}, over_time_{false};
    std::thread thread_;
};

}  // namespace dwopt::postgres
