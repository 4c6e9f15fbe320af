#include "postgres/oracle.hpp"

#include "hypothetical.hpp"
#include "pq/planner.hpp"
#include "reading_role.hpp"

#include <fmt/format.h>

namespace dwopt::postgres {
namespace {

class LiveOracle : public CostOracle {
  public:
    LiveOracle(const pq::ConnectionOptions& options, const std::string& reading_role, bool with_indexes) : connection_(options) {
        require_own_session();
        role_ = step_down(connection_, reading_role.empty() ? default_reading_role : reading_role);
        if (with_indexes) indexes_.emplace(connection_);
        planner_.emplace(connection_);
    }

    [[nodiscard]] std::string name() const override { return "live"; }
    [[nodiscard]] std::string description() const override {
        const int version = connection_.server_version_num();
        return fmt::format("{} on the server (PostgreSQL {}.{}), planned as role {}", indexes_ ? "HypoPG " + indexes_->version() : "the planner",
                           version / 10000, version % 10000, role_);
    }
    [[nodiscard]] bool can_hide() const override { return indexes_ && indexes_->can_hide(); }
    [[nodiscard]] bool takes_values() const override { return false; }
    [[nodiscard]] std::int64_t calls() const override { return calls_; }

    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        PlanEstimate plan;
        plan.failure = planner_->refused(query.sql);
        if (!plan.failure.empty()) return plan;
        plan.failure = show(configuration);
        if (!plan.failure.empty()) return plan;
        ++calls_;
        plan = planner_->estimate(query, [&](const std::string& index) { return indexes_ ? indexes_->name_of(index) : index; });
        return plan.failure.empty() || query.arguments.empty() ? plan : estimate(pq::without_arguments(query), configuration);
    }

  private:
    std::string show(const Configuration& configuration) {
        if (!configuration.indexes_only()) return "only a planner twin can try that";
        if (!indexes_) return configuration.create.empty() && configuration.hide.empty() ? "" : "no what-if index can be had here";
        if (auto trouble = indexes_->show(configuration); !trouble.empty()) return "an index could not be tried: " + trouble;
        if (indexes_->changed()) planner_->forget_plans();
        return {};
    }

    // Hypothetical indexes live in one server process; a pooler that shares out processes would lose them.
    void require_own_session() {
        const auto pid = connection_.query("/* dwopt */ select pg_catalog.pg_backend_pid()");
        if (pid.integer(0, 0) == connection_.backend_pid()) return;
        throw Error(ErrorKind::refused, "the connection goes through a pooler that shares out server sessions, so HypoPG cannot work",
                    "Connect to the server itself with --dsn, or use 'dwopt recommend --what-if none'.");
    }

    pq::Connection connection_;
    std::optional<HypotheticalIndexes> indexes_;
    std::optional<pq::Planner> planner_;
    std::string role_;
    std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<CostOracle> open_oracle(pq::ConnectionOptions options, const std::string& reading_role) {
    options.read_only = true;
    return std::make_unique<LiveOracle>(options, reading_role, true);
}

std::unique_ptr<CostOracle> open_planner(pq::ConnectionOptions options, const std::string& reading_role) {
    options.read_only = true;
    return std::make_unique<LiveOracle>(options, reading_role, false);
}

}  // namespace dwopt::postgres
