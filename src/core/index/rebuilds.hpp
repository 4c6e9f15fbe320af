// Bloated indexes: btrees that take far more room than the same entries would freshly packed. The estimate is the size model's
// (size.hpp), held against the size on disk; it errs towards finding nothing. Where pgstattuple has measured, that counts.
#pragma once

#include "proposals.hpp"
#include "upkeep.hpp"

#include "dwopt/finding.hpp"

namespace dwopt::indexing {

// None for an index that `others` make, drop or replace.
[[nodiscard]] std::vector<Recommendation> propose_rebuilds(const View& view, const Thresholds& thresholds, const Upkeep& upkeep,
                                                           const std::vector<Recommendation>& others);

}  // namespace dwopt::indexing
