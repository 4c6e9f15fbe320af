// One configuration after another put in place on the twin, each with as few changes as the one before allows, and statements
// planned under it.
//
// Three sessions: the superuser's changes the catalog, the owner's defines objects, the planning role's only ever plans and
// reads, since texts come from outside.
#include "twin/twin.hpp"

#include "changed_statistics.hpp"
#include "divided_tables.hpp"
#include "empty_indexes.hpp"
#include "load.hpp"
#include "pq/failure.hpp"
#include "pq/planner.hpp"

#include <fmt/format.h>

namespace dwopt::twin {
namespace {

class TwinOracle : public CostOracle {
  public:
    TwinOracle(std::shared_ptr<Twin> twin, std::string checked)
        : twin_(std::move(twin)), checked_(std::move(checked)), connection_(twin_->planner()), planner_(connection_), schema_(*twin_),
          indexes_(schema_), tables_(schema_, connection_), statistics_(schema_) {}

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
        plan.failure = show(configuration);
        if (!plan.failure.empty()) return plan;
        if (++calls_ % 64 == 1) twin_->touch();
        return planner_.estimate(query, [&](const std::string& index) { return tables_.name_of(indexes_.name_of(index)); });
    }

  private:
    std::string show(const Configuration& configuration) {
        if (auto trouble = show_tables(configuration); !trouble.empty()) return "a table could not be tried: " + trouble;
        if (auto trouble = set(configuration.settings); !trouble.empty()) return "a setting could not be tried: " + trouble;
        auto trouble = shown_.divide.empty() ? indexes_.show(configuration) : indexes_.show(tables_.spread(configuration));
        return trouble.empty() ? trouble : "an index could not be tried: " + trouble;
    }

    // Indexes hang on tables and orders on partitions, so what is on top comes down before what is below changes.
    std::string show_tables(const Configuration& wanted) {
        if (wanted.divide == shown_.divide && wanted.order == shown_.order && wanted.statistics == shown_.statistics) return {};
        (void)indexes_.show({});
        statistics_.restore();
        shown_.divide.clear();
        shown_.order.clear();
        shown_.statistics.clear();
        planner_.forget_plans();
        if (auto trouble = tables_.show(wanted.divide); !trouble.empty()) {
            (void)tables_.show({});
            return trouble;
        }
        shown_.divide = wanted.divide;
        auto trouble = statistics_.show(wanted, [&](const RelationName& table) { return tables_.leaves(table); });
        if (!trouble.empty()) {
            statistics_.restore();
            return trouble;
        }
        shown_.order = wanted.order;
        shown_.statistics = wanted.statistics;
        return {};
    }

    std::string set(const std::vector<Setting>& settings) {
        if (settings == shown_.settings) return {};
        planner_.forget_plans();
        for (const auto& setting : std::exchange(shown_.settings, {})) connection_.query("RESET " + setting.name);
        for (const auto& setting : settings) {
            if (connection_.query(fmt::format("select from pg_catalog.pg_settings s where s.name = $1 and s.context = 'user' and {}", planner_settings), {setting.name}).rows() == 0) {
                return fmt::format("'{}' is none that a session may change and a planner looks at", setting.name);
            }
            try {
                connection_.query("select pg_catalog.set_config($1, $2, false)", {setting.name, setting.value});
                shown_.settings.push_back(setting);
            } catch (const pq::SqlError& error) {
                return pq::failure_of(error);
            }
        }
        return {};
    }

    std::shared_ptr<Twin> twin_;
    std::string checked_;
    pq::Connection connection_;
    pq::Planner planner_;
    WhatIfSchema schema_;
    EmptyIndexes indexes_;
    DividedTables tables_;
    ChangedStatistics statistics_;
    Configuration shown_;  // but for its indexes
    std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<CostOracle> open_oracle(std::shared_ptr<Twin> twin, std::string checked) {
    return std::make_unique<TwinOracle>(std::move(twin), std::move(checked));
}

}  // namespace dwopt::twin
