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

std::vector<SharedQuery> queries_of(const Pattern& pattern, const View& view, const sql::TableLookup& lookup, Values values) {
    const auto path = view.search_path(pattern.features);
    std::vector<SharedQuery> queries;
    double weights = 0;
    for (const auto& example : pattern.examples) weights += example.weight;
    for (const auto& example : pattern.examples) {
        const double share = weights > 0 ? example.weight / weights : 1.0 / static_cast<double>(pattern.examples.size());
        queries.push_back({{pattern.id, example.sql, path, 0}, share});
    }
    if (!queries.empty()) return queries;
    const auto add = [&](const std::string& text, double share, bool hot, bool wide) {
        Query query{pattern.id, text, path, 0};
        const int written = sql::parameter_count(text);
        if (written > 0) query.sql = sql::plannable(text, lookup);
        query.parameters = sql::parameter_count(query.sql);
        if (written == query.parameters) query.arguments = partition_arguments(view, text, pattern.features, lookup);
        queries.push_back({std::move(query), share, hot, wide});
    };
    const bool guessing = values == Values::likely;
    const auto add_with_ranges = [&](const std::string& text, double share, bool hot) {
        const auto wide = guessing ? with_wide_ranges(view, text, pattern.features, lookup) : std::vector<std::string>{};
        share /= static_cast<double>(wide.size() + 1);
        add(text, share, hot, false);
        for (const auto& one : wide) add(one, share, hot, true);
    };
    const auto hot = guessing && pattern.features.parameters > 0 ? read_hot(view, pattern.text, pattern.features, lookup) : std::vector<std::pair<std::string, double>>{};
    for (const auto& [text, share] : hot) add_with_ranges(text, share, true);
    if (hot.empty()) add_with_ranges(pattern.text, 1, false);
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
        for (auto& one : indexing::queries_of(*pattern, view, lookup, with_values ? indexing::Values::likely : indexing::Values::none)) queries.push_back(std::move(one.query));
        if (queries.size() >= most) break;
    }
    return queries;
}

}  // namespace dwopt
