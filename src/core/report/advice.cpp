#include "advice.hpp"

#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace dwopt::report {
namespace {

std::string evidence_words(EvidenceGrade grade) {
    return grade == EvidenceGrade::generic_plan ? "generic plan" : std::string(name(grade));
}

bool is_drop(const Recommendation& recommendation) {
    return recommendation.kind.find(".drop") != std::string::npos;
}

// What it takes on disk, signed: dropping an index gives back.
Cell size_cell(const Recommendation& recommendation) {
    if (recommendation.index_size.value == 0) return absent();
    const Bytes size = recommendation.index_size;
    if (is_drop(recommendation)) return {"−" + human(size), Tone::plain, fmt::format("{}", -size.value)};
    return {"+" + human(size), Tone::plain, fmt::format("{}", size.value)};
}

Cell saves_cell(const Recommendation& recommendation) {
    const double percent = recommendation.benefit.saved_pct;
    return percent == 0 ? absent() : Cell{about_percent(percent), percent > 0 ? Tone::good : Tone::bad, bare(percent)};
}

Cell per_day_cell(const Recommendation& recommendation) {
    const Millis saved = recommendation.benefit.saved_per_day;
    return saved.value == 0 ? absent() : cell(saved);
}

Cell status_cell(RecommendationStatus status) {
    using enum RecommendationStatus;
    const Tone tone = status == verified                                              ? Tone::good
                      : status == reverted || status == rejected || status == expired ? Tone::muted
                                                                                      : Tone::plain;
    return {std::string(name(status)), tone};
}

Facts facts_of(const Recommendation& recommendation) {
    Facts facts;
    const auto fact = [&](std::string label, Cell value) {
        facts.items.emplace_back(std::move(label), std::move(value));
    };
    const auto& benefit = recommendation.benefit;
    if (benefit.before.value > 0) {
        fact("planner cost",
             fmt::format("{} → {} ({})", human_count(benefit.before.value), human_count(benefit.after.value),
                         change((benefit.after.value / benefit.before.value - 1) * 100)));
    }
    if (benefit.saved_per_day.value > 0) fact("saves", human(benefit.saved_per_day) + " a day");
    if (recommendation.index_size.value != 0)
        fact(is_drop(recommendation) ? "gives back" : "size", human(recommendation.index_size));
    if (recommendation.upkeep.build.value > 0) fact("build", "about " + human(recommendation.upkeep.build));
    if (recommendation.upkeep.write_cost_per_day.value > 0)
        fact("upkeep", human_count(recommendation.upkeep.write_cost_per_day.value) + " cost units a day");
    fact("evidence", evidence_words(recommendation.evidence) +
                         (recommendation.evidence_source.empty() ? "" : ": " + recommendation.evidence_source));
    fact("confidence", human_percent(std::round(recommendation.confidence * 100)));
    if (!recommendation.layer.empty()) fact("layer", recommendation.layer);
    if (recommendation.status != RecommendationStatus::pending) fact("status", status_cell(recommendation.status));
    return facts;
}

TableBlock patterns_table(const std::vector<PatternEffect>& patterns) {
    TableBlock table;
    table.columns = {code_column("pattern", "pattern"), number_column("cost before", "before_cost"),
                     number_column("after", "after_cost"), number_column("change", "change_pct")};
    for (const auto& effect : patterns) {
        const double percent = effect.before.value > 0 ? (effect.after.value / effect.before.value - 1) * 100 : 0;
        table.rows.push_back({{short_id(effect.pattern), Tone::plain, effect.pattern},
                              {human_count(effect.before.value), Tone::plain, bare(effect.before.value)},
                              {human_count(effect.after.value), Tone::plain, bare(effect.after.value)},
                              change_cell(percent, true)});
    }
    return table;
}

std::string all_statements(const std::vector<std::string>& statements) {
    std::string out;
    for (const auto& sql : statements) out += (out.empty() ? "" : "\n") + statement(sql);
    return out;
}

constexpr std::size_t most_statements = 6;  // where the plan shows them all anyway

// A partitioned table's index takes two statements a partition.
std::string first_statements(const Recommendation& recommendation) {
    const auto& all = recommendation.ddl;
    if (all.size() <= most_statements) return all_statements(all);
    return all_statements({all.begin(), all.begin() + most_statements}) +
           fmt::format("\n-- and {} more: dwopt recommend --explain {}", all.size() - most_statements,
                       recommendation.id);
}

// "12 of 18 queries get faster: planner cost −63 %, 41 MB of new indexes."
std::string totals(const Advice& advice) {
    const auto [faster, slower] = effects(advice.recommendations);
    std::int64_t given_back = 0;
    for (const auto& each : advice.recommendations) given_back += is_drop(each) ? each.index_size.value : 0;
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
    if (faster > 0) {
        add(fmt::format("{} of {} {} faster: planner cost {}", faster,
                        counted(advice.summary.queries, "query", "queries"), faster == 1 ? "gets" : "get",
                        change(-advice.summary.saved_pct)));
    }
    if (slower > 0) add(fmt::format("{} {} slower", slower, slower == 1 ? "gets" : "get"));
    if (advice.summary.size.value > 0) {
        add(human(advice.summary.size) + " of new indexes");
        if (advice.summary.budget) out += " (budget " + human(*advice.summary.budget) + ")";
    }
    if (given_back > 0) add(human(Bytes{given_back}) + " given back");
    return out.empty() ? out : out + ".";
}

std::string how(const Advice::Summary& summary) {
    const std::string took = summary.elapsed.value > 0 ? " in " + human(summary.elapsed) : "";
    if (summary.what_if == "none") return "By rules alone, no planner was asked.";
    const std::string_view where =
        summary.what_if == "twin" ? "the planner twin" : "the server's planner with hypothetical indexes";
    const std::string gap = summary.gap_pct ? fmt::format(" By the plans seen, at most {} of what could be saved is left.", human_percent(*summary.gap_pct)) : "";
    return fmt::format("Asked {}: {}{}.{}", where,
                       counted(summary.what_if_calls, "what-if question", "what-if questions"), took, gap);
}

Section rejected_section(const std::vector<Rejection>& rejected) {
    TableBlock table{{sentence_column("candidate", "candidate"), sentence_column("why not", "reason")}, {}, {}};
    for (const auto& each : rejected) table.rows.push_back({each.summary, {each.reason, Tone::muted}});
    return {"rejected", "Not chosen", {table}};
}

Section skipped_section(const std::vector<SkippedQuery>& skipped) {
    TableBlock table{{code_column("pattern", "pattern"), sentence_column("why", "reason")}, {}, {}};
    for (const auto& each : skipped)
        table.rows.push_back({{short_id(each.pattern), Tone::plain, each.pattern}, each.reason});
    return {"skipped", "Queries left out", {table}};
}

}  // namespace

Effects effects(const std::vector<Recommendation>& recommendations) {
    std::map<std::string, double> net;
    for (const auto& each : recommendations) {
        for (const auto& effect : each.patterns) net[effect.pattern] += effect.after.value - effect.before.value;
    }
    Effects out;
    for (const auto& [pattern, difference] : net) {
        if (difference < 0) ++out.faster;
        if (difference > 0) ++out.slower;
    }
    return out;
}

std::string locks_line(const std::vector<std::string>& locks) {
    const auto mode = [](const std::string& lock) { return lock.substr(0, lock.find(" on ")); };
    std::map<std::string, std::size_t> total, said;
    for (const auto& lock : locks) ++total[mode(lock)];
    std::string out;
    for (const auto& lock : locks) {
        const std::size_t shown = ++said[mode(lock)], all = total[mode(lock)];
        if (shown > 2) continue;
        out += (out.empty() ? "Locks: " : "; ") + lock;
        if (shown == 2 && all > 2) out += fmt::format(", and {} more such", all - 2);
    }
    return out.empty() ? out : sentence(out);
}

TableBlock recommendations_table(const std::vector<Recommendation>& recommendations, bool with_status) {
    TableBlock table;
    table.columns = {code_column("id", "id"),
                     sentence_column("change", "summary"),
                     number_column("saves", "saved_pct"),
                     number_column("a day", "saved_ms_per_day", 1),
                     number_column("size", "size_bytes"),
                     text_column("evidence", "evidence")};
    if (with_status) {
        table.columns.back().rank = 2;
        table.columns.push_back(text_column("status", "status"));
    }
    table.empty = "Nothing to recommend.";
    for (const auto& each : recommendations) {
        std::vector<Cell> row{
            each.id,          each.summary,
            saves_cell(each), per_day_cell(each),
            size_cell(each),  {evidence_words(each.evidence), Tone::plain, std::string(name(each.evidence))}};
        if (with_status) row.push_back(status_cell(each.status));
        table.rows.push_back(std::move(row));
    }
    return table;
}

TableBlock recommendations_for_csv(const std::vector<Recommendation>& recommendations) {
    TableBlock table;
    table.data_only = true;
    for (const auto* key :
         {"id", "kind", "status", "schema", "table", "summary", "saved_pct", "saved_ms_per_day", "before_cost",
          "after_cost", "size_bytes", "build_ms", "confidence", "evidence", "ddl", "undo"}) {
        table.columns.push_back(text_column("", key));
    }
    for (const auto& each : recommendations) {
        const auto& benefit = each.benefit;
        const std::int64_t size = is_drop(each) ? -each.index_size.value : each.index_size.value;
        table.rows.push_back({each.id, each.kind, std::string(name(each.status)), each.target.schema, each.target.name,
                              each.summary, bare(benefit.saved_pct), bare(benefit.saved_per_day.value),
                              bare(benefit.before.value), bare(benefit.after.value), fmt::format("{}", size),
                              bare(each.upkeep.build.value), bare(each.confidence), std::string(name(each.evidence)),
                              all_statements(each.ddl), all_statements(each.undo)});
    }
    return table;
}

std::vector<Block> details(const Recommendation& recommendation, bool whole) {
    std::vector<Block> out{Heading{recommendation.id, recommendation.summary}};
    if (whole) out.emplace_back(facts_of(recommendation));
    out.emplace_back(CodeBlock{whole ? all_statements(recommendation.ddl) : first_statements(recommendation), ""});
    if (!recommendation.reasons.empty()) {
        ListBlock reasons;
        for (const auto& reason : recommendation.reasons) reasons.items.push_back(reason);
        out.emplace_back(reasons);
    }
    if (const auto locks = locks_line(recommendation.locks); !locks.empty())
        out.emplace_back(Paragraph{locks, Tone::muted});
    if (!whole) return out;
    if (!recommendation.undo.empty()) {
        out.emplace_back(Heading{"The way back", ""});
        out.emplace_back(CodeBlock{all_statements(recommendation.undo), ""});
    }
    if (!recommendation.patterns.empty()) {
        out.emplace_back(Heading{"Queries it touches", ""});
        out.emplace_back(patterns_table(recommendation.patterns));
    }
    return out;
}

Document of_advice(const Advice& advice, const Target& target) {
    Document document{"Advice for " + words(target), how(advice.summary), {}, {}};
    Section plan{"recommendations", "Plan", {recommendations_table(advice.recommendations, false)}};
    if (advice.recommendations.empty()) {
        plan.title.clear();
        const int queries = advice.summary.queries;
        std::get<TableBlock>(plan.blocks.front()).empty =
            queries == 0 ? "Nothing to recommend: no query was looked at."
                         : fmt::format("Nothing to recommend: no change helps the {} enough to be worth its upkeep.",
                                       counted(queries, "query", "queries looked at"));
    }
    if (const auto sentence_of = totals(advice); !sentence_of.empty())
        plan.blocks.emplace_back(Paragraph{sentence_of, Tone::strong});
    plan.blocks.emplace_back(recommendations_for_csv(advice.recommendations));
    document.sections.push_back(std::move(plan));
    if (!advice.recommendations.empty()) {
        Section why{"details", "What and why", {}};
        for (const auto& each : advice.recommendations) {
            for (auto& block : details(each, false)) why.blocks.push_back(std::move(block));
        }
        document.sections.push_back(std::move(why));
        document.next = {"dwopt apply --dry-run", "dwopt apply --all",
                         "dwopt recommend --explain " + advice.recommendations.front().id};
    }
    if (!advice.rejected.empty()) document.sections.push_back(rejected_section(advice.rejected));
    if (!advice.summary.skipped.empty()) document.sections.push_back(skipped_section(advice.summary.skipped));
    return document;
}

namespace {

std::string clipped(const std::string& line, std::size_t width) {
    return line.size() <= width ? line : line.substr(0, width - 3) + "...";
}

// Two plans in columns; a line of one beside a line of the other, as far as both go.
std::string side_by_side(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    constexpr std::size_t widest = 76;
    std::size_t width = 6;
    for (const auto& line : left) width = std::max(width, std::min(widest, line.size()));
    std::string out = fmt::format("{:<{}} | after", "before", width);
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        out += fmt::format("\n{:<{}} | {}", i < left.size() ? clipped(left[i], widest) : "", width, i < right.size() ? clipped(right[i], widest) : "");
    }
    return out;
}

}  // namespace

Document of_recommendation(const Recommendation& recommendation, const std::vector<PlanComparison>& plans, const Target& target) {
    Document document{fmt::format("Recommendation {} for {}", recommendation.id, words(target)), "", {}, {}};
    Section section{"recommendation", "", details(recommendation, true)};
    std::get<Heading>(section.blocks.front()) = {recommendation.summary, ""};
    for (const auto& plan : plans) {
        section.blocks.emplace_back(Heading{"Plan of " + short_id(plan.pattern), fmt::format("cost {} -> {}", human_count(plan.before.value), human_count(plan.after.value))});
        section.blocks.emplace_back(CodeBlock{side_by_side(plan.plan_before, plan.plan_after), ""});
    }
    section.blocks.emplace_back(recommendations_for_csv({recommendation}));
    document.sections.push_back(std::move(section));
    if (is_open(recommendation.status))
        document.next = {"dwopt apply " + recommendation.id};
    return document;
}

}  // namespace dwopt::report
