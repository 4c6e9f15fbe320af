// The workload under the planner's eyes: each pattern's cost with any set of candidates, asked as seldom as possible.
//
// A pattern's cost is weighted so that weight × cost, at the base, is the time it takes a day. What is chosen is judged by costs so weighed;
// what is promised is time_saved().
#pragma once

#include "plans.hpp"

#include "dwopt/ports.hpp"
#include "sql/features.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dwopt::indexing {

// When to come to an end: the user's wish or the time limit.
class Deadline {
  public:
    Deadline(Clock& clock, Duration limit, const Cancellation& cancel)
        : clock_(&clock), cancel_(&cancel), started_(clock.now()), limit_(limit) {}
    [[nodiscard]] bool reached() const { return cancelled() || clock_->now() - started_ >= limit_; }
    [[nodiscard]] bool cancelled() const { return cancel_ && cancel_->requested(); }
    [[nodiscard]] Millis elapsed() const;
    // An earlier one, after that share of the time that is left.
    [[nodiscard]] Deadline part(double share) const {
        Deadline earlier = *this;
        earlier.limit_ -= std::chrono::duration_cast<Duration>((limit_ - (clock_->now() - started_)) * (1 - share));
        return earlier;
    }
    // For what has to be said at the end however it came: from now on, that long, whoever asks for an end.
    [[nodiscard]] Deadline grace(Duration time) const {
        Deadline later = *this;
        later.cancel_ = nullptr;
        later.started_ = clock_->now();
        later.limit_ = time;
        return later;
    }
    // For what is planned at the end: it is given up soon after the user asked for an end, else after a fifth more of the time.
    [[nodiscard]] std::function<bool()> last_call(Duration soon) const {
        return [asked = *this, soon = grace(soon), late = grace(limit_ / 5 + std::chrono::seconds(2))] { return late.reached() || (asked.cancelled() && soon.reached()); };
    }

  private:
    Clock* clock_;
    const Cancellation* cancel_;
    Timestamp started_;
    Duration limit_;
};

struct PlannedPattern {
    const Pattern* pattern = nullptr;
    std::vector<Access> accesses;
    Query query;
    double calls = 0;        // of the pattern in the window, or this example's share of them
    double base = 0;         // planner units, with the indexes there are
    double fetches = 0;      // single_fetches() of that plan
    Millis mean{};           // of a call, as things are: not as they were before an index appeared
    double weight = 0;       // ms a day per planner unit
    double worth = 0;        // what a planner unit saved counts in the choice: weight, or less for patterns that outweigh all others
    EvidenceGrade grade = EvidenceGrade::planner;
    bool hot = false;        // planned with values of hot partitions only
    bool wide = false;       // planned with values that make its ranges wide
};

// Milliseconds per planner unit where nothing was measured.
inline constexpr double default_ms_per_cost = 0.01;

class Costing {
  public:
    Costing(const View& view, CostOracle& oracle, const Pool& pool) : view_(&view), oracle_(&oracle), pool_(&pool) {}

    // Plans the costliest patterns as they are; those that cannot be go to skipped().
    void plan_base(std::size_t most, const Deadline& deadline, Progress& progress);

    [[nodiscard]] const std::vector<PlannedPattern>& patterns() const { return patterns_; }
    [[nodiscard]] const std::vector<SkippedQuery>& skipped() const { return skipped_; }
    // What kept patterns that take less time than those planned from being planned too.
    enum class LeftOut { none, by_number, by_time };
    [[nodiscard]] LeftOut left_out() const { return left_out_; }
    // Cost of one pattern with every candidate of the set that could help it shown to the planner, who is asked unless it is known.
    const Costed& cost(std::size_t pattern, const CandidateSet& set);
    // Asks for many costs at once, in parallel where the planner can; cost() knows them then. Some may be left out once it is time to stop.
    using Wish = std::pair<std::size_t, CandidateSet>;  // pattern, set
    void foresee(const std::vector<Wish>& wishes, const Deadline& deadline) {
        foresee(wishes, [&] { return deadline.reached(); });
    }
    void foresee(const std::vector<Wish>& wishes, const std::function<bool()>& stop);
    // What it would cost by the plans seen so far; nobody is asked.
    [[nodiscard]] double guess(std::size_t pattern, const CandidateSet& set) const { return plans_[pattern].guess(set); }
    // Patterns whose guess it can change.
    [[nodiscard]] const std::vector<std::size_t>& users(CandidateId candidate) const;
    [[nodiscard]] const Plans& plans(std::size_t pattern) const { return plans_[pattern]; }
    // The same as cost(), but with every candidate on the pattern's tables shown, whether it could help or not; and asked, as an index may
    // change a plan that does not use it: it tells where a column's values end.
    const Costed& exact(std::size_t pattern, const CandidateSet& set);
    void foresee_exact(const CandidateSet& set, const std::function<bool()>& stop);  // of every pattern
    [[nodiscard]] bool knows_exact(std::size_t pattern, const CandidateSet& set) const { return asked(pattern, on_tables_of(pattern, set)) != nullptr; }
    // Those of the set that are on the pattern's tables.
    [[nodiscard]] CandidateSet on_tables_of(std::size_t pattern, const CandidateSet& set) const;
    [[nodiscard]] bool relevant(CandidateId candidate, std::size_t pattern);
    // Patterns that candidate could help, by their texts.
    const std::vector<std::size_t>& patterns_for(CandidateId candidate);
    // Lets no pattern count for more than `most` of the whole (in a workload of few patterns, twice their even share): a single
    // monster must not make everything else look worthless.
    void balance(double most);
    // Milliseconds a day for a byte, where as many bytes as the tables have cost `share` of the workload's worth, monsters apart.
    [[nodiscard]] double rent_per_byte(double share) const;
    // Of a call's time, where a plan's cost falls to another. Time falls with the cost to the power of 0.7 only: the plan
    // that won is one whose cost is too low more often than not, and pages the planner thinks far are in memory. Fitted with
    // tests/bench/reality.sh, hidden values at their widths and nothing promised for patterns at risk: what was saved is 1.3 times what is
    // foretold on TPC-H and on the quickstart's warehouse, 1.2 on TPC-DS; 0.8 on TPC-H before it was vacuumed.
    [[nodiscard]] static double share_saved(double before, double after);
    // Milliseconds a day that a pattern takes less at that cost than as it is.
    [[nodiscard]] double time_saved(std::size_t pattern, double cost) const;
    // Whether any pattern was timed.
    [[nodiscard]] bool has_times() const;
    // What the server takes for one row looked up by an index: about as long as for one planner unit of what it mostly runs.
    [[nodiscard]] Millis time_of_a_lookup() const { return time_of_a_lookup_; }
    // Milliseconds a pattern takes per planner unit, over the whole workload; 0.01 where nothing was measured.
    [[nodiscard]] double ms_per_cost() const;

  private:
    void enter(PlannedPattern planned, const PlanEstimate& estimate);
    // Milliseconds a day, at all its widths and examples.
    [[nodiscard]] std::map<const Pattern*, double> times(double PlannedPattern::*per_unit) const;
    // Milliseconds a day, above which a pattern would count for more than `most` of the whole.
    [[nodiscard]] double cap(double most) const;
    void set_mean(PlannedPattern& planned, Millis mean) const;
    void share_out_calls();
    void forget_past_times(const Deadline& deadline);
    [[nodiscard]] Millis typical_time_per_cost() const;
    [[nodiscard]] Question question(std::size_t pattern, const CandidateSet& shown) const;
    [[nodiscard]] double fetches(const PlannedPattern& planned, const PlanEstimate& estimate, const std::map<std::string, CandidateId>& by_name) const;
    [[nodiscard]] Costed costed(std::size_t pattern, const CandidateSet& shown, const PlanEstimate& estimate) const;
    [[nodiscard]] const Costed* known(std::size_t pattern, const CandidateSet& shown) const;  // null: the planner must be asked
    [[nodiscard]] const Costed* asked(std::size_t pattern, const CandidateSet& shown) const;  // likewise, whatever follows from other sets
    const Costed& learn(std::size_t pattern, const CandidateSet& shown, Costed costed);
    const Costed& ask(std::size_t pattern, const CandidateSet& shown);
    void plan_all(std::vector<Wish> wishes, const std::function<bool()>& stop);  // side by side
    [[nodiscard]] CandidateSet relevant_of(std::size_t pattern, const CandidateSet& set);

    const View* view_;
    CostOracle* oracle_;
    const Pool* pool_;
    std::vector<PlannedPattern> patterns_;
    std::vector<Plans> plans_;
    std::vector<SkippedQuery> skipped_;
    LeftOut left_out_ = LeftOut::none;
    Millis time_of_a_lookup_{};
    // What teaches nothing of other sets: plans that failed, and those with indexes beside them that cannot help.
    std::map<std::pair<std::size_t, CandidateSet>, Costed> apart_;
    std::map<CandidateId, std::vector<std::size_t>> helps_;
    std::size_t learnt_ = 0;
    mutable std::size_t users_version_ = 0;
    mutable std::deque<std::optional<std::vector<std::size_t>>> users_;  // lists stay where they are while candidates are added
};

}  // namespace dwopt::indexing
