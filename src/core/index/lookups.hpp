// How many table rows or pages a plan fetches one by one: the part of its cost that the planner is most often wrong about.
//
// Rows found by an index on the inside of a nested loop are fetched in no order. As soon as the repeated fetches of a table would come to
// all its pages, the planner thinks the rest free (Mackert and Lohman, "Index scans using a finite LRU buffer", TODS 1989, bounded by
// effective_cache_size); a fetch still takes 1 to 2 µs from shared buffers and 5 to 10 from the system's cache on one machine, 17 and 50 on
// a busy one (measured on TPC-H, 1 GB): about what a planner unit takes there. A bitmap is read page by page too; where it finds most of
// the table's, the planner takes them for a sequential scan, but the system reads nothing ahead (Q6 of TPC-H took 1.3 to 1.8 times as long);
// so is a table whose order an index has, walked for a merge join (Q12: 1.4 times).
#pragma once

#include "view.hpp"

#include "dwopt/ports.hpp"

#include <functional>
#include <vector>

namespace dwopt::indexing {

inline constexpr Millis least_time_of_a_lookup{0.005}, most_time_of_a_lookup{0.02};
inline constexpr double search_alone = 0.4;  // fetches that a search takes the time of where the rows need not be read

// What one search of an index fetches: all its conditions find, each taken for an equality on the next key, of which EXPLAIN tells only
// what the filters leave; without conditions all of it. Entries with equal keys stand in the table's order, so that none of their pages is
// read twice; where the table lies in the order of the leading key, no page at all is (cost_index in costsize.c, by the correlation).
[[nodiscard]] double fetches_of(const View& view, const RelationName& table, const std::vector<IndexKey>& keys, double entries, const PlanNode& node);

// Nodes as in PlanEstimate; `fetches` tells those of one search, `pages` how many its table has. How much a limit leaves is not known, so
// what it may cut short counts only in loops; what subplans repeat is not seen.
[[nodiscard]] double single_fetches(const std::vector<PlanNode>& nodes, const std::function<double(const PlanNode&)>& fetches,
                                    const std::function<double(const PlanNode&)>& pages);

}  // namespace dwopt::indexing
