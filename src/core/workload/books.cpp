#include "books.hpp"

#include <algorithm>

namespace dwopt::workload {

Book book_of(Family family, std::size_t column) noexcept {
    switch (family) {
        case Family::table:
            switch (column) {
                case table::idx_scan:       // pg_stat_all_tables adds up the table's indexes
                case table::idx_tup_fetch:
                case table::idx_read:       // and so does pg_statio_all_tables
                case table::idx_hit: return Book::sum;
                case table::toast_read:
                case table::toast_hit: return Book::toast;
                default: return Book::row;
            }
        case Family::server: return Book::alone;  // bgwriter, checkpointer and WAL are reset one by one
        case Family::qual: return Book::sum;      // over users, databases and constants
        default: return Book::row;
    }
}

bool reset_is_total(Family family) noexcept { return family == Family::statement; }

bool has_counters(Family family) noexcept {
    const auto all = columns(family);
    return std::any_of(all.begin(), all.end(), [](const CounterColumn& c) { return c.measure == Measure::counter; });
}

bool gauges_count(Family family) noexcept { return family != Family::statement; }

}  // namespace dwopt::workload
