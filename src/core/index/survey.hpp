// Which of all candidates the planner would take: the short list the selection works on.
//
// Each pattern is planned with all its candidates visible at once, first every form, then only the narrower ones, and what
// the plans use survives. Indexes used together in one plan are kept as a bundle too, since neither may be worth
// anything alone. So a pattern costs a handful of calls however many candidates it has.
#pragma once

#include "costing.hpp"

namespace dwopt::indexing {

struct Refused {
    IndexSpec spec;
    std::string reason;
};

struct Survey {
    std::vector<CandidateId> survivors;       // sorted by canonical text
    std::vector<CandidateSet> bundles;        // of two to four survivors
    std::map<CandidateId, std::set<std::size_t>> won;  // the patterns whose plans took the survivor, or one it can stand in for
    std::vector<Refused> refused;             // the server would not have them
    std::vector<std::pair<RelationName, std::string>> excluded_tables;  // tables a candidate was wanted for, and why there is none
};

struct SurveyOptions {
    CandidateLimits limits;
    Bytes min_table_size{};
    bool second_best = false;  // also what the planner takes when its first choice is not to be had
    double min_gain = 0.005;   // of a pattern's cost; below, it is left alone
};

// Every search of `narrow`, `wide` can serve too.
[[nodiscard]] bool stands_in(const IndexSpec& wide, const IndexSpec& narrow);

[[nodiscard]] Survey survey(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options,
                            const Deadline& deadline, Progress& progress);

}  // namespace dwopt::indexing
