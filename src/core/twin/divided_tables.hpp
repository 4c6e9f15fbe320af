// Tables of a twin that stand divided as a configuration asks: really partitioned, with empty partitions that have their share
// of the pages, rows, statistics and indexes.
//
// Unique indexes get the partition key, as PostgreSQL asks for it. They are made as ordinary ones: without rows nobody can tell.
#pragma once

#include "division.hpp"

#include <map>
#include <string>
#include <vector>

namespace dwopt::twin {

class DividedTables {
  public:
    DividedTables(WhatIfSchema& schema, pq::Connection& planner) : schema_(&schema), planner_(&planner) {}

    // Divides these tables and makes all others what they were. Returns why a table could not be divided, empty if all could.
    [[nodiscard]] std::string show(const std::vector<WhatIfPartitions>& wanted);
    // The same configuration in terms of the partitions: what-if indexes are shared out, hidden ones hidden in each.
    [[nodiscard]] Configuration spread(const Configuration& configuration) const;
    // The index of the divided table that a partition's index is part of, else the name itself.
    [[nodiscard]] std::string name_of(const std::string& index) const;
    // The partitions of a divided table that would hold rows; none for others.
    [[nodiscard]] std::vector<RelationName> leaves(const RelationName& table) const;

  private:
    struct Leaf {
        RelationName name;
        double share = 0;
        std::vector<ColumnStatistics> columns;  // those that are cut
    };
    struct Division {
        WhatIfPartitions what;
        std::vector<Leaf> leaves;
        std::map<RelationName, std::vector<RelationName>> indexes;  // of the table → of its partitions
    };
    void divide(const WhatIfPartitions& what);
    void unite(const Division& division);
    [[nodiscard]] std::string definition(const WhatIfPartitions& what, const std::string& whole, const std::vector<std::vector<Slice>>& levels, Division& division);
    void fill(Division& division);
    [[nodiscard]] RelationName next_name(const RelationName& table);

    WhatIfSchema* schema_;
    pq::Connection* planner_;
    std::map<RelationName, Division> standing_;
    std::map<std::string, std::string> names_;  // of a partition's index → of the table's
    int count_ = 0;
};

}  // namespace dwopt::twin
