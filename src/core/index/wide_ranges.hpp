// What a statement with placeholders may read as well.
//
// Of `day BETWEEN $1 AND $2` the planner knows no values and takes the range for half a percent of the rows, and as many for `name LIKE $1`.
// Where more is read, another plan is run than the one foretold; with values in the text the planner shows which.
#pragma once

#include "view.hpp"

#include "sql/features.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::indexing {

// The normalised text with the middle third of a column's values for each range between two placeholders, and with the middle eighth; a word
// of a value, anywhere in it, for what is compared by LIKE. In the arms of an OR the ranges of a column differ a little.
// Empty where there is no such comparison, or the statistics of its column show fewer than four values.
[[nodiscard]] std::vector<std::string> with_wide_ranges(const View& view, std::string_view normalised, const Features& features, const sql::TableLookup& lookup);

}  // namespace dwopt::indexing
