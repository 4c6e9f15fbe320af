// What differs between PostgreSQL 13, 14, 15, 16 and 17, as data: the SQL of every counter column, and the few clauses
// around them, each with the versions it holds for. The questions are put together from this table, and nowhere else
// in the room does code ask for a version. Tested on 15; the others are written from their documentation.
#pragma once

#include "dwopt/counters.hpp"

#include <string>
#include <string_view>

namespace dwopt::postgres {

inline constexpr int oldest_version = 13, newest_version = 17, tested_version = 15;

// The expressions of a family's columns, in order, joined by ", ". Aliases in them are those of the question that
// asks. "0" stands where this version cannot tell. For the statement family `version` is statements_version().
[[nodiscard]] std::string select_list(Family family, int version);

// A clause by its name in the table ("statement.toplevel"), as this version has it.
[[nodiscard]] std::string_view clause(std::string_view name, int version);

// The server version whose pg_stat_statements has the columns of extension version `text` ("1.10" → 15): after
// pg_upgrade the extension stays behind until ALTER EXTENSION … UPDATE.
[[nodiscard]] int statements_version(std::string_view text);
// The extension's version that comes with a server, "1.10".
[[nodiscard]] std::string_view statements_extension(int version);

}  // namespace dwopt::postgres
