// The two tables of each counter family, made from the column lists of dwopt/counters.hpp:
//
//   <family>_total   (id, key, gone_at, …)   what the server last showed; `id` is the key of its windows
//   <family>_window  (snapshot, key, …)      what moved between two snapshots
//
// Real columns, because SQLite spends one byte on a zero, sums them in SQL, and users can query them.
#pragma once

#include "dwopt/counters.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::workspace {

[[nodiscard]] std::string total_table(Family family);
[[nodiscard]] std::string window_table(Family family);

// The columns, quoted, each put through `form` where {} stands for it: "{}" → "calls", "rows", …
[[nodiscard]] std::string column_list(Family family, std::string_view form = "{}");

// Makes the tables of all families, and the columns that an older workspace's tables lack.
void ensure_family_tables(SQLite::Database& db);

// As SQLite stores them: one per column of the family, a missing or not-a-number value 0, no negative zero.
[[nodiscard]] std::vector<double> normalised(Family family, const std::vector<double>& values);
void bind_values(SQLite::Statement& statement, int first, const std::vector<double>& values);
void read_values(SQLite::Statement& statement, int first, Family family, std::vector<double>& values);

}  // namespace dwopt::workspace
