#include "postgres/deployer.hpp"

#include "action_watch.hpp"
#include "deploy_questions.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

#include <thread>

namespace dwopt::postgres {
namespace {

using pq::Connection;
using pq::ConnectionOptions;

// Two keys of one advisory lock, the same for every workspace that deploys to this database.
constexpr std::int64_t advisory_key = static_cast<std::int64_t>(model::fnv1a("dwopt deployment") >> 1);

bool concurrent(ActionKind kind) {
    return kind == ActionKind::create_index || kind == ActionKind::drop_index || kind == ActionKind::rebuild_index;
}

class LiveDeployer : public Deployer {
    // The watching session may die with a server crash; the lock it held is then taken again before anything goes on.
    template <class Ask>
    auto with_watch(Ask ask) {
        try {
            return ask(watch_);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::connection) throw;
        }
        watch_ = reconnect();
        return ask(watch_);
    }

    Connection reconnect() {
        for (int i = 0;; ++i) {
            try {
                Connection fresh(watch_options());
                if (locked_ && !fresh.query("/* dwopt */ SELECT pg_try_advisory_lock($1)", {fmt::to_string(advisory_key)}).boolean(0, 0)) {
                    throw Error(ErrorKind::busy, "another deployment began on this warehouse when the connection was lost",
                                "Wait for it to end, then run 'dwopt apply' again: it cleans up first.");
                }
                return fresh;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::connection || i == 20) throw;
                std::this_thread::sleep_for(std::chrono::milliseconds(200));  // crash recovery takes a moment
            }
        }
    }

  public:
    explicit LiveDeployer(const DeployerOptions& options) : options_(options), watch_(watch_options()) {}

    bool try_lock() override {
        // A killed run's session ends when the server notices, which takes a moment.
        for (int i = 0; i < 10; ++i) {
            locked_ = watch_.query("/* dwopt */ SELECT pg_try_advisory_lock($1)", {fmt::to_string(advisory_key)}).boolean(0, 0);
            if (locked_) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(150));
        }
        return false;
    }

    Target target() override { return read_target(watch_); }

    Backend begin(const std::string& nonce) override {
        ConnectionOptions work = options_.connection;
        work.read_only = false;
        work.statement_timeout = Duration(0);
        work.lock_timeout = Duration(0);
        work.application_name += " " + nonce;
        work_.reset();  // the last step's session, if any
        work_ = std::make_unique<Connection>(work);
        ready_session(*work_);
        Backend backend = own_backend(*work_);
        backend.nonce = nonce;
        return backend;
    }

    ActionResult run(const Action& action, const ActionLimits& limits, const Cancellation& cancel, Progress& progress) override {
        ActionWatch watch(*work_, watch_, action, limits, cancel, progress);
        try {
            if (concurrent(action.kind)) work_->execute(action.sql);
            else run_short(action, limits);
            return {};
        } catch (const pq::SqlError& error) {
            return {watch.outcome_of(error), fmt::format("{} ({})", error.what(), error.sqlstate())};
        } catch (const Error& error) {
            return {ActionOutcome::connection_lost, error.what()};
        }
    }

    IndexState index_state(const RelationName& index) override {
        return with_watch([&](Connection& connection) { return read_index_state(connection, index); });
    }

    std::vector<RelationName> rebuild_leftovers(const RelationName& index) override {
        return with_watch([&](Connection& connection) { return read_rebuild_leftovers(connection, index); });
    }

    std::vector<Obstacle> obstacles(const Action& action, Bytes size) override {
        return with_watch([&](Connection& connection) { return find_obstacles(connection, action, size, options_.max_snapshot_age); });
    }

    bool end_backend(const Backend& backend, Duration wait) override {
        const auto end = std::chrono::steady_clock::now() + wait;
        do {
            try {
                if (!with_watch([&](Connection& connection) { return terminate_if_same(connection, backend); })) return true;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::connection) throw;  // a server that restarts: ask again
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        } while (std::chrono::steady_clock::now() < end);
        return false;
    }

  private:
    ConnectionOptions watch_options() const {
        ConnectionOptions watch = options_.connection;
        watch.application_name += " watch";
        watch.statement_timeout = std::chrono::seconds(10);
        return watch;
    }

    // Steps that block others: under a short lock timeout, in one transaction. Autovacuum gives way only to a waiter that
    // outlasts deadlock_timeout, so the harmless SHARE UPDATE EXCLUSIVE is waited for first, longer.
    void run_short(const Action& action, const ActionLimits& limits) {
        work_->execute("BEGIN");
        if (const std::string relation = gentle_lock_target(*work_, action); !relation.empty()) {
            work_->execute("SET LOCAL lock_timeout = '3s'");
            work_->execute(fmt::format("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE", relation));
        }
        work_->execute(fmt::format("SET LOCAL lock_timeout = '{}ms'", limits.short_lock_timeout.count()));
        work_->execute(action.sql);
        work_->execute("COMMIT");
    }

    DeployerOptions options_;
    Connection watch_;
    std::unique_ptr<Connection> work_;
    bool locked_ = false;
};

}  // namespace

std::unique_ptr<Deployer> open_deployer(const DeployerOptions& options) { return std::make_unique<LiveDeployer>(options); }

}  // namespace dwopt::postgres
