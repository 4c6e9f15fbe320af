// What-if indexes on the twin are real: made empty in a moment on an empty copy of the table, then hung onto the table
// itself, with the pages, rows and levels they would have. (Built on the table they would have to read its zero pages.)
// They are made once, and hung up and taken down as configurations ask for them.
//
// Two sessions: the superuser's changes the catalog, the planning role's only ever plans, since texts come from outside.
#include "twin/twin.hpp"

#include "empty_indexes.hpp"
#include "pq/planner.hpp"

#include <fmt/format.h>

namespace dwopt::twin {
namespace {

class TwinOracle : public CostOracle {
  public:
    TwinOracle(std::shared_ptr<Twin> twin, std::string checked) : twin_(std::move(twin)), checked_(std::move(checked)), connection_(twin_->planner()), planner_(connection_), indexes_(*twin_) {}

    [[nodiscard]] std::string name() const override { return "twin"; }
    [[nodiscard]] std::string description() const override {
        const int version = connection_.server_version_num();
        return fmt::format("planner twin (PostgreSQL {}.{}{}{})", version / 10000, version % 10000, checked_.empty() ? "" : "; ", checked_);
    }
    [[nodiscard]] bool can_hide() const override { return true; }
    [[nodiscard]] std::int64_t calls() const override { return calls_; }

    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        PlanEstimate plan;
        plan.failure = planner_.refused(query.sql);
        if (!plan.failure.empty()) return plan;
        if (auto trouble = indexes_.show(configuration); !trouble.empty()) {
            plan.failure = "an index could not be tried: " + trouble;
            return plan;
        }
        if (++calls_ % 64 == 1) twin_->touch();
        return planner_.estimate(query, [&](const std::string& index) { return indexes_.name_of(index); });
    }

  private:
    std::shared_ptr<Twin> twin_;
    std::string checked_;
    pq::Connection connection_;
    pq::Planner planner_;
    EmptyIndexes indexes_;
    std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<CostOracle> open_oracle(std::shared_ptr<Twin> twin, std::string checked) {
    return std::make_unique<TwinOracle>(std::move(twin), std::move(checked));
}

}  // namespace dwopt::twin
