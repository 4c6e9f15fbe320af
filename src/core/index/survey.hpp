// What the planner makes of each pattern's candidates: the plans that the selection works with.
//
// Each pattern is planned with all its candidates visible at once, then with the narrower forms only, with what was taken
// hidden, and table by table. So a pattern costs a handful of calls however many candidates it has, and what no plan takes
// is never looked at again.
#pragma once

#include "costing.hpp"

#include <map>
#include <set>

namespace dwopt::indexing {

struct Refused {
    IndexSpec spec;
    std::string reason;
};

struct Survey {
    std::vector<CandidateId> survivors;       // that some plan took, sorted by canonical text
    std::vector<CandidateSet> bundles;        // of survivors that one plan took together
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

// Looks in the order of what there may be to gain, so that it can be left off and taken up again: first at every pattern with all its
// candidates, then closer at those that some helped.
class Surveyor {
  public:
    Surveyor(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options);
    // Whether nothing is left to look at.
    bool go_on(const Deadline& deadline, Progress& progress);
    // All seen so far.
    [[nodiscard]] Survey found() const;
    [[nodiscard]] const SurveyOptions& options() const { return options_; }

  private:
    struct Look {  // at one pattern, after another
        std::size_t pattern;
        CandidateSet all;
        CandidateSet shown;   // next
        CandidateSet used{};  // of all, the first time
        bool helped = true;
    };
    void propose(std::size_t pattern);
    [[nodiscard]] std::pair<CandidateSet, CandidateSet> apart(std::size_t pattern) const;
    void try_doubtful(const std::vector<std::size_t>& patterns, const Deadline& deadline);
    void look_first(const std::vector<std::size_t>& patterns, const Deadline& deadline);
    void look_closer(std::vector<Look> looks, const Deadline& deadline);
    void sort_by_gain();
    template <class Tell>
    void take(std::vector<Look>& looks, const Deadline& deadline, const Tell& tell);
    CandidateSet taken(std::size_t pattern, const CandidateSet& shown);
    [[nodiscard]] CandidateSet up_to(const CandidateSet& all, Form form) const;
    [[nodiscard]] std::vector<CandidateSet> by_table(const CandidateSet& all, const CandidateSet& used) const;

    const View* view_;
    Costing* costing_;
    Pool* pool_;
    SurveyOptions options_;
    std::vector<std::size_t> order_;  // of the patterns
    std::size_t first_done_ = 0;      // of order_
    std::vector<Look> looks_;         // to be taken closer
    std::size_t closer_done_ = 0;
    std::vector<CandidateSet> own_;
    std::set<CandidateId> survivors_;
    std::set<CandidateSet> bundles_;
    std::set<CandidateId> tried_;
    std::map<CandidateId, std::string> refused_;
    std::map<RelationName, std::string> excluded_;
    std::set<std::pair<RelationName, std::string>> hidden_;
};

}  // namespace dwopt::indexing
