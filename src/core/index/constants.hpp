// Literals that a pattern always has: what a partial index may be limited to.
#pragma once

#include "statistics.hpp"

#include "sql/features.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::indexing {

// Conditions "column = literal" by table use (index into Features::tables), and all of a use together, that are the same in every recorded execution of the pattern.
// Nothing unless several are recorded that differ in some literal: what was seen once says nothing of the next time.
using Conditions = std::map<std::size_t, std::vector<std::string>>;
[[nodiscard]] Conditions constant_conditions(const Pattern& pattern, const sql::TableLookup& lookup);

// Share of the rows, 0..1, that such a condition keeps, by the columns' most common values, taken for independent. Nullopt: it is no such condition, or there are
// no statistics.
[[nodiscard]] std::optional<double> share_fixed(const View& view, const Table& table, std::string_view condition);

// Whether the condition is such a one and holds this column to a literal.
[[nodiscard]] bool fixes(std::string_view condition, std::string_view column);

}  // namespace dwopt::indexing
