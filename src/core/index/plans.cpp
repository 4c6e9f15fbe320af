#include "plans.hpp"

#include <algorithm>
#include <cmath>

namespace dwopt::indexing {
namespace {

bool holds(const CandidateSet& all, const CandidateSet& some) { return std::includes(all.begin(), all.end(), some.begin(), some.end()); }

}  // namespace

Plans::Plans(const Pool& pool, double base, double page_cost) : pool_(&pool), base_(base), page_cost_(page_cost), least_(base) {
    seen_.push_back({{}, {base, {}, {}, {}}});
    views_.emplace_back();
}

// What a guess promised too much is taken off the plans it was made of.
void Plans::correct(const Guess& guess, double cost) {
    const double promised = base_ - guess.cost, kept = std::max(0.0, base_ - cost);
    if (kept >= promised * 0.995) return;
    for (const auto v : guess.views) {
        auto& trust = guess.together ? views_[v].trust_together : views_[v].trust_others;
        trust *= std::max(0.05, kept / promised);
    }
}

void Plans::learn(const CandidateSet& shown, Costed costed) {
    correct(worked_out(in_slots(shown)), costed.cost);
    bool fresh = false;
    for (const auto& scan : costed.scans) fresh = kinds_.insert({scan.candidate, scan.searched || !scan.only, scan.only}).second || fresh;
    if (fresh) std::replace(slots_.begin(), slots_.end(), useless, unknown);
    least_ = std::min(least_, costed.cost);
    seen_.push_back({shown, std::move(costed)});
    views_.emplace_back();
    for (const auto& scan : seen_.back().plan.scans) views_.back().accesses.push_back({scan, {}, {}});
    for (std::size_t s = 0; s < in_slot_.size(); ++s) enter(in_slot_[s], s, views_.size() - 1);
    for (const auto id : seen_.back().plan.used) {  // what a plan needs must be told apart from what nobody needs
        if (slot(id) < 0) slots_[id] = find_slot(id, Bits::capacity);
        views_.back().in_slots = views_.back().in_slots && slots_[id] >= 0;
    }
    guesses_.clear();
}

int Plans::find_slot(CandidateId candidate, std::size_t most) const {
    if (std::none_of(kinds_.begin(), kinds_.end(), [&](const Kind& k) { return pool_->serves(candidate, k.candidate, k.by_key, k.only); })) return useless;
    const std::size_t slot = in_slot_.size();
    if (slot >= most) return useless;  // more than anybody needs
    in_slot_.push_back(candidate);
    table_of_.push_back(std::uint64_t{1} << (pool_->table_number(candidate) % 64));
    enter(candidate, slot, 0);
    return static_cast<int>(slot);
}

void Plans::enter(CandidateId candidate, std::size_t slot, std::size_t first_view) const {
    for (std::size_t v = first_view; v < views_.size(); ++v) {
        auto& view = views_[v];
        if (std::binary_search(seen_[v].shown.begin(), seen_[v].shown.end(), candidate)) view.shown.set(slot);
        if (std::binary_search(seen_[v].plan.used.begin(), seen_[v].plan.used.end(), candidate)) view.used.set(slot);
        for (auto& access : view.accesses) {
            const auto extra = difference(access.scan, candidate);
            if (!extra) continue;
            access.servers.set(slot);
            if (access.extra.size() <= slot) access.extra.resize(slot + 1);
            access.extra[slot] = *extra;
        }
    }
}

const Costed* Plans::known(const CandidateSet& set) const {
    if (const auto* plan = asked(set)) return plan;
    const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return holds(set, s.plan.used) && holds(s.shown, set); });
    return found == seen_.end() ? nullptr : &found->plan;
}

const Costed* Plans::asked(const CandidateSet& set) const {
    const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.shown == set; });
    return found == seen_.end() ? nullptr : &found->plan;
}

std::optional<double> Plans::difference(const Scan& scan, CandidateId other) const {
    if (scan.candidate == other) return 0.0;
    if (!pool_->serves(other, scan.candidate, scan.searched || !scan.only, scan.only)) return std::nullopt;
    const auto pages = [&](CandidateId id) { return std::ceil(scan.share * static_cast<double>((*pool_)[id].size.value) / 8192); };
    return page_cost_ * (pages(other) - pages(scan.candidate));
}

std::optional<double> Plans::difference(const Costed& plan, CandidateId used, CandidateId other) const {
    double sum = 0;
    for (const auto& scan : plan.scans) {
        if (scan.candidate != used) continue;
        const auto more = difference(scan, other);
        if (!more) return std::nullopt;
        sum += *more;
    }
    return sum;
}

bool Plans::serve(const Costed& plan, const View& view, const Bits& set, Served& served) const {
    for (const auto& access : view.accesses) {
        if (!access.servers.meets(set)) return false;
    }
    served = {plan.cost, {}, 0, 0, false};
    for (const auto& access : view.accesses) {
        double least = 1e300;
        std::size_t by = 0;
        const int own = slot(access.scan.candidate);
        access.servers.each_shared(set, [&](std::size_t s) {
            const double extra = own == static_cast<int>(s) ? -1e300 : access.extra[s];
            if (extra >= least) return;
            least = extra;
            by = s;
        });
        served.cost += access.extra[by];
        served.by.set(by);
        served.by_others = served.by_others || own != static_cast<int>(by);
        served.tables |= table_of_[by];
    }
    if (served.by_others) served.cost = base_ - (base_ - served.cost) * view.trust_others;
    return true;
}

double Plans::at_least(const Bits& set) const {
    double most = 0;
    for (std::size_t v = 0; v < views_.size(); ++v) {
        if (seen_[v].plan.cost > most && set.inside(views_[v].shown)) most = seen_[v].plan.cost;
    }
    return most;
}

// Savings on different tables add up, as far as no lower bound says otherwise.
Plans::Guess Plans::together(const std::vector<Served>& sorted, std::size_t first) const {
    Served sum = sorted[first];
    Guess guess{base_, {sum.view}, true, false};
    double trust = views_[sum.view].trust_together;
    for (const auto& next : sorted) {
        if (sum.tables & next.tables) continue;
        guess.views.push_back(next.view);
        trust = std::min(trust, views_[next.view].trust_together);
        sum.cost += next.cost - base_;
        sum.by.add(next.by);
        sum.tables |= next.tables;
    }
    if (guess.views.size() > 1) guess.cost = std::max(base_ - (base_ - sum.cost) * trust, at_least(sum.by));
    return guess;
}

Plans::Guess Plans::worked_out(const Bits& set) const {
    for (std::size_t v = 0; v < views_.size(); ++v) {
        if (views_[v].in_slots && views_[v].used.inside(set) && set.inside(views_[v].shown)) return {seen_[v].plan.cost, {}, false, false};
    }
    std::vector<Served> all;
    Served served;
    for (std::size_t v = 0; v < views_.size(); ++v) {
        if (seen_[v].plan.cost >= base_ || !serve(seen_[v].plan, views_[v], set, served) || served.cost >= base_) continue;
        served.view = v;
        all.push_back(served);
    }
    std::sort(all.begin(), all.end(), [](const Served& a, const Served& b) { return a.cost < b.cost; });
    Guess best{base_, {}, false, false};
    for (const auto& one : all) {
        if (one.cost >= best.cost) break;
        const double cost = std::max(one.cost, at_least(one.by));
        if (cost < best.cost) best = {cost, one.by_others ? std::vector{one.view} : std::vector<std::size_t>{}, false, one.by_others};
    }
    constexpr std::size_t starts = 3;
    for (std::size_t first = 0; first < std::min(starts, all.size()); ++first) {
        if (auto sum = together(all, first); sum.cost < best.cost) best = std::move(sum);
    }
    best.cost = std::max(best.cost, std::min(least_, base_));
    return best;
}

Bits Plans::in_slots(const CandidateSet& set) const {
    Bits bits;
    for (const auto id : set) add(bits, id);
    return bits;
}

double Plans::guess_seen(const Bits& set) const {
    if (set.empty()) return base_;
    return guesses_.find(set, [&] { return worked_out(set).cost; });
}

}  // namespace dwopt::indexing
