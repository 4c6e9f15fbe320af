#include "costing.hpp"

#include "lookups.hpp"
#include "queries.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

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
    bool in_time = true;
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
            else in_time = false;
        }
        batch.clear();
        progress.update("planning the workload", std::min(1.0, static_cast<double>(looked_at) / static_cast<double>(std::min(most, sorted.size()))));
    };
    for (const auto* pattern : sorted) {
        in_time = in_time && !deadline.reached();
        if (looked_at >= most) left_out_ = LeftOut::by_number;
        if (looked_at >= most || !in_time) break;
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
    if (!in_time) left_out_ = LeftOut::by_time;
    share_out_calls();
    forget_past_times(deadline);
    time_of_a_lookup_ = std::clamp(typical_time_per_cost(), least_time_of_a_lookup, most_time_of_a_lookup);
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

}  // namespace dwopt::indexing
