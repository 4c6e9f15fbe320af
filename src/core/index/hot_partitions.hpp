// Partitioned tables of which the workload reads a few partitions only: today's, this month's.
//
// The server counts what is read of each. Where a few take nearly all, an index on these alone does for the readers what one on all of
// them would, for a part of the space. Placeholders that are compared with the partition key then stand for values there: as the
// statement runs, the server prunes to these partitions, which the planner cannot foresee from $1.
#pragma once

#include "view.hpp"

#include "dwopt/ports.hpp"
#include "sql/features.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dwopt::indexing {

// The most read first; empty if all are read, nobody reads, or the table is not partitioned.
[[nodiscard]] const std::vector<HotPartition>& hot_partitions(const View& view, const Table& table);

// The normalised text with values of hot partitions in it, once for each of these; shares add up to 1. Empty if it reads none, or does not
// say which by a placeholder.
[[nodiscard]] std::vector<std::pair<std::string, double>> read_hot(const View& view, std::string_view normalised, const Features& features,
                                                                  const sql::TableLookup& lookup);

}  // namespace dwopt::indexing
