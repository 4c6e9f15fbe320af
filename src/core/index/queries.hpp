// Patterns as statements that a planner takes.
#pragma once

#include "view.hpp"

#include "dwopt/ports.hpp"
#include "sql/features.hpp"

namespace dwopt::indexing {

// Those that ran and can be explained at all, the costliest first.
[[nodiscard]] std::vector<const Pattern*> explainable_patterns(const Workload& workload);
// Why a pattern is not even sent to the planner; empty if it is.
[[nodiscard]] std::string not_plannable(const Pattern& pattern);

struct SharedQuery {
    Query query;
    double share = 1;  // of the pattern's calls
    bool hot = false;  // a hot partition's values stand in it
    bool wide = false;  // values that make its ranges wide stand in it
};
// likely: values stand in the text for what its placeholders may be. Where they choose a partition, those that the server reads most
// (hot_partitions.hpp); where they bound ranges, wide ones beside what the planner takes them for (wide_ranges.hpp), each as often.
enum class Values { none, likely };
// The pattern's examples, each with its constants, else its text with a type for every placeholder.
[[nodiscard]] std::vector<SharedQuery> queries_of(const Pattern& pattern, const View& view, const sql::TableLookup& lookup, Values values);

}  // namespace dwopt::indexing
