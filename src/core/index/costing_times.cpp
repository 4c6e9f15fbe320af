// What a pattern's cost takes of the server's time, and what that is worth in the choice: the weighing half of Costing.
#include "costing.hpp"

#include "recent_indexes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dwopt::indexing {
namespace {

// Of a time, where that share of the cost is left: see Costing::share_saved().
double time_share(double cost_share) { return std::pow(std::max(0.0, cost_share), 0.7); }

}  // namespace

// A pattern not heard of since an index appeared takes the less time the less the planner says it costs: else it would look as slow as
// ever, and an apply would be followed by more advice for what was just mended.
void Costing::forget_past_times(const Deadline& deadline) {
    const RecentIndexes recent(*view_);
    std::vector<Question> questions;
    std::vector<PlannedPattern*> unheard;
    for (auto& planned : patterns_) {
        auto names = recent.on(planned.accesses);
        if (names.empty() || planned.pattern->usage.total.value <= 0) continue;
        if (const auto mean = recent.mean_since(*planned.pattern, planned.accesses)) {
            set_mean(planned, *mean);
        } else if (oracle_->can_hide()) {
            questions.push_back({planned.query, {}});
            questions.back().configuration.hide = std::move(names);
            unheard.push_back(&planned);
        }
    }
    const auto without = oracle_->estimate_all(questions, [&] { return deadline.reached(); });
    for (std::size_t n = 0; n < unheard.size(); ++n) {
        if (!without[n] || !without[n]->failure.empty() || without[n]->total.value <= unheard[n]->base) continue;
        set_mean(*unheard[n], unheard[n]->mean * time_share(unheard[n]->base / without[n]->total.value));
    }
}

// What cannot be planned of a pattern is taken to be like the rest of it.
void Costing::share_out_calls() {
    std::map<const Pattern*, double> planned_calls;
    for (const auto& planned : patterns_) planned_calls[planned.pattern] += planned.calls;
    for (auto& planned : patterns_) {
        if (const double all = planned_calls[planned.pattern]; all > 0) planned.calls *= planned.pattern->usage.calls / all;
        set_mean(planned, planned.mean);
    }
}

void Costing::set_mean(PlannedPattern& planned, Millis mean) const {
    planned.mean = mean;
    planned.weight = planned.base > 0 ? mean.value * planned.calls / view_->days() / planned.base : 0;
    planned.worth = planned.weight;
}

double Costing::time_saved(std::size_t pattern, double cost) const {
    const auto& planned = patterns_[pattern];
    return planned.weight * planned.base * share_saved(planned.base, cost);
}

double Costing::share_saved(double before, double after) { return before > 0 ? 1 - time_share(after / before) : 0; }

std::map<const Pattern*, double> Costing::times(double PlannedPattern::*per_unit) const {
    std::map<const Pattern*, double> times;
    for (const auto& planned : patterns_) times[planned.pattern] += planned.*per_unit * planned.base;
    return times;
}

double Costing::cap(double most) const {
    std::vector<double> times;
    for (const auto& [pattern, time] : this->times(&PlannedPattern::weight)) times.push_back(time);
    if (times.empty()) return 0;
    std::sort(times.begin(), times.end());
    most = std::max(most, 2.0 / static_cast<double>(times.size()));
    // It is `most` of the capped sum: try it at one time after the other, from the largest down.
    double below = std::accumulate(times.begin(), times.end(), 0.0);
    double cap = times.back();
    for (std::size_t capped = 1; capped < times.size(); ++capped) {
        below -= times[times.size() - capped];
        const double share = most * static_cast<double>(capped);
        if (share >= 1) break;
        cap = most * below / (1 - share);
        if (cap >= times[times.size() - capped - 1]) break;
    }
    return cap;
}

void Costing::balance(double most) {
    const double cap = this->cap(most);
    const auto times = this->times(&PlannedPattern::weight);
    for (auto& planned : patterns_) {
        const double time = times.at(planned.pattern);
        planned.worth = time > cap ? planned.weight * cap / time : planned.weight;
    }
}

double Costing::rent_per_byte(double share) const {
    constexpr double monster = 0.1;  // what counts for more would make every index that helps others look dear
    const double cap = this->cap(monster);
    const auto times = this->times(&PlannedPattern::worth);
    double time = 0;
    std::set<const Table*> tables;
    for (const auto& planned : patterns_) {
        const double all = times.at(planned.pattern);
        time += planned.worth * planned.base * (all > cap ? cap / all : 1);
        for (const auto& access : planned.accesses) tables.insert(access.table);
    }
    Bytes data{};
    for (const auto* table : tables) data += view_->bytes(*table);
    return data.value > 0 ? share * time / static_cast<double>(data.value) : 0;
}

bool Costing::has_times() const {
    return std::any_of(patterns_.begin(), patterns_.end(), [](const PlannedPattern& planned) { return planned.pattern->usage.total.value > 0; });
}

// Of half of the time at most.
Millis Costing::typical_time_per_cost() const {
    std::vector<std::pair<double, double>> timed;  // ms a planner unit; ms in all
    double all = 0;
    for (const auto& planned : patterns_) {
        if (planned.pattern->usage.total.value <= 0 || planned.base <= 0) continue;
        timed.emplace_back(planned.mean.value / planned.base, planned.mean.value * planned.calls);
        all += timed.back().second;
    }
    std::sort(timed.begin(), timed.end());
    double below = 0;
    for (const auto& [unit, time] : timed) {
        below += time;
        if (below >= all / 2) return Millis{unit};
    }
    return {};
}

double Costing::ms_per_cost() const {
    double time = 0, cost = 0;
    for (const auto& planned : patterns_) {
        if (planned.pattern->usage.total.value > 0) time += planned.mean.value * planned.calls;
        cost += planned.calls * planned.base;
    }
    return time > 0 && cost > 0 ? time / cost : default_ms_per_cost;
}

}  // namespace dwopt::indexing
