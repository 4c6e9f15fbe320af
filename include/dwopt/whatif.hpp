// What a planner may be asked to imagine. A configuration is the warehouse as it stands and these changes.
//
// Source of the vocabulary: PostgreSQL manual, "Table Partitioning", CREATE INDEX, CLUSTER, CREATE STATISTICS.
#pragma once

#include "dwopt/catalog.hpp"
#include "dwopt/recommendation.hpp"
#include "dwopt/units.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt {

// What a hypothetical index would take on one table, as the advisor predicts it.
struct IndexExtent {
    RelationName table;     // the index's own, or a partition below it
    Bytes size{};
    double tuples = 0;
    int height = 0;         // btree: levels above the leaves
    bool operator==(const IndexExtent&) const = default;
};

struct WhatIfIndex {
    IndexSpec spec;
    std::vector<IndexExtent> extents;  // one for each table that holds rows
};

enum class PartitionMethod { range, list, hash };

// One partition of a level. Values are literals as the column's type reads them.
struct PartitionBounds {
    std::optional<std::string> from, to;  // range: from <= key < to; none: unbounded
    std::vector<std::string> values;      // list
    bool nulls = false;                   // list: NULL is one of the values
    bool operator==(const PartitionBounds&) const = default;
};

struct PartitionLevel {
    PartitionMethod method = PartitionMethod::range;
    std::string column;
    std::vector<PartitionBounds> partitions;  // range, list: without gaps or not, never overlapping
    bool rest = false;                        // range, list: a default partition for what belongs to no other
    int modulus = 0;                          // hash: how many
    bool operator==(const PartitionLevel&) const = default;
};

// A table divided anew, whether it is divided today or not. Rows and statistics are shared out as the statistics of the keys say.
struct WhatIfPartitions {
    RelationName table;
    std::vector<PartitionLevel> levels;  // one or two: each partition of the first is divided by the second
    bool operator==(const WhatIfPartitions&) const = default;
};

// A table's rows in the order of a column, as CLUSTER leaves them; on a partitioned table in each partition.
struct WhatIfOrder {
    RelationName table;
    std::string column;
    bool descending = false;
    bool operator==(const WhatIfOrder&) const = default;
};

// Extended statistics that nobody gathers yet, with what gathering them would say.
struct WhatIfStatistics {
    struct Distinct {
        std::vector<std::string> columns;  // two or more
        double count = 0;                  // of distinct combinations; < 0 minus a share of the rows
        bool operator==(const Distinct&) const = default;
    };
    struct Dependency {
        std::vector<std::string> columns;  // one or more that determine …
        std::string dependent;             // … this one
        double degree = 0;                 // 0..1: share of the rows that agree with it
        bool operator==(const Dependency&) const = default;
    };
    RelationName table;
    std::vector<std::string> columns;
    std::vector<Distinct> distinct;
    std::vector<Dependency> dependencies;
    bool operator==(const WhatIfStatistics&) const = default;
};

struct Configuration {
    std::vector<WhatIfIndex> create{};
    std::vector<RelationName> hide{};  // existing indexes the planner shall not see
    std::vector<WhatIfPartitions> divide{};
    std::vector<WhatIfOrder> order{};
    std::vector<WhatIfStatistics> statistics{};
    std::vector<Setting> settings{};   // of the session, name and value; only what a user may set and the planner looks at

    // Whether it asks for indexes only, there or gone.
    [[nodiscard]] bool indexes_only() const { return divide.empty() && order.empty() && statistics.empty() && settings.empty(); }
};

}  // namespace dwopt
