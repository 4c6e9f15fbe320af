// Indexes that cost more than they give: invalid leftovers, duplicates, prefixes of others, unused ones, and
// those whose work another does as well.
// What may be said of an index is judged in model/index_facts.hpp, the same for findings and for advice.
#pragma once

#include "costing.hpp"
#include "upkeep.hpp"

#include "dwopt/finding.hpp"

namespace dwopt::indexing {

struct Drops {
    std::vector<Recommendation> recommendations;  // invalid ones first, then by size
    std::vector<Rejection> rejected;
};

// `costing` and `oracle` may be null; with an oracle that can hide indexes, a prefix is only dropped if no pattern gets slower.
[[nodiscard]] Drops propose_drops(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, const Costing* costing,
                                  CostOracle* oracle, const Deadline& deadline);

}  // namespace dwopt::indexing
