#include "queries.hpp"

#include "access.hpp"

#include "dwopt/stages.hpp"
#include "sql/placeholders.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

bool explainable(StatementKind kind) {
    return kind == StatementKind::select || kind == StatementKind::insert || kind == StatementKind::update ||
           kind == StatementKind::remove || kind == StatementKind::merge;
}

}  // namespace

std::string not_plannable(const Pattern& pattern) {
    if (pattern.hidden) return "its text is hidden from this role";
    if (pattern.truncated) return "its text was cut off by the server";
    if (!pattern.parsed) return "its text could not be parsed";
    return {};
}

std::vector<const Pattern*> explainable_patterns(const Workload& workload) {
    std::vector<const Pattern*> sorted;
    for (const auto& pattern : workload.patterns) {
        if (pattern.usage.calls > 0 && (!pattern.parsed || explainable(pattern.features.kind))) sorted.push_back(&pattern);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Pattern* a, const Pattern* b) {
        return a->usage.total != b->usage.total ? a->usage.total > b->usage.total : a->id < b->id;
    });
    return sorted;
}

std::vector<SharedQuery> queries_of(const Pattern& pattern, const View& view, const sql::TableLookup& lookup) {
    const auto path = view.search_path(pattern.features);
    std::vector<SharedQuery> queries;
    double weights = 0;
    for (const auto& example : pattern.examples) weights += example.weight;
    for (const auto& example : pattern.examples) {
        const double share = weights > 0 ? example.weight / weights : 1.0 / static_cast<double>(pattern.examples.size());
        queries.push_back({{pattern.id, example.sql, path, 0}, share});
    }
    if (!queries.empty()) return queries;
    Query query{pattern.id, pattern.text, path, 0};
    if (sql::parameter_count(query.sql) > 0) query.sql = sql::plannable(query.sql, lookup);
    query.parameters = sql::parameter_count(query.sql);
    return {{std::move(query), 1}};
}

}  // namespace dwopt::indexing

namespace dwopt {

std::vector<Query> plannable_queries(const Evidence& evidence, std::size_t most) {
    const indexing::View view(evidence);
    const sql::CatalogLookup lookup(evidence.catalog);
    std::vector<Query> queries;
    for (const auto* pattern : indexing::explainable_patterns(evidence.workload)) {
        if (!indexing::not_plannable(*pattern).empty() || indexing::accesses(view, pattern->features).empty()) continue;
        for (auto& [query, share] : indexing::queries_of(*pattern, view, lookup)) queries.push_back(std::move(query));
        if (queries.size() >= most) break;
    }
    return queries;
}

}  // namespace dwopt
