#include "queries.hpp"

#include "access.hpp"
#include "hot_partitions.hpp"
#include "partition_arguments.hpp"
#include "wide_ranges.hpp"

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

std::vector<SharedQuery> queries_of(const Pattern& pattern, const View& view, const sql::TableLookup& lookup, Range range) {
    const auto path = view.search_path(pattern.features);
    std::vector<SharedQuery> queries;
    double weights = 0;
    for (const auto& example : pattern.examples) weights += example.weight;
    for (const auto& example : pattern.examples) {
        const double share = weights > 0 ? example.weight / weights : 1.0 / static_cast<double>(pattern.examples.size());
        queries.push_back({{pattern.id, example.sql, path, 0}, share, false});
    }
    if (!queries.empty()) return range == Range::wide ? std::vector<SharedQuery>{} : queries;
    const auto of_text = [&](const std::string& text, double share, bool hot) {
        Query query{pattern.id, text, path, 0};
        const int written = sql::parameter_count(text);
        if (written > 0) query.sql = sql::plannable(text, lookup);
        query.parameters = sql::parameter_count(query.sql);
        if (written == query.parameters) query.arguments = partition_arguments(view, text, pattern.features, lookup);
        queries.push_back({std::move(query), share, hot});
    };
    if (range == Range::hot && pattern.features.parameters > 0) {
        for (const auto& [text, share] : read_hot(view, pattern.text, pattern.features, lookup)) of_text(text, share, true);
    }
    if (range == Range::wide) {
        for (const auto& text : with_wide_ranges(view, pattern.text, pattern.features, lookup)) of_text(text, 1, false);
        return queries;
    }
    if (queries.empty()) of_text(pattern.text, 1, false);
    return queries;
}

}  // namespace dwopt::indexing

namespace dwopt {

std::vector<Query> plannable_queries(const Evidence& evidence, std::size_t most, bool with_values) {
    const indexing::View view(evidence);
    const sql::CatalogLookup lookup(evidence.catalog);
    std::vector<Query> queries;
    for (const auto* pattern : indexing::explainable_patterns(evidence.workload)) {
        if (!indexing::not_plannable(*pattern).empty() || indexing::accesses(view, pattern->features).empty()) continue;
        for (auto& one : indexing::queries_of(*pattern, view, lookup, with_values ? indexing::Range::hot : indexing::Range::whole)) queries.push_back(std::move(one.query));
        if (queries.size() >= most) break;
    }
    return queries;
}

}  // namespace dwopt
