// Choices put into recommendations, and the strongest of the rest into one sentence each: why a candidate was taken or not is data.
#pragma once

#include "effects.hpp"
#include "selection.hpp"

#include "dwopt/recommendation.hpp"

namespace dwopt::indexing {

// One recommendation per chosen index, by saved time a day, descending.
//
// Confidence: planner 0.85, generic plan 0.7, rules 0.4; × 0.8 where the saving is under 10 % or the pattern ran fewer than
// five times, × 0.6 for a table never analyzed, × 0.8 for one with more than a fifth of its rows changed since, × 0.7
// for an expression, which has no statistics before it is indexed.
[[nodiscard]] std::vector<Recommendation> recommend_creates(const View& view, Costing& costing, const Pool& pool, const Upkeep& upkeep,
                                                            const CandidateSet& chosen, const std::vector<Effect>& effects,
                                                            const std::string& evidence_source);

// The ten candidates that would have saved most, and why they were not taken.
[[nodiscard]] std::vector<Rejection> reject_rest(const Pool& pool, Search& search, const Upkeep& upkeep, const Survey& survey, const CandidateSet& chosen,
                                                 const SelectionLimits& options, const Deadline& deadline);

// As the catalog would have it once it is built.
[[nodiscard]] Index as_index(const IndexSpec& spec);
// The parts of a recommendation that follow from the index alone: id, target, layer, summary, DDL, undo, locks, sizes, build time.
[[nodiscard]] Recommendation create_base(const View& view, const Candidate& candidate, const Upkeep& upkeep);
[[nodiscard]] double statistics_factor(const View& view, const IndexSpec& spec);

}  // namespace dwopt::indexing
