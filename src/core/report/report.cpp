#include "report/documents.hpp"

#include "advice.hpp"
#include "analysis.hpp"
#include "deployments.hpp"
#include "overview.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dwopt::report {
namespace {

constexpr std::array<std::string_view, 6> known_sections{"overview",        "patterns",    "bottlenecks",
                                                         "recommendations", "deployments", "history"};

Section recommendations_section(const ReportInput& input) {
    Section section{"recommendations", "Recommendations", {}};
    auto table = recommendations_table(input.recommendations, true);
    if (input.recommendations.empty()) table.empty = "None yet.";
    section.blocks.emplace_back(table);
    section.blocks.emplace_back(recommendations_for_csv(input.recommendations));
    if (input.advice && input.advice->before.value > 0 && !input.recommendations.empty()) {
        section.blocks.emplace_back(
            Paragraph{fmt::format("Together, as last estimated: planner cost {}, {} of new indexes.",
                                  change((input.advice->after.value / input.advice->before.value - 1) * 100),
                                  human(input.advice->size)),
                      Tone::strong});
    }
    for (const auto& each : input.recommendations) {
        if (!is_open(each.status)) continue;
        for (auto& block : details(each, false)) section.blocks.push_back(std::move(block));
        std::string undo;
        for (const auto& sql : each.undo) undo += (undo.empty() ? "" : "\n") + statement(sql);
        if (!undo.empty()) section.blocks.emplace_back(CodeBlock{undo, "The way back"});
    }
    return section;
}

// What was sent and what became of it. On a terminal only where something went wrong: the rest is in the journal.
void add_steps(Section& section, const Deployment& deployment) {
    const bool trouble =
        deployment.state == DeploymentState::failed || deployment.state == DeploymentState::needs_attention;
    if (trouble) {
        section.blocks.emplace_back(Heading{deployment.id, deployment.recommendation.summary});
        if (!deployment.note.empty()) section.blocks.emplace_back(Paragraph{sentence(deployment.note), Tone::bad});
    }
    std::string sql;
    for (const auto& step : deployment.steps) {
        const std::string took = step.elapsed.value > 0 ? ", " + human(step.elapsed) : "";
        sql += fmt::format("-- step {}: {}{}{}\n{}\n", step.seq, name(step.state), took,
                           step.error.empty() ? "" : ": " + step.error, statement(step.action.sql));
    }
    if (!sql.empty())
        section.blocks.emplace_back(
            CodeBlock{sql, trouble ? "" : fmt::format("{}: {}", deployment.id, deployment.recommendation.summary)});
}

Section deployments_section(const std::vector<Deployment>& deployments) {
    Section section{"deployments", "Deployments", {deployments_table(deployments)}};
    for (auto each = deployments.rbegin(); each != deployments.rend(); ++each) add_steps(section, *each);
    return section;
}

Section history_section(std::vector<HistoryEntry> history) {
    // Newest first, whichever way it came; entries of one second keep their order.
    if (!history.empty() && history.front().at < history.back().at) std::reverse(history.begin(), history.end());
    std::stable_sort(history.begin(), history.end(),
                     [](const HistoryEntry& a, const HistoryEntry& b) { return a.at > b.at; });
    TableBlock table{{text_column("when (UTC)", "at"), text_column("event", "event"), code_column("subject", "subject"),
                      sentence_column("detail", "detail")},
                     {},
                     {}};
    table.empty = "Nothing has happened yet.";
    for (const auto& each : history) {
        std::string event = each.event;
        std::replace(event.begin(), event.end(), '_', ' ');
        table.rows.push_back(
            {moment_cell(each.at), {event, Tone::plain, each.event}, each.subject, {each.detail, Tone::muted}});
    }
    return {"history", "History", {table}};
}

Section section_of(const ReportInput& input, std::string_view id) {
    static const Analysis nothing;
    const Analysis& analysis = input.analysis ? *input.analysis : nothing;
    if (id == "overview") return overview_section(input);
    if (id == "patterns") return patterns_section(analysis.workload, id, input.top);
    if (id == "bottlenecks") return bottlenecks_section(analysis.bottlenecks);
    if (id == "recommendations") return recommendations_section(input);
    if (id == "deployments") return deployments_section(input.deployments);
    return history_section(input.history);
}

}  // namespace

std::span<const std::string_view> report_sections() {
    return known_sections;
}

Document of_report(const ReportInput& input, const Sections& sections) {
    Document document{"Warehouse " + words(input.target), "", {}, {}};
    if (input.analysis) document.subtitle = coverage(input.analysis->workload) + ". ";
    document.subtitle += "Written " + moment(input.now) + ".";
    for (const auto& id : checked(sections, known_sections, known_sections))
        document.sections.push_back(section_of(input, id));
    if (input.analysis && !input.analysis->warnings.empty() && sections.empty()) {
        document.sections.push_back(warnings_section(input.analysis->warnings));
    }
    if (input.snapshots.empty())
        document.next = {"dwopt collect"};
    else if (input.recommendations.empty())
        document.next = {"dwopt recommend"};
    else
        document.next = {"dwopt apply --dry-run"};
    return document;
}

}  // namespace dwopt::report
