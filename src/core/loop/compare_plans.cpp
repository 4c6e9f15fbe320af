#include "evidence.hpp"
#include "dwopt/loop.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::loop {
namespace {

// Everything that waits to be applied, as if it had been.
Configuration all_open(const Evidence& evidence, const std::vector<Recommendation>& recommendations) {
    Configuration configuration;
    for (const auto& each : recommendations) {
        if (!is_open(each.status) || !each.index) continue;
        if (each.kind == "index.create" || each.kind == "index.replace") configuration.create.push_back(predict(evidence, *each.index));
        if (each.kind == "index.drop") configuration.hide.push_back({each.index->table.schema, each.index->name});
        for (const auto& replaced : each.replaces) configuration.hide.push_back(replaced);
    }
    return configuration;
}

std::vector<std::string> outline(const std::vector<PlanNode>& nodes) {
    std::vector<std::string> lines;
    for (const auto& node : nodes) {
        std::string line(static_cast<std::size_t>(node.depth) * 2, ' ');
        if (!node.part.empty()) line += node.part + ": ";
        line += node.type;
        if (!node.index.empty()) line += (node.relation.empty() ? " on " : " using ") + node.index;
        if (!node.relation.empty()) line += " on " + node.relation;
        lines.push_back(fmt::format("{}  cost {}, rows {}", line, human_count(node.cost.value), human_count(node.rows)));
    }
    return lines;
}

}  // namespace

std::vector<PlanComparison> compare_plans(CostOracle& oracle, const Run& run, const Recommendation& recommendation, std::size_t most) {
    std::vector<PlanComparison> plans;
    if (!is_open(recommendation.status)) return plans;
    const auto evidence = read_evidence(run.store, default_since, run.clock.now());
    auto configuration = all_open(evidence, run.store.recommendations());
    if (!oracle.can_hide()) configuration.hide.clear();
    auto touched = recommendation.patterns;
    std::stable_sort(touched.begin(), touched.end(), [](const PatternEffect& a, const PatternEffect& b) {
        return a.before.value - a.after.value > b.before.value - b.after.value;
    });
    const auto queries = plannable_queries(evidence, evidence.workload.patterns.size() * 10, oracle.takes_values());
    for (const auto& effect : touched) {
        const auto query = std::find_if(queries.begin(), queries.end(), [&](const Query& q) { return q.id == effect.pattern; });
        const bool seen = std::any_of(plans.begin(), plans.end(), [&](const PlanComparison& p) { return p.pattern == effect.pattern; });
        if (plans.size() >= most || run.cancel.requested()) break;
        if (query == queries.end() || seen) continue;
        const auto before = oracle.estimate(*query, {}), after = oracle.estimate(*query, configuration);
        if (!before.failure.empty() || !after.failure.empty()) continue;
        plans.push_back({effect.pattern, before.total, after.total, outline(before.nodes), outline(after.nodes)});
    }
    return plans;
}

}  // namespace dwopt::loop
