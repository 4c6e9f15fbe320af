#include "action_watch.hpp"

#include "deploy_questions.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

namespace dwopt::postgres {

using std::chrono::steady_clock;

ActionWatch::ActionWatch(pq::Connection& worker, pq::Connection& watcher, const Action& action, const ActionLimits& limits,
                         const Cancellation& cancel, Progress& progress)
    : worker_(worker), watcher_(watcher), action_(action), limits_(limits), cancel_(cancel), progress_(progress),
      worker_pid_(fmt::to_string(worker.backend_pid())), started_(steady_clock::now()), thread_([this] { watch(); }) {}

ActionWatch::~ActionWatch() {
    done_ = true;
    thread_.join();
}

void ActionWatch::watch() {
    bool watching = true;
    for (int tick = 0; !done_; ++tick) {
        // A cancel may arrive before the statement has begun and be lost: it is asked for again until the statement ends.
        if (cancel_.requested()) cancelled_ = true;
        if (steady_clock::now() - started_ > limits_.statement_limit) over_time_ = true;
        if ((cancelled_ || gave_up_lock_ || over_time_) && tick % 10 == 0) worker_.cancel();
        if (watching && tick % 10 == 5) {
            try {
                look();
            } catch (const Error&) {
                watching = false;  // the watching session is gone; the deployer opens a new one when it needs it
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void ActionWatch::look() {
    const BuildProgress build = read_build_progress(watcher_, worker_pid_);
    const auto now = steady_clock::now();
    if (!build.waits_for_relation_lock) waiting_since_ = {};
    else if (waiting_since_ == steady_clock::time_point{}) waiting_since_ = now;
    else if (now - waiting_since_ > limits_.relation_lock_timeout) gave_up_lock_ = true;
    progress_.update(fmt::format("{}: {}", model::shown(action_.index), build.phase), build.fraction);
}

ActionOutcome ActionWatch::outcome_of(const pq::SqlError& error) const {
    if (error.sqlstate() == "55P03") return ActionOutcome::lock_timeout;  // lock_not_available
    if (error.sqlstate() == "57P01" || error.sqlstate() == "57P02" || error.sqlstate() == "57P03") return ActionOutcome::connection_lost;
    if (error.sqlstate() == "57014") {  // query_canceled
        if (cancelled_) return ActionOutcome::cancelled;
        if (gave_up_lock_) return ActionOutcome::lock_timeout;
    }
    return ActionOutcome::failed;
}

}  // namespace dwopt::postgres
