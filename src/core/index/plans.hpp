// What is known of one pattern's plans, and what follows from it for sets of candidates that nobody has asked the planner about.
//
// Each plan seen says: with these candidates shown, those of them used, it costs that much. From this follow
//   exact values   of every set between the used and the shown ones: the planner would take the same plan, unless an index that it does not
//                  use changes what it thinks of a column, which only asked() rules out
//   lower bounds   of every set inside a shown one (Wii: Wang et al., "Wii: Dynamic Budget Reallocation In Index Tuning", SIGMOD 2024)
//   guesses        of all others, in the manner of INUM (Papadomanolakis et al., "Efficient Use of the Query Optimizer for
//                  Automated Physical Design", VLDB 2007): a known plan in which other candidates serve the same accesses, its
//                  cost changed by the pages they have more or fewer; and plans for different tables, their savings added.
// No guess is below a lower bound, and a plan whose guesses proved too good is trusted less from then on, else the search would
// go from one illusion to the next. What is chosen by guesses is always planned before it is believed.
#pragma once

#include "bits.hpp"
#include "memo.hpp"
#include "pool.hpp"

#include <optional>
#include <deque>
#include <set>
#include <vector>

namespace dwopt::indexing {

// How a plan reads one candidate.
struct Scan {
    CandidateId candidate = 0;
    double share = 1;       // of its entries, that one scan reads
    bool searched = false;  // through its keys; else from end to end
    bool only = false;      // without the table
};

struct Costed {
    double cost = 0;
    std::vector<Scan> scans;
    CandidateSet used;    // sorted
    std::string failure;  // not empty: cost is that without candidates
    double fetches = 0;   // single_fetches()
};

class Plans {
  public:
    Plans(const Pool& pool, double base, double page_cost);

    void learn(const CandidateSet& shown, Costed costed);
    // The plan that holds for exactly this set, if known.
    [[nodiscard]] const Costed* known(const CandidateSet& set) const;
    // The same, if it was asked for and does not follow from that of another set.
    [[nodiscard]] const Costed* asked(const CandidateSet& set) const;
    [[nodiscard]] double guess(const CandidateSet& set) const { return guess_seen(in_slots(set)); }
    // A set as this pattern sees it. Holds until something is learnt.
    [[nodiscard]] Bits in_slots(const CandidateSet& set) const;
    void add(Bits& set, CandidateId candidate) const {
        if (const int s = slot(candidate); s >= 0) set.set(static_cast<std::size_t>(s));
    }
    [[nodiscard]] double guess_seen(const Bits& set) const;
    // Whether it can serve an access of any plan seen; others do not change the guess.
    [[nodiscard]] bool useful(CandidateId candidate) const { return slot(candidate) >= 0; }
    // The least cost seen with any set.
    [[nodiscard]] double least() const { return least_; }
    [[nodiscard]] double base() const { return base_; }
    // Planner units more (or fewer) when `other` takes the place of `used` in that plan; nothing if it cannot.
    [[nodiscard]] std::optional<double> difference(const Costed& plan, CandidateId used, CandidateId other) const;

    struct Seen {
        CandidateSet shown;
        Costed plan;
    };
    [[nodiscard]] const std::deque<Seen>& seen() const { return seen_; }

  private:
    // Candidates that can serve anything get a slot; sets of slots are what guesses are made of.
    struct Access {
        Scan scan;
        Bits servers;               // slots
        std::vector<double> extra;  // by slot: planner units more than the plan's own candidate takes
    };
    struct View {  // of what was seen, in slots
        std::vector<Access> accesses;
        Bits shown, used;
        bool in_slots = true;  // all that is used
        double trust_others = 1, trust_together = 1;  // share of a guessed saving that came true, by others serving or beside other plans
    };
    struct Served {
        double cost = 0;
        Bits by;
        std::uint64_t tables = 0;
        std::size_t view = 0;
        bool by_others = false;
    };
    struct Guess {
        double cost = 0;
        std::vector<std::size_t> views;  // it is made of
        bool together = false, by_others = false;
    };
    [[nodiscard]] std::optional<double> difference(const Scan& scan, CandidateId other) const;
    [[nodiscard]] int slot(CandidateId candidate) const {
        if (slots_.size() <= candidate) slots_.resize(pool_->size(), unknown);
        return slots_[candidate] == unknown ? slots_[candidate] = find_slot(candidate, Bits::capacity - kept_for_used) : slots_[candidate];
    }
    [[nodiscard]] int find_slot(CandidateId candidate, std::size_t most) const;
    void enter(CandidateId candidate, std::size_t slot, std::size_t first_view) const;
    [[nodiscard]] bool serve(const Costed& plan, const View& view, const Bits& set, Served& served) const;
    // No set of those seen, nor any part of one, costs less.
    [[nodiscard]] double at_least(const Bits& set) const;
    [[nodiscard]] Guess together(const std::vector<Served>& sorted, std::size_t first) const;
    [[nodiscard]] Guess worked_out(const Bits& set) const;
    void correct(const Guess& guess, double cost);

    static constexpr int unknown = -2, useless = -1;
    static constexpr std::size_t kept_for_used = 256;  // of the slots
    const Pool* pool_;
    double base_, page_cost_, least_;
    std::deque<Seen> seen_;  // stays where it is while it grows
    struct Kind {  // of access, to a candidate
        CandidateId candidate;
        bool by_key, only;
        auto operator<=>(const Kind&) const = default;
    };
    std::set<Kind> kinds_;
    mutable std::vector<int> slots_;               // by candidate
    mutable std::vector<CandidateId> in_slot_;
    mutable std::vector<std::uint64_t> table_of_;  // by slot, a bit; tables 64 apart share one, and their savings are not added
    mutable std::deque<View> views_;               // as seen_
    mutable Memo guesses_;
};

}  // namespace dwopt::indexing
