// What the chosen set does to the patterns, planned once more with all of it visible; and which of them may get slower all the same.
#pragma once

#include "costing.hpp"

#include <map>
#include <vector>

namespace dwopt::indexing {

struct Fetches {  // single_fetches()
    double before = 0, after = 0;
};

struct Effect {
    std::size_t pattern = 0;  // in Costing::patterns()
    double before = 0, after = 0;
    Fetches fetches;
    CandidateSet used;
    std::vector<double> share;  // of the saving, for each of `used`: by what its absence would cost
};
// On each pattern that reads their tables. After an interrupt a pattern may be missing for which the planner was not asked any more.
[[nodiscard]] std::vector<Effect> effects_of(Costing& costing, const CandidateSet& chosen, const Deadline& deadline);

// What its fetches could take of a call. 0 if the pattern was never timed.
[[nodiscard]] Millis time_to_fetch(const Costing& costing, const Effect& effect);
// The fetches, where those beyond today's could take as long as all that the plan saves of a call, or half of the call: it may get slower
// then, whatever the planner says. Else 0.
[[nodiscard]] double fetches_at_risk(const Costing& costing, const Effect& effect);

// Of a call of a pattern: the mean over its examples and what its placeholders may be, and the most fetches at risk among these.
struct CallCost {
    double before = 0, after = 0;
    double at_risk = 0;
    bool wide_at_risk = false;  // that is where its ranges are wide
    bool guessed = false;       // nobody knows how wide its ranges are
};
[[nodiscard]] std::map<const Pattern*, CallCost> by_pattern(const Costing& costing, const std::vector<Effect>& effects);

}  // namespace dwopt::indexing
