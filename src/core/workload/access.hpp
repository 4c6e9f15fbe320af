// How a pattern gets at a table, judged from its text, the column statistics and the indexes there are.
#pragma once

#include "facts.hpp"

#include <optional>
#include <string>

namespace dwopt::workload {

struct SelectiveUse {
    std::string columns;   // the conditions' columns, for people: "customer_id, status"
    double share = 1;      // of the table's rows the statement wants, 0..1
};

// The statement looks for few rows of `table` (or of its partitions) by conditions that an index could serve and none of the
// existing ones does. Nullopt: it does not, or it cannot be told.
[[nodiscard]] std::optional<SelectiveUse> unserved_use(const Facts& facts, const Pattern& pattern, const Table& table);

}  // namespace dwopt::workload
