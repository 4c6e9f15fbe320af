// Normalised texts made ready for PREPARE.
#pragma once

#include "sql/features.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dwopt::sql {

// A statement with $n in place of literals, as pg_stat_statements and normalise() write it, in a form that PostgreSQL 13
// and later accept in PREPARE, with a type for every parameter. Such texts fail there in many ways, each mended here:
//   grammar    date $1, interval $1 day → $1::date, $1::interval day; extract($1 from x) → date_part($1::text, x)
//   ambiguity  $1 + $2, sum($1), count($1), now() - $1, generate_series($1, $2), $1 IS NULL: casts by what stands around
//   identity   select f(x, $1) … group by f(x, $2): the same parameter in both
//   numbering  parameters run from 1 to the highest without gaps
// A PREPARE, DECLARE CURSOR, CREATE TABLE AS, COPY (query) or EXPLAIN gives its query. What does not parse, or
// needs nothing, comes back as it is but for white space. `lookup` tells the types of columns; without, they are guessed
// from the text. The number of parameters may grow: parameter_count() tells it.
[[nodiscard]] std::string plannable(std::string_view normalised, const TableLookup& lookup = NoTables{});

// The text with literals, given as SQL by number, in place of some of its placeholders. Nothing if one of these stands in more than one place, or in none.
[[nodiscard]] std::optional<std::string> with_literals(std::string_view normalised, const std::map<int, std::string>& literals);

inline constexpr const char* no_interval = "'0'";  // the literal that leaves a time as it is when added to it

// Highest $n of a text (not looking into strings and comments); 0 without.
[[nodiscard]] int parameter_count(std::string_view sql);

}  // namespace dwopt::sql
