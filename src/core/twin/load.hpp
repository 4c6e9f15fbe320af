// Putting a warehouse's schema, figures and statistics into the catalog of a fresh server.
#pragma once

#include "dwopt/ports.hpp"
#include "dwopt/twin.hpp"
#include "pq/connection.hpp"

#include <string>
#include <vector>

namespace dwopt::twin {

// Runs what a dump holds, as far as the list in sql/schema.hpp allows, as a role without rights. The order does not matter.
// Returns what is missing afterwards, and why. Throws Error{interrupted}.
[[nodiscard]] std::vector<Warning> load_schema(pq::Connection& admin, pq::Connection& owner, const std::string& dump, const Cancellation& cancel);

// In terms of pg_settings `s`: what planners look at.
inline constexpr const char* planner_settings =
    "(s.category like 'Query Tuning%' or s.name in ('work_mem', 'hash_mem_multiplier', 'TimeZone', 'default_statistics_target', 'jit', "
    "'jit_above_cost', 'jit_inline_above_cost', 'jit_optimize_above_cost', 'max_parallel_workers', 'max_parallel_workers_per_gather')) "
    "and s.name <> 'plan_cache_mode'";

// Settings that a session may change and planners look at, for every session of the planning role.
[[nodiscard]] std::vector<Warning> load_settings(pq::Connection& admin, const std::vector<Setting>& settings);

// pg_class: pages, rows and visible pages. Returns the number of relations that were found.
[[nodiscard]] int load_figures(pq::Connection& admin, const std::vector<RelationFigures>& figures);

// pg_statistic, from rows of pg_stats. Values that their type does not take are left out, with a warning.
struct StatisticsLoaded {
    int columns = 0;
    std::vector<Warning> warnings;
};
[[nodiscard]] StatisticsLoaded load_statistics(pq::Connection& admin, const std::vector<RelationStatistics>& statistics,
                                               const std::vector<ColumnBounds>& bounds);

// pg_statistic_ext_data: numbers of distinct combinations and functional dependencies. Lists of common combinations cannot be
// had from the outside. Returns what could not be set.
[[nodiscard]] std::vector<Warning> load_extended(pq::Connection& admin, const std::vector<ExtendedStatistics>& extended);

}  // namespace dwopt::twin
