#include "explain.hpp"

#include "ddl.hpp"
#include "hot_partitions.hpp"
#include "wording.hpp"

#include "dwopt/counters.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dwopt::indexing {
namespace {

struct Part {  // of one index in what the set does to an example of a pattern
    const Effect* effect = nullptr;
    double share = 0;
};

struct Share {  // of one index in what the set does to a pattern
    const Pattern* pattern = nullptr;
    CallCost call;
    std::vector<Part> parts;
    double saved = 0;  // ms a day
};

std::vector<Part> parts_of(CandidateId id, const std::vector<Effect>& effects) {
    std::vector<Part> parts;
    for (const auto& effect : effects) {
        const auto at = std::find(effect.used.begin(), effect.used.end(), id);
        if (at != effect.used.end()) parts.push_back({&effect, effect.share[static_cast<std::size_t>(at - effect.used.begin())]});
    }
    return parts;
}

class Explainer {
  public:
    Explainer(const View& view, Costing& costing, const Pool& pool, const Upkeep& upkeep, const std::vector<Effect>& effects)
        : view_(view), costing_(costing), pool_(pool), upkeep_(upkeep), effects_(effects), calls_(by_pattern(costing, effects)) {}

    Recommendation explain(CandidateId id, const std::string& source) {
        const auto& candidate = pool_[id];
        auto advice = create_base(view_, candidate, upkeep_);
        const auto load = upkeep_.of(candidate);
        const auto shares = shares_of(id);
        add_benefit(advice, shares);
        add_slower(advice);
        advice.benefit.saved_per_day -= load.time_per_day;
        advice.evidence_source = source;
        for (std::size_t i = 0; i < shares.size() && i < 3; ++i) advice.reasons.push_back(reason_for(shares[i], id));
        for (const auto& share : shares) {
            if (share.call.at_risk <= 0) continue;
            advice.reasons.push_back(fmt::format("pattern {} may get slower although it costs less: its plan fetches some {} rows or pages one by one{}, which takes longer than the planner thinks",
                                                 share.pattern->id, human_count(share.call.at_risk), share.call.wide_at_risk ? " where its ranges are wide" : ""));
        }
        if (advice.benefit.saved_per_day < Millis{}) {
            advice.reasons.push_back(fmt::format("nothing is promised of patterns that may get slower: it pays where they save more than {} a day", human(load.time_per_day)));
        }
        if (auto words = why_one_partition(candidate.spec.table); !words.empty()) advice.reasons.push_back(std::move(words));
        for (auto& words : about_columns(view_, candidate.spec)) advice.reasons.push_back(std::move(words));
        for (const auto* index : view_.indexes(candidate.spec.table)) {
            std::string kept;
            if (model::is_prefix_of(*index, as_index(candidate.spec)) && !model::protected_from_drop(*index, kept)) {
                advice.reasons.push_back(fmt::format("index '{}' is superfluous beside it: the next run proposes to drop that", model::shown(index->name)));
            }
        }
        if (!candidate.spec.include.empty()) advice.reasons.emplace_back("the included columns let the planner answer from the index alone");
        advice.reasons.push_back(load.per_day >= 1 ? fmt::format("upkeep: about {} writes a day to the table need an entry, some {} a day",
                                                                 human_count(load.per_day), human(load.time_per_day))
                                                   : "no writes to the table were seen, so it costs only its space");
        advice.confidence = confidence(advice, shares, candidate.spec);
        return advice;
    }

  private:
    // What saves most first.
    [[nodiscard]] std::vector<Share> shares_of(CandidateId id) const {
        std::vector<Share> shares;
        for (const auto& part : parts_of(id, effects_)) {
            const auto* pattern = costing_.patterns()[part.effect->pattern].pattern;
            auto at = std::find_if(shares.begin(), shares.end(), [&](const Share& share) { return share.pattern == pattern; });
            if (at == shares.end()) at = shares.insert(at, {pattern, calls_.at(pattern), {}, 0});
            at->parts.push_back(part);
            if (at->call.at_risk <= 0) at->saved += saved(part);
        }
        std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) { return a.saved > b.saved; });
        return shares;
    }

    [[nodiscard]] double saved(const Part& part) const {
        const auto& planned = costing_.patterns()[part.effect->pattern];
        const double most = (planned.mean - time_to_fetch(costing_, *part.effect)).value * planned.calls / view_.days();
        return std::min(std::max(0.0, most), costing_.time_saved(part.effect->pattern, part.effect->after)) * part.share;
    }

    void add_benefit(Recommendation& advice, const std::vector<Share>& shares) const {
        double saved_ms = 0;
        advice.evidence = EvidenceGrade::planner;
        for (const auto& share : shares) {
            for (const auto& [effect, part] : share.parts) {
                const auto& planned = costing_.patterns()[effect->pattern];
                advice.benefit.before += Cost{planned.calls * effect->before};
                advice.benefit.after += Cost{planned.calls * (effect->before - (effect->before - effect->after) * part)};
                advice.evidence = std::max(advice.evidence, planned.grade);
            }
            saved_ms += share.saved;
            advice.patterns.push_back({share.pattern->id, Cost{share.call.before}, Cost{share.call.after}});
        }
        if (advice.benefit.before.value > 0) {
            advice.benefit.saved_pct = 100 * (1 - advice.benefit.after.value / advice.benefit.before.value);
        }
        advice.benefit.saved_per_day = Millis{saved_ms};
    }

    // A pattern that the plan makes slower is shown with every index on its tables, whether or not its plan names it.
    void add_slower(Recommendation& advice) const {
        for (const auto& effect : effects_) {
            const auto& planned = costing_.patterns()[effect.pattern];
            const bool touches = std::any_of(planned.accesses.begin(), planned.accesses.end(), [&](const Access& a) { return a.reads(advice.target); });
            if (effect.after <= effect.before * 1.001 || !touches) continue;
            const auto& id = planned.pattern->id;
            const bool listed = std::any_of(advice.patterns.begin(), advice.patterns.end(), [&](const PatternEffect& one) { return one.pattern == id; });
            if (!listed) advice.patterns.push_back({id, Cost{calls_.at(planned.pattern).before}, Cost{calls_.at(planned.pattern).after}});
            advice.reasons.push_back(fmt::format("pattern {} would cost more{}: {} → {}", id, planned.wide ? " where its ranges are wide" : "", human_count(effect.before),
                                                 human_count(effect.after)));
        }
    }

    [[nodiscard]] std::string why_one_partition(const RelationName& name) const {
        const auto* table = view_.table(name);
        for (const auto* at = table; at && at->partition_parent;) {
            at = view_.table(*at->partition_parent);
            if (!at) break;
            for (const auto& hot : hot_partitions(view_, *at)) {
                if (hot.table != table) continue;
                return fmt::format("on this partition only: it takes {} of all scans of {}; one that takes over its part needs an index of its own",
                                   human_percent(100 * hot.share), model::shown(at->name));
            }
        }
        return {};
    }

    [[nodiscard]] std::string reason_for(const Share& share, CandidateId id) const {
        const auto& effect = *share.parts.front().effect;
        const auto& planned = costing_.patterns()[effect.pattern];
        std::string others;
        for (const auto used : effect.used) {
            if (used != id) others += (others.empty() ? ", together with " : " and ") + pool_[used].spec.name;
        }
        std::string wants = what_it_asks(planned.accesses, pool_[id].spec);
        const auto& usage = share.pattern->usage;
        const std::string runs = usage.total.value > 0 ? fmt::format("; {} calls a day of {} each", human_count(usage.calls / view_.days()), human(planned.mean)) : "";
        const std::string_view ranges = share.call.guessed ? " over narrow and wide ranges, as its values are hidden" : "";
        const double less = share.call.before > 0 ? 100 * (1 - share.call.after / share.call.before) : 0;
        return fmt::format("pattern {}{}: cost {} → {}{} ({} less{}){}", share.pattern->id, wants.empty() ? "" : " " + wants, human_count(share.call.before),
                           human_count(share.call.after), ranges, human_percent(less), others, runs);
    }

    [[nodiscard]] double confidence(const Recommendation& advice, const std::vector<Share>& shares, const IndexSpec& spec) const {
        double confidence = advice.evidence == EvidenceGrade::planner ? 0.85 : advice.evidence == EvidenceGrade::generic_plan ? 0.7 : 0.4;
        double calls = 0;
        for (const auto& share : shares) calls += share.pattern->usage.calls;
        if (advice.benefit.saved_pct < 10) confidence *= 0.8;
        if (calls < 5) confidence *= 0.8;
        return confidence * statistics_factor(view_, spec);
    }

    const View& view_;
    Costing& costing_;
    const Pool& pool_;
    const Upkeep& upkeep_;
    const std::vector<Effect>& effects_;
    const std::map<const Pattern*, CallCost> calls_;
};

}  // namespace

Index as_index(const IndexSpec& spec) {
    Index index;
    index.name = {spec.table.schema, spec.name};
    index.table = spec.table;
    index.method = spec.method;
    index.keys = spec.keys;
    index.include = spec.include;
    index.predicate = spec.predicate;
    return index;
}

Recommendation create_base(const View& view, const Candidate& candidate, const Upkeep& upkeep) {
    const auto& spec = candidate.spec;
    Recommendation advice;
    advice.id = "ic-" + model::hex(model::fnv1a("create|" + model::canonical(spec)), 8);
    advice.kind = "index.create";
    advice.target = spec.table;
    advice.layer = layer_of(spec.table.schema);
    advice.summary = fmt::format("index on {} ({})", model::describe(spec), human(candidate.size));
    auto change = create_change(view, spec);
    advice.ddl = std::move(change.ddl);
    advice.undo = std::move(change.undo);
    advice.locks = std::move(change.locks);
    advice.index = spec;
    advice.index_size = candidate.size;
    advice.upkeep = {upkeep.of(candidate).cost_per_day, candidate.size, upkeep.build_time(candidate)};
    return advice;
}

double statistics_factor(const View& view, const IndexSpec& spec) {
    double factor = 1;
    const auto* table = view.table(spec.table);
    for (const auto& key : spec.keys) {
        if (key.column.empty()) factor = std::min(factor, 0.7);
        else if (!view.statistics(spec.table, key.column)) factor = std::min(factor, 0.6);
    }
    if (!table) return factor;
    double changed = 0;
    for (const auto* leaf : view.leaves(*table)) {
        const auto at = view.evidence().lifetime.tables.find(leaf->oid);
        if (at != view.evidence().lifetime.tables.end() && at->second.size() > table::n_mod_since_analyze) changed += at->second[table::n_mod_since_analyze];
    }
    return changed > 0.2 * std::max(1.0, view.rows(*table)) ? factor * 0.8 : factor;
}

std::vector<Recommendation> recommend_creates(const View& view, Costing& costing, const Pool& pool, const Upkeep& upkeep,
                                              const CandidateSet& chosen, const std::vector<Effect>& effects,
                                              const std::string& evidence_source) {
    std::vector<Recommendation> all;
    Explainer explainer(view, costing, pool, upkeep, effects);
    for (const auto id : chosen) all.push_back(explainer.explain(id, evidence_source));
    std::sort(all.begin(), all.end(), [](const Recommendation& a, const Recommendation& b) {
        const auto gain_a = a.benefit.saved_per_day, gain_b = b.benefit.saved_per_day;
        return gain_a != gain_b ? gain_a > gain_b : a.id < b.id;
    });
    return all;
}

}  // namespace dwopt::indexing
