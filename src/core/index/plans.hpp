// What is known of one pattern's plans, and what follows from it for sets of candidates that nobody has asked the planner about.
//
// Each plan seen says: with these candidates shown, those of them used, it costs that much. From this follow
//   exact values   of every set between the used and the shown ones: the planner would take the same plan
//   lower bounds   of every set inside a shown one (Wii: Wang et al., "Wii: Dynamic Budget Reallocation In Index Tuning", SIGMOD 2024)
//   guesses        of all others, in the manner of INUM (Papadomanolakis et al., "Efficient Use of the Query Optimizer for
//                  Automated Physical Design", VLDB 2007): a known plan in which other candidates serve the same accesses, its
//                  cost changed by the pages they have more or fewer; and plans for different tables, their savings added.
// No guess is below a lower bound. What is chosen by guesses is always planned before it is believed.
#pragma once

#include "pool.hpp"

#include <optional>
#include <deque>
#include <set>
#include <unordered_map>
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
};

struct SetHash {
    std::size_t operator()(const CandidateSet& set) const noexcept {
        std::size_t hash = 0xcbf29ce484222325ULL;
        for (const auto id : set) hash = (hash ^ id) * 0x100000001b3ULL;
        return hash;
    }
};

class Plans {
  public:
    Plans(const Pool& pool, double base, double page_cost) : pool_(&pool), base_(base), page_cost_(page_cost), least_(base) { seen_.push_back({{}, {base, {}, {}, {}}}); }

    void learn(const CandidateSet& shown, Costed costed);
    // The plan that holds for exactly this set, if known.
    [[nodiscard]] const Costed* known(const CandidateSet& set) const;
    [[nodiscard]] double guess(const CandidateSet& set) const;
    // Whether it can serve an access of any plan seen; others do not change the guess.
    [[nodiscard]] bool useful(CandidateId candidate) const;
    // The least cost seen with any set.
    [[nodiscard]] double least() const { return least_; }
    [[nodiscard]] double base() const { return base_; }
    // No set of those seen, nor any part of one, costs less.
    [[nodiscard]] double at_least(const CandidateSet& set) const;

    // Planner units more (or fewer) when `other` takes the place of `used` in that plan; nothing if it cannot.
    [[nodiscard]] std::optional<double> difference(const Costed& plan, CandidateId used, CandidateId other) const;

    struct Seen {
        CandidateSet shown;
        Costed plan;
    };
    [[nodiscard]] const std::deque<Seen>& seen() const { return seen_; }

  private:
    struct Served {
        double cost = 0;
        CandidateSet by;
    };
    [[nodiscard]] std::optional<Served> serve(const Costed& plan, const CandidateSet& set) const;
    // Planner units more (or fewer) when `other` serves that scan; nothing if it cannot.
    [[nodiscard]] std::optional<double> difference(const Scan& scan, CandidateId other) const;
    [[nodiscard]] double combined(const std::vector<Served>& sorted, std::size_t first) const;

    const Pool* pool_;
    double base_, page_cost_, least_;
    std::deque<Seen> seen_;  // stays where it is while it grows
    struct Kind {  // of access, to a candidate
        CandidateId candidate;
        bool by_key, only;
        auto operator<=>(const Kind&) const = default;
    };
    std::set<Kind> kinds_;
    mutable std::vector<signed char> useful_;
    mutable std::unordered_map<CandidateSet, double, SetHash> guesses_;
};

}  // namespace dwopt::indexing
