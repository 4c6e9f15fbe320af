// The flow of the Index Optimization Engine: plan the workload as it is, find candidates, let the planner pick among
// them, choose under the limits, explain; then look for indexes that had better go, give way to another, or be built again.
#include "bound.hpp"
#include "drops.hpp"
#include "explain.hpp"
#include "rebuilds.hpp"
#include "replacements.hpp"
#include "rules.hpp"
#include "selection.hpp"

#include "dwopt/stages.hpp"
#include "model/identifier.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dwopt {
namespace {

using namespace indexing;

// The balanced choice lets no pattern count for more: with a tenth, what a monster still costs was too cheap to be worth bytes, and the sum
// over TPC-DS suffered for little in the mean.
constexpr double most_of_all = 0.4;

bool wanted(const AdviceOptions& options, std::string_view kind) {
    return options.kinds.empty() || std::any_of(options.kinds.begin(), options.kinds.end(), [&](const std::string& asked) {
               return kind == asked || (kind.starts_with(asked) && kind.size() > asked.size() && kind[asked.size()] == '.');
           });
}

template <class List>
void append(List& to, List from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

// What was planned as things are.
void count_planned(Advice::Summary& summary, const Costing& costing) {
    std::set<const Pattern*> patterns;
    for (const auto& planned : costing.patterns()) {
        summary.before += Cost{planned.calls * planned.base};
        patterns.insert(planned.pattern);
    }
    summary.after = summary.before;
    summary.queries = static_cast<int>(patterns.size());
    summary.skipped = costing.skipped();
}

// Taken off what was planned.
void count_saved(Advice::Summary& summary, const Costing& costing, const std::vector<Effect>& effects) {
    for (const auto& effect : effects) {
        summary.after -= Cost{costing.patterns()[effect.pattern].calls * (effect.before - effect.after)};
    }
    if (summary.before.value > 0) summary.saved_pct = 100 * (1 - summary.after / summary.before);
}

// Nothing if no pattern gets noticeably slower.
std::optional<Advice::Summary::Hit> worst_hit(const Costing& costing, const Pool& pool, const Upkeep& upkeep, const CandidateSet& chosen,
                                              const std::vector<Effect>& effects) {
    constexpr double noticeable_pct = 0.1;
    Advice::Summary::Hit worst{"", noticeable_pct, false};
    const auto hit = [&](const Pattern& pattern, double pct, bool writes) {
        if (pct > worst.slower_pct) worst = {pattern.id, pct, writes};
    };
    for (const auto& effect : effects) {
        if (effect.before > 0) hit(*costing.patterns()[effect.pattern].pattern, 100 * (effect.after / effect.before - 1), false);
    }
    std::vector<double> slower(upkeep.writers().size());
    for (const auto id : chosen) {
        for (const auto& [writer, pct] : upkeep.burdens(pool[id])) slower[writer] += pct;
    }
    for (std::size_t w = 0; w < slower.size(); ++w) {
        if (const auto* pattern = upkeep.writers()[w].pattern) hit(*pattern, slower[w], true);
    }
    return worst.pattern.empty() ? std::nullopt : std::optional(worst);
}

std::vector<Advice::Summary::Risk> risks(const Costing& costing, const std::vector<Effect>& effects) {
    std::vector<Advice::Summary::Risk> risks;
    for (const auto& [pattern, call] : by_pattern(costing, effects)) {
        if (call.at_risk > 0) risks.push_back({pattern->id, call.at_risk});
    }
    std::sort(risks.begin(), risks.end(), [](const auto& a, const auto& b) { return a.row_lookups != b.row_lookups ? a.row_lookups > b.row_lookups : a.pattern < b.pattern; });
    return risks;
}

// What would have had candidates but may not have any.
std::vector<Rejection> excluded(const Survey& survey) {
    std::vector<Rejection> rejected;
    for (const auto& [table, why] : survey.excluded_tables) rejected.push_back({"indexes on " + model::shown(table), table, why});
    for (const auto& refused : survey.refused) {
        rejected.push_back({"index on " + model::describe(refused.spec), refused.spec.table, "the server would not have it: " + refused.reason});
    }
    constexpr std::size_t most_hidden = 5;
    for (auto at = survey.hidden.begin(); at != survey.hidden.end() && rejected.size() < most_hidden; ++at) {
        rejected.push_back({fmt::format("index on {} ({})", model::shown(at->first), at->second), at->first,
                            "pg_stat_statements hides the literal in it; statements as they are run, in queries/ of a bundle, would show it"});
    }
    return rejected;
}

// What is left of the most that any set within the budget could gain. A search cut short has not seen enough to say.
std::optional<double> gap_of(Search& search, const Costing& costing, const Pool& pool, const CandidateSet& chosen, const Deadline& deadline) {
    const auto most = most_to_gain(costing, pool, search.limits().budget, [&](CandidateId id) { return search.price(id); }, deadline);
    if (!most || *most <= 0) return std::nullopt;
    return 100 * std::max(0.0, 1 - search.at(chosen).value / *most);
}

void advise_creates(Advice& advice, const View& view, Costing& costing, Pool& pool, const AdviceOptions& options, const Upkeep& upkeep,
                    const std::string& source, const Deadline& deadline, Progress& progress) {
    SurveyOptions surveying;
    surveying.limits.max_width = options.max_width;
    surveying.min_table_size = options.min_table_size;
    Surveyor surveyor(view, costing, pool, surveying);

    const SelectionLimits selecting{options.budget, options.max_indexes, options.min_saved_pct,
                                    Millis{static_cast<double>(options.max_build_time.count())}, options.max_regression_pct,
                                    options.max_write_regression_pct};
    Search search(costing, pool, upkeep, selecting);
    const auto chosen = choose(costing, pool, search, surveyor, deadline, progress);
    const auto found = surveyor.found();

    advice.summary.gap_pct = gap_of(search, costing, pool, chosen, deadline);

    progress.update("checking the choice", -1);
    const auto effects = effects_of(costing, chosen, deadline);
    append(advice.recommendations, recommend_creates(view, costing, pool, upkeep, chosen, effects, source));
    append(advice.rejected, reject_rest(pool, search, upkeep, found, chosen, selecting, deadline));
    append(advice.rejected, excluded(found));
    count_saved(advice.summary, costing, effects);
    advice.summary.worst_hit = worst_hit(costing, pool, upkeep, chosen, effects);
    advice.summary.at_risk = risks(costing, effects);
}

void warn(Advice& advice, const View& view, const Costing* costing, const AdviceOptions& options, const Deadline& deadline, bool cut_short) {
    const auto left_out = costing ? costing->left_out() : Costing::LeftOut::none;
    const auto looked_at = fmt::format("{} {}", advice.summary.queries, advice.summary.queries == 1 ? "pattern" : "patterns");
    if (left_out == Costing::LeftOut::by_number) {
        advice.warnings.push_back({"patterns_left_out", fmt::format("only {} were looked at, those that take most time", looked_at),
                                   fmt::format("Raise recommend.max_patterns in dwopt.toml, which is {}.", options.max_patterns)});
    }
    if (costing && !costing->patterns().empty() && !costing->has_times()) {
        advice.warnings.push_back({"no_times", fmt::format("no execution times are known; every time is the planner's cost at {} ms a unit", default_ms_per_cost),
                                   "Read costs and percentages; times come with 'dwopt collect' from a server with pg_stat_statements."});
    }
    if (deadline.cancelled()) {
        advice.warnings.push_back({"interrupted", "the search was interrupted; the advice is the best found until then, and counts the saving only where there was time to plan with it", ""});
    } else if (const bool too_many = left_out == Costing::LeftOut::by_time; too_many || deadline.reached() || cut_short) {
        const auto scope = too_many ? fmt::format(" for the {} that there was time to look at", looked_at) : "";
        advice.warnings.push_back({"time_limit", fmt::format("the search ended at its time limit of {}; the advice is the best found until then{}", human(options.time_limit), scope),
                                   "Give it more with 'dwopt recommend --time-limit'."});
    }
    if (view.evidence().catalog.statistics.empty()) {
        advice.warnings.push_back({"no_column_statistics", "no column statistics are known, so sizes and selectivities are guesses",
                                   "Run 'dwopt doctor' to see which read rights are missing."});
    }
}

}  // namespace

Advice recommend(const Evidence& evidence, CostOracle* oracle, const AdviceOptions& options, const Thresholds& thresholds,
                 Clock& clock, Progress& progress, const Cancellation& cancel) {
    const Deadline deadline(clock, options.time_limit, cancel);
    const View view(evidence);
    const bool creates = wanted(options, "index.create"), drops = wanted(options, "index.drop"), replaces = wanted(options, "index.replace");
    Advice advice;
    advice.summary.budget = options.budget;
    advice.summary.objective = options.objective;
    advice.summary.what_if = oracle ? oracle->name() : "none";

    Pool pool(view);
    std::optional<Costing> costing;
    if (oracle && (creates || ((drops || replaces) && oracle->can_hide()))) {
        costing.emplace(view, *oracle, pool);
        costing->plan_base(static_cast<std::size_t>(std::max(0, options.max_patterns)), deadline.part(0.35), progress);
        if (options.objective == Objective::balanced) costing->balance(most_of_all);
        count_planned(advice.summary, *costing);
    }
    const Upkeep upkeep(view, costing ? costing->ms_per_cost() : default_ms_per_cost, options.max_write_regression_pct > 0);
    bool cut_short = false;
    if (creates && costing) {
        constexpr double for_drops = 0.15;
        const Deadline until = drops || replaces ? deadline.part(1 - for_drops) : deadline;
        advise_creates(advice, view, *costing, pool, options, upkeep, oracle->description(), until, progress);
        cut_short = until.reached();
        auto keys = advise_foreign_keys(view, options, thresholds, upkeep, advice.recommendations);
        append(advice.recommendations, std::move(keys.recommendations));
        append(advice.rejected, std::move(keys.rejected));
    } else if (creates) {
        auto by_rules = advise_by_rules(view, options, thresholds, upkeep);
        append(advice.recommendations, std::move(by_rules.recommendations));
        append(advice.rejected, std::move(by_rules.rejected));
    }
    for (const auto& made : advice.recommendations) advice.summary.size += made.index_size;
    std::optional<Witnesses> witnesses;
    if (costing && oracle->can_hide()) witnesses.emplace(view, *costing, *oracle, deadline);
    if (drops) {
        auto found = propose_drops(view, thresholds, upkeep, witnesses ? &*witnesses : nullptr);
        append(advice.recommendations, std::move(found.recommendations));
        append(advice.rejected, std::move(found.rejected));
    }
    if (replaces && witnesses) {
        auto found = propose_replacements(view, thresholds, upkeep, pool, *witnesses, advice.recommendations);
        append(advice.recommendations, std::move(found.recommendations));
        append(advice.rejected, std::move(found.rejected));
    }
    if (wanted(options, "index.rebuild")) append(advice.recommendations, propose_rebuilds(view, thresholds, upkeep, advice.recommendations));
    warn(advice, view, costing ? &*costing : nullptr, options, deadline, cut_short);
    advice.summary.what_if_calls = oracle ? oracle->calls() : 0;
    advice.summary.elapsed = deadline.elapsed();
    return advice;
}

}  // namespace dwopt
