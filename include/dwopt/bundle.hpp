// What a bundle (dwopt-bundle/1) carries: a warehouse's planner-visible self and its workload. Values only, as they were
// read: whatever comes out of a file is not trusted before the twin has taken it in.
#pragma once

#include "dwopt/error.hpp"
#include "dwopt/twin.hpp"
#include "dwopt/units.hpp"
#include "dwopt/workload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dwopt {

// pg_stat_statements as a bundle holds it.
struct BundleStatement {
    std::int64_t queryid = 0;
    std::string query;
    double calls = 0, total_ms = 0, rows = 0;
};

struct Bundle {
    std::string database;                  // empty: the manifest did not say
    std::optional<Timestamp> captured_at;
    TwinImage image;
    std::vector<BundleStatement> statements;
    std::vector<Example> queries;          // sorted by name; `pattern` is empty
    std::vector<Warning> warnings;         // what was left out in reading, and why
};

}  // namespace dwopt
