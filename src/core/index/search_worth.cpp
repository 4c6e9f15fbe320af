// What a set of candidates is worth, takes and keeps to: the judging half of Search.
#include "search.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

// What a byte costs a day, as the share of the workload's worth that as many bytes as its tables have would cost: space is never quite
// free, so that a wide index must earn its width; where a budget limits it anyway, nearly.
constexpr double rent = 0.025, rent_within_budget = 0.002;

}  // namespace

Search::Search(Costing& costing, Pool& pool, const Upkeep& upkeep, const SelectionLimits& limits)
    : costing_(&costing), pool_(&pool), upkeep_(&upkeep), limits_(limits), rent_per_byte_(costing.rent_per_byte(limits.budget ? rent_within_budget : rent)) {}

const Search::Toll& Search::toll(CandidateId id) {
    if (tolls_.size() <= id) tolls_.resize(pool_->size());
    if (!tolls_[id]) {
        const auto& candidate = (*pool_)[id];
        const double price = upkeep_->of(candidate).time_per_day.value + rent_per_byte_ * static_cast<double>(candidate.size.value);
        tolls_[id] = Toll{price, upkeep_->build_time(candidate), upkeep_->burdens(candidate)};
    }
    return *tolls_[id];
}

double Search::price(CandidateId id) { return toll(id).price; }

bool Search::fits(std::size_t indexes, Bytes bytes, Millis build) const {
    return (limits_.max_indexes == 0 || indexes <= static_cast<std::size_t>(limits_.max_indexes)) && (!limits_.budget || bytes <= *limits_.budget) &&
           (limits_.build.value <= 0 || build <= limits_.build);
}

bool Search::fits(const Selection& selection) const {
    return fits(selection.set.size(), selection.bytes, selection.build) &&
           std::all_of(selection.slower.begin(), selection.slower.end(), [&](double pct) { return limits_.bearable(pct); });
}

bool Search::bearable(const Selection& from, const CandidateSet& fresh) {
    for (const auto id : fresh) {
        for (const auto& [writer, pct] : toll(id).burdens) {
            double sum = from.slower[writer];
            for (const auto other : fresh) {
                for (const auto& burden : toll(other).burdens) sum += burden.first == writer ? burden.second : 0;
            }
            if (!limits_.bearable(sum)) return false;
        }
    }
    return true;
}

bool Search::unwieldy(const CandidateSet& move) const {
    constexpr std::size_t handy = 4;
    return limits_.any() && move.size() > handy;
}

bool Search::relieves(const Selection& selection, CandidateId id) {
    if (!fits(selection.set.size(), selection.bytes, selection.build)) return true;
    const auto& burdens = toll(id).burdens;
    return std::any_of(burdens.begin(), burdens.end(), [&](const auto& burden) { return !limits_.bearable(selection.slower[burden.first]); });
}

Selection Search::at(const CandidateSet& set) {
    Selection selection;
    for (const auto& planned : costing_->patterns()) selection.costs.push_back(planned.base);
    selection.seen.resize(selection.costs.size());
    selection.slower.resize(upkeep_->writers().size());
    return changed(selection, set);
}

Selection Search::changed(const Selection& from, CandidateSet next) {
    Selection to = from;
    CandidateSet difference;
    std::set_symmetric_difference(from.set.begin(), from.set.end(), next.begin(), next.end(), std::back_inserter(difference));
    for (const auto id : difference) {
        const bool comes = std::binary_search(next.begin(), next.end(), id);
        const double sign = comes ? 1 : -1;
        const auto& taken = toll(id);
        to.value -= sign * taken.price;
        to.build += Millis{sign * taken.build.value};
        for (const auto& [writer, pct] : taken.burdens) to.slower[writer] += sign * pct;
        to.bytes = comes ? to.bytes + (*pool_)[id].size : to.bytes - (*pool_)[id].size;
    }
    to.set = std::move(next);
    std::vector<std::size_t> touched;
    for (const auto id : difference) {
        const auto& users = costing_->users(id);
        touched.insert(touched.end(), users.begin(), users.end());
    }
    if (difference.size() > 1) {
        std::sort(touched.begin(), touched.end());
        touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    }
    for (const auto p : touched) {
        to.seen[p] = costing_->plans(p).in_slots(to.set);
        const double cost = costing_->plans(p).guess_seen(to.seen[p]);
        to.value += costing_->patterns()[p].worth * (to.costs[p] - cost);
        to.costs[p] = cost;
    }
    return to;
}

Search::Step Search::tried(const Selection& from, const CandidateSet& more) {
    Step step{from.value, from.bytes, from.build, 0, true};
    fresh_.clear();
    for (const auto id : more) {
        if (std::binary_search(from.set.begin(), from.set.end(), id)) continue;
        fresh_.push_back(id);
        step.value -= price(id);
        step.bytes += (*pool_)[id].size;
        step.build += toll(id).build;
    }
    step.added = fresh_.size();
    step.bearable = bearable(from, fresh_);
    if (fresh_.empty()) return step;
    const auto* touched = &costing_->users(fresh_.front());
    if (fresh_.size() > 1) {
        touched_.clear();
        for (const auto id : fresh_) {
            const auto& users = costing_->users(id);
            touched_.insert(touched_.end(), users.begin(), users.end());
        }
        std::sort(touched_.begin(), touched_.end());
        touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
        touched = &touched_;
    }
    for (const auto p : *touched) {
        const auto& plans = costing_->plans(p);
        Bits seen = from.seen[p];
        for (const auto id : fresh_) plans.add(seen, id);
        step.value += costing_->patterns()[p].worth * (from.costs[p] - plans.guess_seen(seen));
    }
    return step;
}

Search::Gain Search::gain(const CandidateSet& set, const CandidateSet& more) {
    Gain gain;
    std::set<std::size_t> patterns;
    for (const auto id : more) {
        const auto& helped = costing_->users(id);
        patterns.insert(helped.begin(), helped.end());
        gain.upkeep += upkeep_->of((*pool_)[id]).time_per_day.value;
        gain.rent += rent_per_byte_ * static_cast<double>((*pool_)[id].size.value);
    }
    const auto both = with(set, more);
    for (const auto p : patterns) {
        const double before = costing_->guess(p, set), after = costing_->guess(p, both);
        if (before == after) continue;
        gain.saved += costing_->patterns()[p].worth * (before - after);
        gain.time += costing_->time_saved(p, after) - costing_->time_saved(p, before);
        gain.touched += costing_->patterns()[p].worth * before;
    }
    return gain;
}

}  // namespace dwopt::indexing
