// The choice: which of the surviving candidates to build.
//
// Lazy greedy (Leskovec et al., "Cost-effective outbreak detection", KDD 2007): gains mostly shrink as the set grows, so
// a move is only evaluated again when it stands at the top. A move adds one candidate, or a bundle the planner used
// together. Under a budget moves are ranked by gain per byte; without one by gain per square root of bytes. Space is never
// quite free: an index pays a rent, 5 % of the workload's time for as many bytes as the workload's tables have (0.5 %
// where a budget limits space anyway), so that a wide one must earn its width. After each addition, earlier choices that are no longer worth it go; at the end,
// each choice is tried against its alternatives on the same table. PostgreSQL's costs are neither quite monotone nor
// submodular, so the passes measure real totals and never trust sums of single gains.
#pragma once

#include "survey.hpp"
#include "upkeep.hpp"

#include <functional>
#include <optional>

namespace dwopt::indexing {

struct SelectionOptions {
    std::optional<Bytes> budget;
    int max_indexes = 20;
    double min_saved_pct = 1;  // of the patterns a single index changes
};

// Gains are in ms a day, upkeep taken off.
class Selector {
  public:
    Selector(Costing& costing, const Pool& pool, const Upkeep& upkeep, const SelectionOptions& options)
        : costing_(&costing), pool_(&pool), upkeep_(&upkeep), options_(options), rent_per_byte_(costing.rent_per_byte(options.budget ? 0.005 : 0.05)) {}

    // The set to build. Stops early at the deadline with what it has.
    [[nodiscard]] CandidateSet choose(const Survey& survey, const Deadline& deadline, Progress& progress);

    struct Gain {
        double saved = 0;    // ms a day, before upkeep
        double upkeep = 0;   // ms a day
        double rent = 0;     // ms a day
        double touched = 0;  // ms a day of the patterns whose cost changes, before
        [[nodiscard]] double net() const { return saved - upkeep - rent; }
        [[nodiscard]] double saved_pct() const { return touched > 0 ? 100 * saved / touched : 0; }
    };
    // What `more` adds to `set`.
    [[nodiscard]] Gain gain(const CandidateSet& set, const CandidateSet& more);

  private:
    struct Move {
        CandidateSet members;
        double rank = 0;
        std::size_t round = 0;  // in which it was evaluated
    };
    [[nodiscard]] std::optional<double> rank(const CandidateSet& chosen, const CandidateSet& members);
    [[nodiscard]] bool fits(const CandidateSet& set) const;
    [[nodiscard]] bool worthwhile(const Gain& gain) const;
    [[nodiscard]] bool needed(const CandidateSet& chosen, CandidateId id, const Gain& loss, double total) const;
    [[nodiscard]] bool rivalled(const CandidateSet& chosen, const CandidateSet& members) const;
    void grow(CandidateSet& chosen, std::vector<Move>& moves, const Deadline& deadline, Progress& progress);
    void shrink(CandidateSet& chosen, const Deadline& deadline);
    bool swap(CandidateSet& chosen, const Survey& survey, const Deadline& deadline);

    Costing* costing_;
    const Pool* pool_;
    const Upkeep* upkeep_;
    SelectionOptions options_;
    double rent_per_byte_;
};

}  // namespace dwopt::indexing
