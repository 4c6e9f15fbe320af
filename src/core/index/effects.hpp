// What the chosen set does to the patterns, planned once more with all of it visible; and which of them may get slower all the same.
#pragma once

#include "costing.hpp"

#include <vector>

namespace dwopt::indexing {

struct Fetches {  // single_fetches()
    double before = 0, after = 0;
};

struct Effect {
    std::size_t pattern = 0;  // in Costing::patterns()
    double before = 0, after = 0;
    Fetches fetches;
    std::vector<Fetches> wide_fetches;  // were what its placeholders bound wide, for each width tried; before them only where it matters
    CandidateSet used;
    std::vector<double> share;  // of the saving, for each of `used`: by what its absence would cost
};
// On each pattern that reads their tables. After an interrupt a pattern may be missing for which the planner was not asked any more.
[[nodiscard]] std::vector<Effect> effects_of(Costing& costing, const CandidateSet& chosen, const Deadline& deadline);

// What its fetches could take of a call. 0 if the pattern was never timed.
[[nodiscard]] Millis time_to_fetch(const Costing& costing, const Effect& effect);
// The fetches, where those beyond today's could take half as long as the whole call takes today: it may get slower then, whatever the planner
// says. Else 0.
[[nodiscard]] double fetches_at_risk(const Costing& costing, const Effect& effect);

}  // namespace dwopt::indexing
