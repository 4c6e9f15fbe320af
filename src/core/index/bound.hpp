// How much any set within the budget could save, by the plans seen: what is left between that and a choice is its gap to the optimum.
//
// A Lagrangian bound. Bytes get a price, and every candidate's bytes are shared out among the patterns, so that each pattern may
// choose its best plan for itself; whatever the price and the shares, the sum of what the patterns gain, and the budget at that price,
// is no less than what any set gains. Price and shares are moved for a few hundred rounds and the least sum is kept.
// Holds for the plans seen and the candidates known; what nobody thought of is outside. Source: Geoffrion, "Lagrangean relaxation
// for integer programming" (1974).
#pragma once

#include "costing.hpp"

#include <functional>
#include <optional>

namespace dwopt::indexing {

// Milliseconds a day, as the objective weighs them. `price`: what a candidate costs a day, upkeep and rent. Nullopt: out of time.
[[nodiscard]] std::optional<double> most_to_gain(const Costing& costing, const Pool& pool, std::optional<Bytes> budget,
                                                 const std::function<double(CandidateId)>& price, const Deadline& deadline);

}  // namespace dwopt::indexing
