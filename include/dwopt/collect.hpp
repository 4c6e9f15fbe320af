// What one run of `collect` did, for the user and for scripts.
#pragma once

#include "dwopt/counters.hpp"
#include "dwopt/error.hpp"
#include "dwopt/snapshot.hpp"
#include "dwopt/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dwopt {

struct CollectSummary {
    Target target;
    std::int64_t snapshot = 0;        // id in the workspace
    Window window;                    // from the snapshot before, or from the counters' reset for the first
    bool first = false;               // the workspace had no snapshot yet
    struct Moved {
        Family family = Family::statement;
        std::int64_t rows = 0;        // rows of the family whose counters moved in the window
    };
    std::vector<Moved> moved;         // one per family that could be read, zero included
    std::int64_t new_statements = 0;  // pg_stat_statements entries not seen before
    std::int64_t new_patterns = 0;
    std::int64_t patterns = 0;        // known to the workspace now
    std::int64_t tables = 0;          // in the catalog
    std::int64_t indexes = 0;
    std::vector<Discontinuity> discontinuities;
    ServerCost cost;
    Bytes workspace{};                // size of the workspace now
    Bytes growth{};                   // … and how much this snapshot added
    Millis elapsed{};                 // of the whole run
    std::vector<Warning> warnings;
};

}  // namespace dwopt
