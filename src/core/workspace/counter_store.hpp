// Counters on disk: last readings and windows.
#pragma once

#include "dwopt/counters.hpp"
#include "dwopt/snapshot.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <map>
#include <vector>

namespace dwopt::workspace {

// Makes the stored last readings equal to `readings`, touching only rows that changed. Rows and families that are gone
// keep their key for the windows that refer to it, marked with the end of the last such window: `before`
// (microseconds).
void write_readings(SQLite::Database& db, const std::vector<CounterReading>& readings, std::int64_t before);
// The window ends at `at` (microseconds). After write_readings().
void write_deltas(SQLite::Database& db, const std::vector<CounterDelta>& deltas, std::int64_t snapshot,
                  std::int64_t at);

[[nodiscard]] std::vector<CounterReading> read_readings(SQLite::Database& db);
// The last values of one family, by key.
[[nodiscard]] std::map<std::string, std::vector<double>> read_totals(SQLite::Database& db, Family family);

}  // namespace dwopt::workspace
