// The activity of one family between two readings, row by row. The reasoning stands in difference.cpp.
#pragma once

#include "continuity.hpp"

#include "dwopt/counters.hpp"

namespace dwopt::workload {

struct FamilyDelta {
    CounterDelta delta;
    bool fell = false;  // some row's own counters fell: a reset or eviction of single rows
};

// `before` null: not read before. Rows may come unsorted and, hidden ones, several under one key.
[[nodiscard]] FamilyDelta family_delta(const CounterReading* before, const CounterReading& after, Continuity continuity);

}  // namespace dwopt::workload
