// What the planner makes of each pattern's candidates: the plans that the selection works with.
//
// Each pattern is planned with all its candidates visible at once, then with the narrower forms only, with what was taken
// hidden, and table by table. So a pattern costs a handful of calls however many candidates it has, and what no plan takes
// is never looked at again.
#pragma once

#include "costing.hpp"

namespace dwopt::indexing {

struct Refused {
    IndexSpec spec;
    std::string reason;
};

struct Survey {
    std::vector<CandidateId> survivors;       // that some plan took, sorted by canonical text
    std::vector<CandidateSet> bundles;        // of two to four survivors that one plan took together
    std::vector<CandidateSet> own;            // by pattern: the candidates its text asks for
    std::vector<Refused> refused;             // the server would not have them
    std::vector<std::pair<RelationName, std::string>> excluded_tables;  // tables a candidate was wanted for, and why there is none
    std::set<std::pair<RelationName, std::string>> hidden;  // expressions that an index could be on, were their literals known
};

struct SurveyOptions {
    CandidateLimits limits;
    Bytes min_table_size{};
    double min_gain = 0.005;   // of a pattern's cost; below, it is left alone
};

[[nodiscard]] Survey survey(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options,
                            const Deadline& deadline, Progress& progress);

}  // namespace dwopt::indexing
