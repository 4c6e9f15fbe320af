// One recommendation: what the plan shows of it, and the document of --explain.
#include "advice.hpp"

#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwopt::report {
namespace {

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
    if (recommendation.index_size.value != 0 && !is_drop(recommendation)) fact("size", human(recommendation.index_size));
    if (const Bytes more = recommendation.growth(); more.value < 0) fact("gives back", human(Bytes{-more.value}));
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

constexpr std::size_t most_statements = 6;  // where the plan shows them all anyway

// A partitioned table's index takes two statements a partition.
std::string first_statements(const Recommendation& recommendation) {
    const auto& all = recommendation.ddl;
    if (all.size() <= most_statements) return all_statements(all);
    return all_statements({all.begin(), all.begin() + most_statements}) +
           fmt::format("\n-- and {} more: dwopt recommend --explain {}", all.size() - most_statements,
                       recommendation.id);
}

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

std::string evidence_words(EvidenceGrade grade) {
    return grade == EvidenceGrade::generic_plan ? "generic plan" : std::string(name(grade));
}

bool is_drop(const Recommendation& recommendation) {
    return recommendation.kind.find(".drop") != std::string::npos;
}

std::string all_statements(const std::vector<std::string>& statements) {
    std::string out;
    for (const auto& sql : statements) out += (out.empty() ? "" : "\n") + statement(sql);
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
