// One index for another, or for two: a btree with the keys of both where two begin alike, a BRIN where a btree's rows lie in order.
// Only where everything that reads the table was planned with the new one and without the old ones, and nothing gets slower.
#pragma once

#include "pool.hpp"
#include "proposals.hpp"
#include "upkeep.hpp"
#include "witnesses.hpp"

#include "dwopt/finding.hpp"

namespace dwopt::indexing {

// At most one a table, and none on tables that `others` change: each is judged by the catalog as it is.
[[nodiscard]] Proposals propose_replacements(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Pool& pool, Witnesses& witnesses,
                                             const std::vector<Recommendation>& others);

}  // namespace dwopt::indexing
