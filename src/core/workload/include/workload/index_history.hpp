// When indexes came to be and were last read, as far as the workspace has seen it: PostgreSQL keeps neither beyond a reset.
#pragma once

#include "dwopt/ports.hpp"

#include <map>

namespace dwopt::workload {

struct IndexHistory {
    // For Evidence::index_appeared: indexes that the first stored window did not hold yet, with the end of the window that held
    // them first. Where old windows were dropped or merged an index may seem younger than it is by as much, never older by more
    // than the first window is long.
    std::map<Oid, Timestamp> appeared;
    // For Evidence::index_scanned.
    std::map<Oid, Timestamp> scanned;
};

// Reads all windows.
[[nodiscard]] IndexHistory index_history(Store& store);

}  // namespace dwopt::workload
