#include "selection.hpp"

#include <algorithm>
#include <cmath>

namespace dwopt::indexing {
namespace {

// A choice that goes must be nearly worthless, a swap be better by more than noise in the estimates. One that another
// choice could stand in for must be worth more than the planner's taste for the smaller of two.
constexpr double worth_of_total = 0.001, better_by = 1.001, worth_beside_wider_pct = 40;

}  // namespace

Selector::Gain Selector::gain(const CandidateSet& set, const CandidateSet& more) {
    Gain gain;
    std::set<std::size_t> patterns;
    for (const auto id : more) {
        const auto& helped = costing_->patterns_for(id);
        patterns.insert(helped.begin(), helped.end());
        gain.upkeep += upkeep_->of((*pool_)[id]).time_per_day.value;
        gain.rent += rent_per_byte_ * static_cast<double>((*pool_)[id].size.value);
    }
    const auto both = with(set, more);
    for (const auto p : patterns) {
        const double before = costing_->cost(p, set).cost, after = costing_->cost(p, both).cost;
        if (before == after) continue;
        const double weight = costing_->patterns()[p].weight;
        gain.saved += weight * (before - after);
        gain.touched += weight * before;
    }
    return gain;
}

bool Selector::fits(const CandidateSet& set) const {
    return set.size() <= static_cast<std::size_t>(std::max(0, options_.max_indexes)) &&
           (!options_.budget || pool_->bytes(set) <= *options_.budget);
}

bool Selector::worthwhile(const Gain& gain) const { return gain.net() > 0 && gain.saved_pct() >= options_.min_saved_pct; }

std::optional<double> Selector::rank(const CandidateSet& chosen, const CandidateSet& members) {
    CandidateSet fresh;
    for (const auto id : members) {
        if (!std::binary_search(chosen.begin(), chosen.end(), id)) fresh.push_back(id);
    }
    if (fresh.empty() || !fits(with(chosen, fresh))) return std::nullopt;
    const auto result = gain(chosen, fresh);
    if (!worthwhile(result)) return std::nullopt;
    const double bytes = std::max(8192.0, static_cast<double>(pool_->bytes(fresh).value));
    return result.net() / (options_.budget ? bytes : std::sqrt(bytes));
}

void Selector::grow(CandidateSet& chosen, std::vector<Move>& moves, const Deadline& deadline, Progress& progress) {
    const auto before = [](const Move& a, const Move& b) { return a.rank != b.rank ? a.rank > b.rank : a.members < b.members; };
    std::size_t round = 1;
    while (!moves.empty() && !deadline.cancelled()) {
        std::sort(moves.begin(), moves.end(), before);
        Move& best = moves.front();
        // Out of time, the first estimate of a move has to do, as long as it fits and is nothing a choice covers already.
        const bool hurry = deadline.reached();
        if (hurry && (!fits(with(chosen, best.members)) || rivalled(chosen, best.members))) {
            moves.erase(moves.begin());
            continue;
        }
        if (!hurry && best.round != round) {
            const auto now = rank(chosen, best.members);
            best.round = round;
            best.rank = now.value_or(-1);
            if (!now) moves.erase(moves.begin());
            continue;
        }
        chosen = with(chosen, best.members);
        moves.erase(moves.begin());
        shrink(chosen, deadline);
        ++round;
        progress.update("choosing", -1);
    }
}

bool Selector::rivalled(const CandidateSet& chosen, const CandidateSet& members) const {
    return std::any_of(members.begin(), members.end(), [&](CandidateId id) {
        return std::any_of(chosen.begin(), chosen.end(), [&](CandidateId other) {
            const auto &a = (*pool_)[id].spec, &b = (*pool_)[other].spec;
            return a.table == b.table && a.keys.front() == b.keys.front();
        });
    });
}

bool Selector::needed(const CandidateSet& chosen, CandidateId id, const Gain& loss, double total) const {
    if (!worthwhile(loss) || loss.net() < worth_of_total * total) return false;
    const bool has_stand_in = std::any_of(chosen.begin(), chosen.end(), [&](CandidateId other) {
        return other != id && stands_in((*pool_)[other].spec, (*pool_)[id].spec);
    });
    return !has_stand_in || loss.saved_pct() >= worth_beside_wider_pct;
}

void Selector::shrink(CandidateSet& chosen, const Deadline& deadline) {
    if (deadline.reached()) return;
    const double total = costing_->usual_time();
    for (bool again = true; again && !deadline.reached();) {
        again = false;
        std::optional<CandidateId> weakest;
        double least = 0;
        for (const auto id : chosen) {
            const auto loss = gain(without(chosen, id), {id});
            if (!needed(chosen, id, loss, total) && (!weakest || loss.net() < least)) {
                weakest = id;
                least = loss.net();
            }
        }
        if (weakest) {
            chosen = without(chosen, *weakest);
            again = true;
        }
    }
}

bool Selector::swap(CandidateSet& chosen, const Survey& survey, const Deadline& deadline) {
    for (const auto old : CandidateSet(chosen)) {
        const auto rest = without(chosen, old);
        const double total = gain({}, chosen).net();
        std::optional<CandidateId> better;
        double most = total * better_by;
        for (const auto id : survey.survivors) {
            if (deadline.reached()) return false;
            const bool alternative = (*pool_)[id].spec.table == (*pool_)[old].spec.table &&
                                     !std::binary_search(chosen.begin(), chosen.end(), id) && fits(with(rest, {id}));
            if (!alternative) continue;
            const double now = gain({}, with(rest, {id})).net();
            if (now > most) {
                most = now;
                better = id;
            }
        }
        if (better) {
            chosen = with(rest, {*better});
            return true;
        }
    }
    return false;
}

CandidateSet Selector::choose(const Survey& survey, const Deadline& deadline, Progress& progress) {
    constexpr int most_swaps = 10;
    const auto all_moves = [&](const CandidateSet& chosen) {
        std::vector<Move> moves;
        const auto consider = [&](const CandidateSet& members) {
            if (deadline.reached()) return;
            if (const auto r = rank(chosen, members)) moves.push_back({members, *r, 0});
        };
        for (const auto id : survey.survivors) consider({id});
        for (const auto& bundle : survey.bundles) consider(bundle);
        return moves;
    };
    CandidateSet chosen;
    auto moves = all_moves(chosen);
    grow(chosen, moves, deadline, progress);
    for (int n = 0; n < most_swaps && swap(chosen, survey, deadline); ++n) {
        shrink(chosen, deadline);
        // What the swap made room for.
        auto more = all_moves(chosen);
        grow(chosen, more, deadline, progress);
    }
    shrink(chosen, deadline);
    return chosen;
}

}  // namespace dwopt::indexing
