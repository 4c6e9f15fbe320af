// How the server keeps the books behind each family's counters: what a fall of one counter says about the others.
#pragma once

#include "dwopt/counters.hpp"

#include <cstddef>

namespace dwopt::workload {

enum class Book {
    row,    // one entry of the server for the row: these counters fall together or not at all
    toast,  // as `row`, but the entry of the table's TOAST relation, with a life of its own
    alone,  // an entry of which nothing is known: judged by itself
    sum,    // added up over several entries: falls when one of them is dropped, which proves nothing
};

// The book of a counter; meaningless for gauges.
[[nodiscard]] Book book_of(Family family, std::size_t column) noexcept;

// The family's reset time moves only when every one of its rows is reset. (The database's stats_reset, which stands for
// tables, indexes and the database, also moves when pg_stat_reset_single_table_counters() resets one.)
[[nodiscard]] bool reset_is_total(Family family) noexcept;

[[nodiscard]] bool has_counters(Family family) noexcept;

// A row whose gauges alone changed is worth storing. (Those of a statement cannot change without a call.)
[[nodiscard]] bool gauges_count(Family family) noexcept;

}  // namespace dwopt::workload
