// Advice without a planner to ask: two rules, few proposals, graded heuristic.
//
//   foreign keys   the referencing columns have no index although patterns join on them or rows of the referenced table
//                  are deleted or get new keys, which makes the server search the referencing table
//   filters        a costly pattern filters a table that is read sequentially by columns whose statistics promise at most
//                  Thresholds::scan_rows_pct of its rows
#pragma once

#include "proposals.hpp"
#include "upkeep.hpp"

#include "dwopt/finding.hpp"

namespace dwopt::indexing {

// Of them, only those that no planner can judge: foreign keys whose referenced rows are deleted, which no statement of the workload
// shows, beside the indexes proposed already.
[[nodiscard]] Proposals advise_foreign_keys(const View& view, const AdviceOptions& options, const Thresholds& thresholds, const Upkeep& upkeep, const std::vector<Recommendation>& proposed);

[[nodiscard]] Proposals advise_by_rules(const View& view, const AdviceOptions& options, const Thresholds& thresholds, const Upkeep& upkeep);

}  // namespace dwopt::indexing
