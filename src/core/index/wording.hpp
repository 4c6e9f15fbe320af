// Sentences about indexes and statements, from features and statistics.
#pragma once

#include "access.hpp"

#include <string>
#include <vector>

namespace dwopt::indexing {

// "filters on customer_id and orders by ordered_at": what a statement asks of the index's columns. Empty if nothing.
[[nodiscard]] std::string what_it_asks(const std::vector<Access>& accesses, const IndexSpec& spec);

// "customer_id has 98 k distinct values among 900 k rows, about 9 rows each", for each key column with statistics; of expressions, that there are
// none before the next ANALYZE.
[[nodiscard]] std::vector<std::string> about_columns(const View& view, const IndexSpec& spec);

}  // namespace dwopt::indexing
