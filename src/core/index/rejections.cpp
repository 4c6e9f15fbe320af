// Why the strongest of the rest were not chosen.
#include "explain.hpp"

#include "model/identifier.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {
namespace {

struct Judged {
    CandidateId id = 0;
    Search::Gain alone;
};

std::string upkeep_sentence(const Candidate& candidate, const Search::Gain& gain, double writes) {
    const double worth = gain.upkeep > 0 ? writes * gain.time / gain.upkeep : 0;
    return fmt::format("upkeep: {} writes a day to '{}' would cost {} a day and it saves {}; it pays below {} writes a day", human_count(writes),
                       model::shown(candidate.spec.table), human(Millis{gain.upkeep}), human(Millis{gain.time}), human_count(worth));
}

class Judge {
  public:
    Judge(const Pool& pool, Search& search, const Upkeep& upkeep, const CandidateSet& chosen, const SelectionLimits& options)
        : pool_(pool), search_(search), upkeep_(upkeep), chosen_(chosen), options_(options) {}

    [[nodiscard]] std::string reason(const Judged& judged) {
        const auto& candidate = pool_[judged.id];
        const auto& alone = judged.alone;
        if (options_.budget && candidate.size > *options_.budget) {
            return fmt::format("its predicted size of {} exceeds the whole budget of {}", human(candidate.size), human(*options_.budget));
        }
        if (alone.saved <= 0) return "it saves nothing alone, and the indexes it would need beside it were not chosen";
        if (alone.time <= alone.upkeep) return upkeep_sentence(candidate, alone, upkeep_.of(candidate).per_day);
        const auto now = search_.gain(chosen_, {judged.id});
        if (const auto by = overshadowed_by(judged); !by.empty()) {
            return fmt::format("covered by {}, beside which it would save {} a day more", by, human(Millis{std::max(0.0, now.time)}));
        }
        if (now.saved_pct() < options_.min_saved_pct) {
            return fmt::format("too little gain: it saves {} of the patterns it touches, less than {}",
                               human_percent(std::max(0.0, now.saved_pct())), human_percent(options_.min_saved_pct));
        }
        if (options_.budget && pool_.bytes(with(chosen_, {judged.id})) > *options_.budget) {
            return fmt::format("the budget of {} went to indexes that save more per byte; this one would take {}", human(*options_.budget), human(candidate.size));
        }
        if (options_.max_indexes > 0 && chosen_.size() >= static_cast<std::size_t>(options_.max_indexes)) {
            return fmt::format("the limit of {} indexes went to ones that save more", options_.max_indexes);
        }
        if (!search_.allows(with(chosen_, {judged.id}))) return limit_sentence(candidate);
        if (now.net() <= 0) {
            return fmt::format("too little gain for its size: beside the others it would save {} a day with {}", human(Millis{std::max(0.0, now.time)}), human(candidate.size));
        }
        return fmt::format("other choices for the same patterns save more; it would add {} a day", human(Millis{std::max(0.0, now.time - now.upkeep)}));
    }

  private:
    // The limits that are neither bytes nor number.
    [[nodiscard]] std::string limit_sentence(const Candidate& candidate) const {
        const auto burdens = upkeep_.burdens(candidate);
        const auto worst = std::max_element(burdens.begin(), burdens.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        if (options_.build.value > 0 && (worst == burdens.end() || worst->second < 1)) {
            return fmt::format("its build of {} is beyond the limit of {} for all (max_build_time)", human(upkeep_.build_time(candidate)), human(options_.build));
        }
        if (worst == burdens.end()) return "the limits went to indexes that save more";
        const auto* pattern = upkeep_.writers()[worst->first].pattern;
        return fmt::format("it would make {} {} slower; with the others that is more than {} (max_write_regression_pct)",
                           pattern ? fmt::format("pattern {}, which writes to the table,", pattern->id) : "writes to the table", human_percent(worst->second), human_percent(options_.write_regression_pct));
    }

    // The chosen index of the same table that takes away most of what the candidate alone would have saved.
    std::string overshadowed_by(const Judged& judged) {
        std::string name;
        double least = judged.alone.saved * 0.5;
        for (const auto other : chosen_) {
            if (pool_[other].spec.table != pool_[judged.id].spec.table) continue;
            const double left = search_.gain({other}, {judged.id}).saved;
            if (left < least) {
                least = left;
                name = pool_[other].spec.name;
            }
        }
        return name;
    }

    const Pool& pool_;
    Search& search_;
    const Upkeep& upkeep_;
    const CandidateSet& chosen_;
    const SelectionLimits& options_;
};

}  // namespace

std::vector<Rejection> reject_rest(const Pool& pool, Search& search, const Upkeep& upkeep, const Survey& survey, const CandidateSet& chosen,
                                   const SelectionLimits& options, const Deadline& deadline) {
    constexpr std::size_t most = 10;
    const auto until = deadline.grace(std::chrono::milliseconds(200));  // nobody is asked
    std::vector<Judged> rest;
    for (const auto id : survey.survivors) {
        if (until.reached()) break;
        if (!std::binary_search(chosen.begin(), chosen.end(), id)) rest.push_back({id, search.gain({}, {id})});
    }
    std::sort(rest.begin(), rest.end(), [&](const Judged& a, const Judged& b) {
        return a.alone.saved != b.alone.saved ? a.alone.saved > b.alone.saved : pool.canonical(a.id) < pool.canonical(b.id);
    });
    std::vector<Rejection> rejected;
    std::set<std::pair<RelationName, IndexKey>> told;  // one of each family is enough
    Judge judge(pool, search, upkeep, chosen, options);
    for (const auto& judged : rest) {
        const auto& spec = pool[judged.id].spec;
        if (rejected.size() >= most || !told.insert({spec.table, spec.keys.front()}).second) continue;
        rejected.push_back({"index on " + model::describe(spec), spec.table, judge.reason(judged)});
    }
    return rejected;
}

}  // namespace dwopt::indexing
