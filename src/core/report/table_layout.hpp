// Which columns of a table a terminal of a given width can show, and how wide.
#pragma once

#include "dwopt/document.hpp"

#include <vector>

namespace dwopt::report {

inline constexpr int column_gap = 2;

inline constexpr int left_out = -1;
inline constexpr int below = -2;  // under the row, on a line of its own

// One entry per column of the table: its width, `left_out` or `below`. `room` in columns; 0 or less: no limit. The sum
// may exceed the room where even the least widths do not fit.
// \pre every row has as many cells as the table has columns
[[nodiscard]] std::vector<int> layout(const TableBlock& table, int room);

}  // namespace dwopt::report
