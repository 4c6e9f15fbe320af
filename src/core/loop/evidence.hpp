// Reads what the analysing stages look at out of the workspace.
#pragma once

#include "dwopt/stages.hpp"

namespace dwopt::loop {

// The last `since` before the newest snapshot. Throws Error{failed} when there is no snapshot.
// `remember`: how far before that snapshot Evidence::earlier goes.
[[nodiscard]] Evidence read_evidence(Store& store, Duration since, Timestamp now, Duration remember = {});

}  // namespace dwopt::loop
