#include "costing.hpp"

#include "lookups.hpp"
#include "queries.hpp"
#include "recent_indexes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dwopt::indexing {
namespace {

// Of a time, where that share of the cost is left: see Costing::time_saved().
double time_share(double cost_share) { return std::pow(std::max(0.0, cost_share), 0.7); }

double entries_of(const Candidate& candidate) {
    double entries = 0;
    for (const auto& extent : candidate.extents) entries += extent.tuples;
    return entries;
}

// On the partition of that name; null if there is none.
const IndexExtent* on_part(const Candidate& candidate, const std::string& name) {
    const auto& all = candidate.extents;
    const auto found = std::find_if(all.begin(), all.end(), [&](const IndexExtent& extent) { return extent.table.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

Millis Deadline::elapsed() const {
    return Millis{std::chrono::duration<double, std::milli>(clock_->now() - started_).count()};
}

void Costing::plan_base(std::size_t most, const Deadline& deadline, Progress& progress) {
    constexpr std::size_t together = 64;
    const sql::CatalogLookup lookup(view_->evidence().catalog);
    const auto sorted = explainable_patterns(view_->evidence().workload);
    struct Next {
        PlannedPattern planned;
        std::string reason;  // not empty: it cannot be planned
    };
    std::vector<Next> batch;
    std::size_t looked_at = 0;  // whatever it is planned with
    const auto plan_batch = [&] {
        std::vector<Question> questions;
        for (const auto& next : batch) {
            if (next.reason.empty()) questions.push_back({next.planned.query, {}});
        }
        const auto estimates = oracle_->estimate_all(questions, [&] { return deadline.reached(); });
        auto estimate = estimates.begin();
        for (auto& next : batch) {
            if (!next.reason.empty()) skipped_.push_back({next.planned.pattern->id, std::move(next.reason)});
            else if (const auto& answer = *estimate++) enter(std::move(next.planned), *answer);
        }
        batch.clear();
        progress.update("planning the workload", std::min(1.0, static_cast<double>(looked_at) / static_cast<double>(std::min(most, sorted.size()))));
    };
    for (const auto* pattern : sorted) {
        if (looked_at >= most || deadline.reached()) break;
        PlannedPattern planned;
        planned.pattern = pattern;
        if (auto reason = not_plannable(*pattern); !reason.empty()) {
            batch.push_back({std::move(planned), std::move(reason)});
            continue;
        }
        planned.accesses = accesses(*view_, pattern->features);
        if (planned.accesses.empty()) continue;  // touches no table we know: VALUES, functions, catalogs
        ++looked_at;
        const auto constants = constant_conditions(*pattern, lookup);
        for (auto& [query, share, hot, wide] : queries_of(*pattern, *view_, lookup, oracle_->takes_values() ? Values::likely : Values::none)) {
            auto one = planned;
            // With its constants there are expressions that can be indexed: date_trunc('month', at), data ->> 'kind'.
            if (!pattern->examples.empty()) one.accesses = accesses(*view_, sql::extract(query.sql, lookup), constants);
            one.query = std::move(query);
            one.hot = hot;
            one.wide = wide;
            one.calls = pattern->usage.calls * share;
            batch.push_back({std::move(one), {}});
        }
        if (batch.size() >= together) plan_batch();
    }
    plan_batch();
    share_out_calls();
    forget_past_times(deadline);
    time_of_a_lookup_ = std::clamp(typical_time_per_cost(), least_time_of_a_lookup, most_time_of_a_lookup);
}

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

// Where no time was measured, as for statements that came as files, the planner's own units are all there is.
void Costing::enter(PlannedPattern planned, const PlanEstimate& estimate) {
    const auto& usage = planned.pattern->usage;
    if (!estimate.failure.empty()) {
        if (!planned.wide) skipped_.push_back({planned.pattern->id, estimate.failure});
        return;
    }
    planned.base = estimate.total.value;
    planned.fetches = fetches(planned, estimate, {});
    planned.grade = estimate.grade;
    set_mean(planned, usage.total.value > 0 ? usage.mean() : Millis{planned.base * default_ms_per_cost});
    plans_.emplace_back(*pool_, planned.base, view_->setting("random_page_cost", 4));
    patterns_.push_back(std::move(planned));
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
    return planned.base > 0 ? planned.weight * planned.base * (1 - time_share(cost / planned.base)) : 0;
}

bool Costing::relevant(CandidateId candidate, std::size_t pattern) {
    const auto& list = patterns_for(candidate);
    return std::binary_search(list.begin(), list.end(), pattern);
}

const std::vector<std::size_t>& Costing::patterns_for(CandidateId candidate) {
    const auto [at, fresh] = helps_.try_emplace(candidate);
    if (fresh) {
        const auto& spec = (*pool_)[candidate].spec;
        for (std::size_t p = 0; p < patterns_.size(); ++p) {
            const auto& all = patterns_[p].accesses;
            if (std::any_of(all.begin(), all.end(), [&](const Access& access) { return indexing::relevant(spec, access); })) {
                at->second.push_back(p);
            }
        }
    }
    return at->second;
}

CandidateSet Costing::relevant_of(std::size_t pattern, const CandidateSet& set) {
    CandidateSet some;
    std::copy_if(set.begin(), set.end(), std::back_inserter(some), [&](CandidateId id) { return relevant(id, pattern); });
    return some;
}

CandidateSet Costing::on_tables_of(std::size_t pattern, const CandidateSet& set) const {
    const auto& all = patterns_[pattern].accesses;
    CandidateSet some;
    std::copy_if(set.begin(), set.end(), std::back_inserter(some), [&](CandidateId id) {
        return std::any_of(all.begin(), all.end(), [&](const Access& access) { return access.reads((*pool_)[id].spec.table); });
    });
    return some;
}

Question Costing::question(std::size_t pattern, const CandidateSet& shown) const {
    Question question{patterns_[pattern].query, {}};
    for (const auto id : shown) question.configuration.create.push_back({(*pool_)[id].spec, (*pool_)[id].extents});
    return question;
}

double Costing::fetches(const PlannedPattern& planned, const PlanEstimate& estimate, const std::map<std::string, CandidateId>& by_name) const {
    // A plan names tables without their schemas.
    const auto table_of = [&](const PlanNode& node) {
        const auto& all = planned.accesses;
        const auto read = std::find_if(all.begin(), all.end(), [&](const Access& access) { return access.table->name.name == node.relation; });
        return read == all.end() ? view_->resolve({"", node.relation}) : read->table;
    };
    const auto of_one = [&](const PlanNode& node) {
        if (const auto found = by_name.find(node.index); found != by_name.end()) {
            const auto& candidate = (*pool_)[found->second];
            const auto* part = on_part(candidate, node.relation);
            return fetches_of(*view_, part ? part->table : candidate.spec.table, candidate.spec.keys, part ? part->tuples : entries_of(candidate), node);
        }
        const auto* table = table_of(node);
        if (!table) return std::max(1.0, node.rows);
        const auto& indexes = view_->indexes(table->name);
        const auto index = std::find_if(indexes.begin(), indexes.end(), [&](const Index* one) { return one->name.name == node.index; });
        return index == indexes.end() ? std::max(1.0, node.rows) : fetches_of(*view_, table->name, (*index)->keys, (*index)->size.tuples, node);
    };
    const auto pages = [&](const PlanNode& node) {
        const auto* table = table_of(node);
        return table ? view_->pages(*table) : 0;
    };
    return single_fetches(estimate.nodes, of_one, pages);
}

Costed Costing::costed(std::size_t pattern, const CandidateSet& shown, const PlanEstimate& estimate) const {
    if (!estimate.failure.empty()) return {patterns_[pattern].base, {}, {}, estimate.failure};
    std::map<std::string, CandidateId> by_name;
    for (const auto id : shown) by_name[(*pool_)[id].spec.name] = id;
    Costed costed{estimate.total.value, {}, {}, {}, fetches(patterns_[pattern], estimate, by_name)};
    for (const auto& node : estimate.nodes) {
        const auto found = by_name.find(node.index);
        if (found == by_name.end()) continue;
        const double entries = entries_of((*pool_)[found->second]) + 1;
        costed.scans.push_back({found->second, node.searched > 0 ? std::min(1.0, node.rows / entries) : 1.0, node.searched > 0, node.type == "Index Only Scan"});
        costed.used.push_back(found->second);
    }
    costed.used = with(std::move(costed.used), {});
    return costed;
}

const Costed* Costing::known(std::size_t pattern, const CandidateSet& shown) const {
    if (const auto* plan = plans_[pattern].known(shown)) return plan;
    const auto found = apart_.find({pattern, shown});
    return found == apart_.end() ? nullptr : &found->second;
}

const Costed& Costing::learn(std::size_t pattern, const CandidateSet& shown, Costed costed) {
    if (!costed.failure.empty() || relevant_of(pattern, shown) != shown) return apart_.emplace(std::pair(pattern, shown), std::move(costed)).first->second;
    plans_[pattern].learn(shown, std::move(costed));
    ++learnt_;
    return plans_[pattern].seen().back().plan;
}

const Costed* Costing::asked(std::size_t pattern, const CandidateSet& shown) const {
    if (const auto* plan = plans_[pattern].asked(shown)) return plan;
    const auto found = apart_.find({pattern, shown});
    return found == apart_.end() ? nullptr : &found->second;
}

const Costed& Costing::ask(std::size_t pattern, const CandidateSet& shown) {
    if (shown.empty()) return learn(pattern, shown, {patterns_[pattern].base, {}, {}, {}});
    const auto one = question(pattern, shown);
    return learn(pattern, shown, costed(pattern, shown, oracle_->estimate(one.query, one.configuration)));
}

const Costed& Costing::cost(std::size_t pattern, const CandidateSet& set) {
    const auto shown = relevant_of(pattern, set);
    const auto* before = known(pattern, shown);
    return before ? *before : ask(pattern, shown);
}

const Costed& Costing::exact(std::size_t pattern, const CandidateSet& set) {
    const auto shown = on_tables_of(pattern, set);
    const auto* before = asked(pattern, shown);
    return before ? *before : ask(pattern, shown);
}

void Costing::foresee(const std::vector<Wish>& wishes, const std::function<bool()>& stop) {
    std::vector<Wish> narrow;
    for (const auto& [pattern, set] : wishes) {
        auto shown = relevant_of(pattern, set);
        if (!known(pattern, shown)) narrow.emplace_back(pattern, std::move(shown));
    }
    plan_all(std::move(narrow), stop);
}

void Costing::foresee_exact(const CandidateSet& set, const std::function<bool()>& stop) {
    std::vector<Wish> wide;
    for (std::size_t p = 0; p < patterns_.size(); ++p) {
        auto shown = on_tables_of(p, set);
        if (!asked(p, shown)) wide.emplace_back(p, std::move(shown));
    }
    plan_all(std::move(wide), stop);
}

void Costing::plan_all(std::vector<Wish> wishes, const std::function<bool()>& stop) {
    std::vector<Wish> open;
    std::set<Wish> seen;
    for (auto& wish : wishes) {
        if (!wish.second.empty() && seen.insert(wish).second) open.push_back(std::move(wish));
    }
    std::vector<Question> questions;
    for (const auto& [pattern, shown] : open) questions.push_back(question(pattern, shown));
    const auto estimates = oracle_->estimate_all(questions, stop);
    for (std::size_t n = 0; n < open.size(); ++n) {
        if (estimates[n]) (void)learn(open[n].first, open[n].second, costed(open[n].first, open[n].second, *estimates[n]));
    }
}

const std::vector<std::size_t>& Costing::users(CandidateId candidate) const {
    if (users_version_ != learnt_) {
        users_.clear();
        users_version_ = learnt_;
    }
    if (users_.size() <= candidate) users_.resize(pool_->size());
    auto& list = users_[candidate];
    if (!list) {
        list.emplace();
        for (std::size_t p = 0; p < plans_.size(); ++p) {
            if (plans_[p].useful(candidate)) list->push_back(p);
        }
    }
    return *list;
}

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
