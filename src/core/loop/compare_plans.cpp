#include "evidence.hpp"
#include "dwopt/loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

// Of one that makes an index, the patterns it names, those that gain most first.
std::vector<Query> named_queries(const Recommendation& recommendation, const std::vector<Query>& queries) {
    auto touched = recommendation.patterns;
    std::stable_sort(touched.begin(), touched.end(), [](const PatternEffect& a, const PatternEffect& b) {
        return a.before.value - a.after.value > b.before.value - b.after.value;
    });
    std::vector<Query> named;
    for (const auto& effect : touched) {
        const auto query = std::find_if(queries.begin(), queries.end(), [&](const Query& q) { return q.id == effect.pattern; });
        const bool seen = std::any_of(named.begin(), named.end(), [&](const Query& q) { return q.id == effect.pattern; });
        if (query != queries.end() && !seen) named.push_back(*query);
    }
    return named;
}

// With the parts of partitioned indexes, as plans name those.
std::set<std::string> what_goes(const Recommendation& recommendation, const Catalog& catalog) {
    std::set<RelationName> gone(recommendation.replaces.begin(), recommendation.replaces.end());
    if (recommendation.kind == "index.drop" && recommendation.index) gone.insert({recommendation.index->table.schema, recommendation.index->name});
    for (bool more = true; more;) {
        more = false;
        for (const auto& index : catalog.indexes) more = (index.parent && gone.contains(*index.parent) && gone.insert(index.name).second) || more;
    }
    std::set<std::string> names;
    for (const auto& index : gone) names.insert(index.name);
    return names;
}

// Of one that takes indexes away and names no pattern, those whose plans use what would go.
std::vector<Query> users_of(const std::set<std::string>& gone, const std::vector<Query>& queries, CostOracle& oracle, const Cancellation& cancel) {
    constexpr std::size_t asked = 300;
    std::vector<Question> questions;
    for (std::size_t n = 0; n < std::min(asked, queries.size()) && !gone.empty(); ++n) questions.push_back({queries[n], {}});
    const auto plans = oracle.estimate_all(questions, [&] { return cancel.requested(); });
    std::vector<Query> users;
    for (std::size_t n = 0; n < plans.size(); ++n) {
        const auto uses = [&](const PlanNode& node) { return gone.contains(node.index); };
        const bool seen = !users.empty() && users.back().id == queries[n].id;  // with other values
        if (!seen && plans[n] && std::any_of(plans[n]->nodes.begin(), plans[n]->nodes.end(), uses)) users.push_back(queries[n]);
    }
    return users;
}

}  // namespace

std::vector<PlanComparison> compare_plans(CostOracle& oracle, const Run& run, const Recommendation& recommendation, std::size_t most) {
    std::vector<PlanComparison> plans;
    if (!is_open(recommendation.status)) return plans;
    const auto evidence = read_evidence(run.store, default_since, run.clock.now());
    auto configuration = all_open(evidence, run.store.recommendations());
    if (!oracle.can_hide()) configuration.hide.clear();
    const auto queries = plannable_queries(evidence, evidence.workload.patterns.size() * 10, oracle.takes_values());
    const auto shown = recommendation.patterns.empty() ? users_of(what_goes(recommendation, evidence.catalog), queries, oracle, run.cancel) : named_queries(recommendation, queries);
    for (const auto& query : shown) {
        if (plans.size() >= most || run.cancel.requested()) break;
        const auto before = oracle.estimate(query, {}), after = oracle.estimate(query, configuration);
        if (!before.failure.empty() || !after.failure.empty()) continue;
        plans.push_back({query.id, before.total, after.total, outline(before.nodes), outline(after.nodes)});
    }
    return plans;
}

}  // namespace dwopt::loop
