// Choices put into recommendations, and the strongest of the rest into one sentence each: why a candidate was taken or not is data.
#pragma once

#include "selection.hpp"

#include "dwopt/recommendation.hpp"

namespace dwopt::indexing {

// What the chosen set does to the patterns, planned once more with all of it visible.
struct Fetches {  // single_fetches()
    double before = 0, after = 0;
};

struct Effect {
    std::size_t pattern = 0;  // in Costing::patterns()
    double before = 0, after = 0;
    Fetches fetches;
    Fetches widest_fetches;  // were ranges between placeholders wide; before them only where it matters
    CandidateSet used;
    std::vector<double> share;  // of the saving, for each of `used`: by what its absence would cost
};
// What those fetches could take of a call, by its time today. 0 if the pattern was never timed.
[[nodiscard]] Millis time_to_fetch(const PlannedPattern& planned, const Fetches& fetches);
// The fetches that could take about as long as the whole call takes today: it may get slower then, whatever the planner says. Else 0.
[[nodiscard]] double fetches_at_risk(const PlannedPattern& planned, const Effect& effect);
// On each pattern that reads their tables. After an interrupt a pattern may be missing for which the planner was not asked any more.
[[nodiscard]] std::vector<Effect> effects_of(Costing& costing, const CandidateSet& chosen, const Deadline& deadline);

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
