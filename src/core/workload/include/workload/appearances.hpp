// When indexes came to be, as far as the workspace has seen it: PostgreSQL does not keep the time.
#pragma once

#include "dwopt/ports.hpp"

#include <map>

namespace dwopt::workload {

// For Evidence::index_appeared: indexes that the first stored window did not hold yet, with the end of the window that held
// them first. Where old windows were dropped or merged an index may seem younger than it is by as much, never older by more
// than the first window is long. Reads all windows.
[[nodiscard]] std::map<Oid, Timestamp> index_appearances(Store& store);

}  // namespace dwopt::workload
