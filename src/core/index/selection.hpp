// The choice: which candidates to build.
//
// In rounds: the search proposes a set by what the plans seen so far say; the planner is asked about exactly that set, pattern by
// pattern; its plans teach the search where it guessed wrong. The best set that was wholly planned is kept. Rounds end when the
// search proposes nothing better.
#pragma once

#include "search.hpp"
#include "survey.hpp"

namespace dwopt::indexing {

[[nodiscard]] CandidateSet choose(Costing& costing, const Pool& pool, Search& search, Surveyor& surveyor, const Deadline& deadline, Progress& progress);

}  // namespace dwopt::indexing
