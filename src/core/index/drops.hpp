// Indexes that cost more than they give: invalid leftovers, duplicates, prefixes of others, unused ones, and
// those whose work another does as well.
// What may be said of an index is judged in model/index_facts.hpp, the same for findings and for advice.
#pragma once

#include "proposals.hpp"
#include "upkeep.hpp"
#include "witnesses.hpp"

#include "dwopt/finding.hpp"

namespace dwopt::indexing {

// Invalid ones first, then by size. `witnesses` may be null; with them a prefix is only dropped if no pattern gets slower.
[[nodiscard]] Proposals propose_drops(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Witnesses* witnesses);

}  // namespace dwopt::indexing
