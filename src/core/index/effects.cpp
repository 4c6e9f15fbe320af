#include "effects.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

// How much of a pattern's saving each index in its plan accounts for; where nobody is to be asked, the same for each.
std::vector<double> shares(Costing& costing, std::size_t pattern, const CandidateSet& chosen, const Costed& all, bool ask) {
    std::vector<double> share(all.used.size(), 1.0 / static_cast<double>(std::max<std::size_t>(1, all.used.size())));
    if (share.size() > 1 && ask) {
        double sum = 0;
        for (std::size_t i = 0; i < share.size(); ++i) {
            share[i] = std::max(0.0, costing.cost(pattern, without(chosen, all.used[i])).cost - all.cost);
            sum += share[i];
        }
        for (auto& s : share) s = sum > 0 ? s / sum : 1.0 / static_cast<double>(share.size());
    }
    return share;
}

// Of one; no more than today's can have taken. 0 if the pattern was never timed.
Millis time_of_one(const Costing& costing, const PlannedPattern& planned, double before) {
    if (planned.pattern->usage.total.value <= 0) return {};
    const Millis usual = costing.time_of_a_lookup();
    return before > 0 ? std::min(usual, planned.mean * (1 / before)) : usual;
}

}  // namespace

Millis time_to_fetch(const Costing& costing, const Effect& effect) {
    return time_of_one(costing, costing.patterns()[effect.pattern], effect.fetches.before) * effect.fetches.after;
}

double fetches_at_risk(const Costing& costing, const Effect& effect) {
    constexpr double enough = 0.5;  // of the time of a call: the rest of the plan takes some too, and joins yield more rows than foretold
    const auto& planned = costing.patterns()[effect.pattern];
    const double more = effect.fetches.after - effect.fetches.before;
    const Millis bearable = planned.mean * std::min(enough, Costing::share_saved(effect.before, effect.after));
    return more > 0 && time_of_one(costing, planned, effect.fetches.before) * more > bearable ? effect.fetches.after : 0;
}

std::map<const Pattern*, CallCost> by_pattern(const Costing& costing, const std::vector<Effect>& effects) {
    std::map<const Pattern*, CallCost> sums;
    std::map<const Pattern*, double> calls;
    for (const auto& effect : effects) {
        const auto& planned = costing.patterns()[effect.pattern];
        auto& sum = sums[planned.pattern];
        sum.before += planned.calls * effect.before;
        sum.after += planned.calls * effect.after;
        sum.guessed = sum.guessed || planned.wide;
        calls[planned.pattern] += planned.calls;
        if (const double risk = fetches_at_risk(costing, effect); risk > sum.at_risk) {
            sum.at_risk = risk;
            sum.wide_at_risk = planned.wide;
        }
    }
    for (auto& [pattern, sum] : sums) {
        if (calls[pattern] <= 0) continue;
        sum.before /= calls[pattern];
        sum.after /= calls[pattern];
    }
    return sums;
}

std::vector<Effect> effects_of(Costing& costing, const CandidateSet& chosen, const Deadline& deadline) {
    std::vector<std::size_t> touched;
    for (std::size_t p = 0; p < costing.patterns().size(); ++p) {
        if (!costing.on_tables_of(p, chosen).empty()) touched.push_back(p);
    }
    const auto stop = deadline.last_call(std::chrono::seconds(1));
    costing.foresee_exact(chosen, stop);
    std::erase_if(touched, [&](std::size_t p) { return !costing.knows_exact(p, chosen) && stop(); });
    std::vector<Costing::Wish> wishes;
    for (const auto p : touched) {
        const auto& used = costing.exact(p, chosen).used;
        for (std::size_t u = 0; used.size() > 1 && u < used.size(); ++u) wishes.emplace_back(p, without(chosen, used[u]));
    }
    costing.foresee(wishes, stop);
    std::vector<Effect> effects;
    for (const auto p : touched) {
        const Costed now = costing.exact(p, chosen);
        effects.push_back({p, costing.patterns()[p].base, now.cost, {costing.patterns()[p].fetches, now.fetches}, now.used, shares(costing, p, chosen, now, !stop())});
    }
    return effects;
}

}  // namespace dwopt::indexing
