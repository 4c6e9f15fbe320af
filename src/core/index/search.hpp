// The search for a set of candidates under limits, judged by what the plans seen so far say of it. Asks nobody.
//
// Lazy greedy first (Leskovec et al., "Cost-effective outbreak detection", KDD 2007): gains mostly shrink as the set grows, so a
// move is only judged again when it stands at the top. Then local search: every choice against its alternatives on the same
// table, among them merged ones that carry the columns of two, and every move from outside. What does not fit after a step is
// mended by giving up the choices that save least per byte, and what room is left is filled again. A step is first judged with
// its bytes priced at what the weakest choice saves per byte, the multiplier of the Lagrangian relaxation.
#pragma once

#include "costing.hpp"
#include "upkeep.hpp"

#include <deque>
#include <optional>

namespace dwopt::indexing {

struct SelectionLimits {
    std::optional<Bytes> budget;
    int max_indexes = 0;       // 0: any number
    double min_saved_pct = 1;  // of the patterns a single index changes
    Millis build{};            // of all of them; 0: any
    double regression_pct = 10;      // by which a plan may make any one pattern slower
    double write_regression_pct = 0;  // and upkeep one that writes; 0: any
    [[nodiscard]] bool any() const { return budget || max_indexes > 0 || build.value > 0; }  // of space, number and time to build
    [[nodiscard]] bool bearable(double slower_pct) const { return write_regression_pct <= 0 || slower_pct <= write_regression_pct; }
};

struct Selection {
    CandidateSet set;
    std::vector<double> costs;  // by pattern, as known or guessed
    std::vector<Bits> seen;     // by pattern, the set as its plans see it
    double value = 0;           // ms a day saved, upkeep and rent taken off
    Bytes bytes{};
    Millis build{};
    std::vector<double> slower;  // by writer (Upkeep), percent
};

class Search {
  public:
    Search(Costing& costing, Pool& pool, const Upkeep& upkeep, const SelectionLimits& limits);

    // A set worth trying as one step.
    void offer(const CandidateSet& move);
    [[nodiscard]] Selection at(const CandidateSet& set);
    // The best found from there on. Moves are ranked by gain per byte to the power of `thrift`: 1 for the small ones first.
    [[nodiscard]] Selection improve(Selection from, double thrift, const Deadline& deadline);
    // The same as if there were no limits of space, number and time to build.
    [[nodiscard]] Selection improve_without_limits(Selection from, const Deadline& deadline);
    // Towards the limits from a set that does not keep to them: one choice given up, or a smaller one taken in its place.
    struct WayDown {
        CandidateId from = 0;
        CandidateSet to;
        double loss = 0;  // of value
        double rate = 0;  // of loss, per byte by which it comes nearer to the budget; once within it, per choice
    };
    // The cheapest for each choice, by their rates.
    [[nodiscard]] std::vector<WayDown> ways_down(const Selection& selection);
    [[nodiscard]] bool fits(const Selection& selection) const;

    struct Gain {
        double saved = 0;    // ms a day, before upkeep, as the objective weighs them
        double time = 0;     // ms a day, as they would be measured
        double upkeep = 0;   // ms a day
        double rent = 0;     // ms a day
        double touched = 0;  // ms a day of the patterns whose cost changes, before
        [[nodiscard]] double net() const { return saved - upkeep - rent; }
        [[nodiscard]] double saved_pct() const { return touched > 0 ? 100 * saved / touched : 0; }
    };
    [[nodiscard]] double price(CandidateId id);  // upkeep and rent, ms a day
    [[nodiscard]] const SelectionLimits& limits() const { return limits_; }
    // Whether the set would keep to the limits.
    [[nodiscard]] bool allows(const CandidateSet& set) { return fits(at(set)); }
    // What `more` adds to `set`.
    [[nodiscard]] Gain gain(const CandidateSet& set, const CandidateSet& more);

  private:
    struct Step {  // from a selection to one with more
        double value = 0;
        Bytes bytes{};
        Millis build{};
        std::size_t added = 0;
        bool bearable = true;  // for those who write
    };
    struct Toll {  // what one candidate takes
        double price = 0;  // upkeep and rent, ms a day
        Millis build{};
        std::vector<std::pair<std::size_t, double>> burdens;
    };
    const Toll& toll(CandidateId id);
    [[nodiscard]] bool fits(std::size_t indexes, Bytes bytes, Millis build) const;
    [[nodiscard]] bool bearable(const Selection& from, const CandidateSet& fresh);
    // Too many at once where there are limits: parts of it may be worth more for their bytes.
    [[nodiscard]] bool unwieldy(const CandidateSet& move) const;
    // Whether a selection that does not fit is nearer to it without that one.
    [[nodiscard]] bool relieves(const Selection& selection, CandidateId id);
    [[nodiscard]] Selection changed(const Selection& from, CandidateSet next);
    // What changed() would come to with these added: asked a million times, so nothing is copied.
    [[nodiscard]] Step tried(const Selection& from, const CandidateSet& more);
    // Candidates that some step of adding them alone would make better: worth merging with.
    [[nodiscard]] std::set<CandidateId> promising(const Selection& selection);
    [[nodiscard]] std::set<CandidateId> alternatives(CandidateId id, const std::set<CandidateId>& worth_merging);
    // What would do in its place for all but one of the patterns that use it: merged from what each of them would take there.
    [[nodiscard]] std::set<CandidateId> narrowed(const Selection& rest, CandidateId id);
    // Choices by what they save per byte, the weakest first.
    [[nodiscard]] std::vector<std::pair<double, CandidateId>> by_density(const Selection& selection);
    [[nodiscard]] Selection mended(Selection selection, const std::vector<std::pair<double, CandidateId>>& weakest, const Deadline& deadline);
    void grow(Selection& selection, std::size_t most_moves, const Deadline& deadline);
    void trim(Selection& selection, const Deadline& deadline);
    bool step(Selection& best, const Deadline& deadline);

    Costing* costing_;
    Pool* pool_;
    const Upkeep* upkeep_;
    SelectionLimits limits_;
    double rent_per_byte_;
    double thrift_ = 1;
    struct Move {
        CandidateSet members;
        double rank = 0;  // when last judged
    };
    std::vector<Move> moves_;
    std::set<CandidateSet> offered_;
    std::map<int, std::set<CandidateId>> by_table_;
    std::deque<std::optional<Toll>> tolls_;
    CandidateSet fresh_;          // of tried()
    std::vector<std::size_t> touched_;
};

}  // namespace dwopt::indexing
