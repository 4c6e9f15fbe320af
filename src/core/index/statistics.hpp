// What column statistics say about values: how many distinct, how wide, how selective. Pure arithmetic on pg_stats.
#pragma once

#include "view.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::indexing {

// The elements of a one-dimensional array literal as the server prints it ({a,"b c",NULL}); NULLs are left out.
// Malformed text yields what could be read.
[[nodiscard]] std::vector<std::string> array_elements(std::string_view literal);

// Distinct values of a column among `rows`; without statistics 200, the planner's own default.
[[nodiscard]] double distinct_values(const ColumnStatistics* statistics, double rows);
// Distinct combinations, by the planner's rule (estimate_num_groups in selfuncs.c): the product, but for several columns of one table at
// most a tenth of its rows, and never fewer than the most varied column alone has.
[[nodiscard]] double distinct_combinations(const View& view, const Table& table, const std::vector<std::string>& columns);

// Distinct combinations as an index's size hangs on them: those of independent columns, as many as `rows` draws show, unless more
// is known (View::most_combinations). Columns that depend on each other make this too many, and the size too large: a budget holds.
[[nodiscard]] double distinct_entries(const View& view, const Table& table, const std::vector<std::string>& columns, double rows);

// Share of rows, 0..1, that `column IS NULL`, IS NOT NULL, is true or false keeps. Nullopt: no statistics.
[[nodiscard]] std::optional<double> share_kept(const ColumnStatistics* statistics, PredicateKind kind);

// Share of rows, 0..1, that a comparison of two columns keeps ("shipped < received", names quoted where needed; several joined by
// `conjunction`), taking the columns for independent, on the side that makes an index larger. Nullopt: it is no such text, or there are
// no statistics.
inline constexpr const char* conjunction = " AND ";
[[nodiscard]] std::optional<double> share_compared(const View& view, const Table& table, std::string_view condition);

// The SQL of such a condition as our partial indexes carry it: "error IS NOT NULL", "NOT is_deleted".
[[nodiscard]] std::string predicate_sql(std::string_view column, PredicateKind kind);

// "timestamp(3) with time zone" → "timestamp with time zone", "numeric(12,2)" → "numeric"
[[nodiscard]] std::string base_type(std::string_view type);

// Width of a value inside an index tuple: on-disk bytes, short varlena header included, and alignment (1, 2, 4, 8).
struct ValueWidth {
    std::vector<double> sizes;  // equally likely sizes, not empty
    int alignment = 1;
    double largest = 0;         // of any value there may be
    [[nodiscard]] double mean() const;
};
[[nodiscard]] ValueWidth value_width(const Column& column, const ColumnStatistics* statistics);
// The same, kept by the view.
[[nodiscard]] const ValueWidth& column_width(const View& view, const Table& table, const Column& column);
[[nodiscard]] double mean_width(const View& view, const Table& table, std::string_view column);

}  // namespace dwopt::indexing
