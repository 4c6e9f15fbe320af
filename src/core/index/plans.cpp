#include "plans.hpp"

#include <algorithm>
#include <cmath>

namespace dwopt::indexing {
namespace {

bool holds(const CandidateSet& all, const CandidateSet& some) { return std::includes(all.begin(), all.end(), some.begin(), some.end()); }

}  // namespace

void Plans::learn(const CandidateSet& shown, Costed costed) {
    least_ = std::min(least_, costed.cost);
    for (const auto& scan : costed.scans) {
        if (kinds_.insert({scan.candidate, scan.searched || !scan.only, scan.only}).second) useful_.clear();
    }
    seen_.push_back({shown, std::move(costed)});
    guesses_.clear();
}

bool Plans::useful(CandidateId candidate) const {
    if (useful_.size() <= candidate) useful_.resize(std::max(pool_->size(), candidate + 1), -1);
    auto& known = useful_[candidate];
    if (known < 0) known = std::any_of(kinds_.begin(), kinds_.end(), [&](const Kind& k) { return pool_->serves(candidate, k.candidate, k.by_key, k.only); });
    return known == 1;
}

const Costed* Plans::known(const CandidateSet& set) const {
    const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return holds(set, s.plan.used) && holds(s.shown, set); });
    return found == seen_.end() ? nullptr : &found->plan;
}

double Plans::at_least(const CandidateSet& set) const {
    double most = 0;
    for (const auto& s : seen_) {
        if (s.plan.cost > most && holds(s.shown, set)) most = s.plan.cost;
    }
    return most;
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

std::optional<Plans::Served> Plans::serve(const Costed& plan, const CandidateSet& set) const {
    Served served{plan.cost, {}};
    for (const auto& scan : plan.scans) {
        std::optional<double> least;
        CandidateId by = 0;
        if (std::binary_search(set.begin(), set.end(), scan.candidate)) {
            least = 0;
            by = scan.candidate;
        } else {
            for (const auto id : set) {
                const auto more = difference(scan, id);
                if (!more || (least && *more >= *least)) continue;
                least = more;
                by = id;
            }
        }
        if (!least) return std::nullopt;
        served.cost += *least;
        served.by.push_back(by);
    }
    std::sort(served.by.begin(), served.by.end());
    served.by.erase(std::unique(served.by.begin(), served.by.end()), served.by.end());
    return served;
}

// Savings on different tables add up, as far as no lower bound says otherwise.
double Plans::combined(const std::vector<Served>& sorted, std::size_t first) const {
    double cost = sorted[first].cost;
    CandidateSet used = sorted[first].by;
    bool more = false;
    for (const auto& next : sorted) {
        const bool apart = std::none_of(next.by.begin(), next.by.end(), [&](CandidateId a) {
            return std::any_of(used.begin(), used.end(), [&](CandidateId b) { return pool_->same_table(a, b); });
        });
        if (!apart) continue;
        more = true;
        cost += next.cost - base_;
        used = with(std::move(used), next.by);
    }
    return more ? std::max(cost, at_least(used)) : base_;
}

double Plans::guess(const CandidateSet& set) const {
    if (set.empty()) return base_;
    const auto [at, fresh] = guesses_.try_emplace(set, base_);
    if (!fresh) return at->second;
    if (const auto* exact = known(set)) return at->second = exact->cost;
    std::vector<Served> served;
    for (const auto& s : seen_) {
        if (s.plan.cost >= base_) continue;
        auto one = serve(s.plan, set);
        if (one && one->cost < base_) served.push_back(std::move(*one));
    }
    std::sort(served.begin(), served.end(), [](const Served& a, const Served& b) { return a.cost < b.cost; });
    double least = base_;
    for (const auto& one : served) {
        if (one.cost >= least) break;
        least = std::min(least, std::max(one.cost, at_least(one.by)));
    }
    constexpr std::size_t starts = 3;
    for (std::size_t first = 0; first < std::min(starts, served.size()); ++first) least = std::min(least, combined(served, first));
    return at->second = std::max(least, std::min(least_, base_));
}

}  // namespace dwopt::indexing
