// Values for placeholders of a statement that reads a partitioned table.
//
// The server leaves partitions out of a generic plan before it shows it, and with NULL for every placeholder that is all of them: nobody
// would see which indexes it uses. So placeholders that are compared with a partition key get the bounds of a partition, which then
// stands for the others. The plan and its cost do not hang on them.
#pragma once

#include "view.hpp"

#include "sql/features.hpp"

#include <map>
#include <string>
#include <string_view>

namespace dwopt::indexing {

// SQL literals by number. Empty where no table is partitioned, or the statement does not choose a partition by a placeholder.
[[nodiscard]] std::map<int, std::string> partition_arguments(const View& view, std::string_view normalised, const Features& features,
                                                             const sql::TableLookup& lookup);

// Whether a partitioned table is divided by this column alone.
[[nodiscard]] bool divided_by(const Table& table, const std::string& column);

}  // namespace dwopt::indexing
