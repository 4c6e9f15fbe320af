// How a table's rows would spread over the partitions of one level, by what the planner knows of the key.
#pragma once

#include "whatif_schema.hpp"

#include "dwopt/whatif.hpp"

#include <string>
#include <vector>

namespace dwopt::twin {

struct Slice {
    std::string bound;  // "FOR VALUES …" or "DEFAULT"
    double share = 0;   // of the table's rows
    // Within the partition: of the level's column, and of columns that go along with it, as numbers do that count up while time
    // passes. Of all other columns a partition holds an even share.
    std::vector<ColumnStatistics> columns;
};

// In the order of the level's partitions, the default one last. Throws Error{failed} where the level cannot be, pq::SqlError.
[[nodiscard]] std::vector<Slice> slices_of(WhatIfSchema& schema, pq::Connection& planner, const RelationName& table, const PartitionLevel& level);

}  // namespace dwopt::twin
