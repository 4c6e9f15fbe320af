#include "advice.hpp"

#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <map>

namespace dwopt::report {
namespace {

// What it takes on disk, signed: what is dropped, replaced or built again gives back.
Cell size_cell(const Recommendation& recommendation) {
    const Bytes more = recommendation.growth();
    if (more.value == 0) return absent();
    return {more.value < 0 ? "−" + human(Bytes{-more.value}) : "+" + human(more), Tone::plain, fmt::format("{}", more.value)};
}

Cell saves_cell(const Recommendation& recommendation) {
    const double percent = recommendation.benefit.saved_pct;
    return percent == 0 ? absent() : Cell{about_percent(percent), percent > 0 ? Tone::good : Tone::bad, bare(percent)};
}

Cell per_day_cell(const Recommendation& recommendation) {
    const Millis saved = recommendation.benefit.saved_per_day;
    return saved.value == 0 ? absent() : cell(saved);
}

// "12 of 18 queries get faster: planner cost −63 %, 41 MB of new indexes."
std::string totals(const Advice& advice) {
    const auto [faster, slower] = effects(advice.recommendations);
    std::int64_t given_back = 0;
    for (const auto& each : advice.recommendations) given_back += std::max<std::int64_t>(0, -each.growth().value);
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

// "Hit worst: pattern 9a195abf, some 12 % slower by its new plan."
std::string worst_hit(const Advice::Summary& summary) {
    if (!summary.worst_hit) return {};
    return fmt::format("Hit worst: pattern {}, some {} slower {}.", short_id(summary.worst_hit->pattern), human_percent(summary.worst_hit->slower_pct),
                       summary.worst_hit->writes ? "as new indexes take an entry for each row it writes" : "by its new plan");
}

// "May get slower although the plan costs less, by so many rows or pages fetched one by one: pattern 18ccabaa (204 k)."
std::string risks(const Advice::Summary& summary) {
    constexpr std::size_t most = 3;
    const auto& all = summary.at_risk;
    std::string list;
    for (std::size_t n = 0; n < std::min(most, all.size()); ++n) list += fmt::format("{}{} ({})", n == 0 ? "" : ", ", short_id(all[n].pattern), human_count(all[n].row_lookups));
    if (all.size() > most) list += fmt::format(" and {} more", all.size() - most);
    return all.empty() ? list : fmt::format("May get slower although the plan costs less, by so many rows or pages fetched one by one: {} {}.", all.size() == 1 ? "pattern" : "patterns", list);
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

Cell status_cell(RecommendationStatus status) {
    using enum RecommendationStatus;
    const Tone tone = status == verified                                              ? Tone::good
                      : status == reverted || status == rejected || status == expired ? Tone::muted
                                                                                      : Tone::plain;
    return {std::string(name(status)), tone};
}

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
        table.rows.push_back({each.id, each.kind, std::string(name(each.status)), each.target.schema, each.target.name,
                              each.summary, bare(benefit.saved_pct), bare(benefit.saved_per_day.value),
                              bare(benefit.before.value), bare(benefit.after.value), fmt::format("{}", each.growth().value),
                              bare(each.upkeep.build.value), bare(each.confidence), std::string(name(each.evidence)),
                              all_statements(each.ddl), all_statements(each.undo)});
    }
    return table;
}

Document of_advice(const Advice& advice, const Target& target) {
    Document document{"Advice for " + words(target), how(advice.summary), {}, {}};
    Section plan{"recommendations", "Plan", {recommendations_table(advice.recommendations, false)}};
    if (advice.recommendations.empty()) {
        plan.title.clear();
        const int queries = advice.summary.queries;
        std::get<TableBlock>(plan.blocks.front()).empty =
            queries == 0 ? "Nothing to recommend: no query was looked at."
                         : fmt::format("Nothing to recommend: {}, and no change is worth it.", counted(queries, "query looked at", "queries looked at"));
    }
    if (const auto sentence_of = totals(advice); !sentence_of.empty())
        plan.blocks.emplace_back(Paragraph{sentence_of, Tone::strong});
    if (const auto hit = worst_hit(advice.summary); !hit.empty()) plan.blocks.emplace_back(Paragraph{hit, Tone::plain});
    if (const auto warned = risks(advice.summary); !warned.empty()) plan.blocks.emplace_back(Paragraph{warned, Tone::plain});
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

}  // namespace dwopt::report
