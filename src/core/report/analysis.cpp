#include "analysis.hpp"

#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dwopt::report {
namespace {

constexpr std::array<std::string_view, 8> known_sections{"patterns", "bottlenecks", "mean", "calls",
                                                         "rows",     "blocks",      "temp", "wal"};
constexpr std::array<std::string_view, 2> usual_sections{"patterns", "bottlenecks"};

Tone tone_of(Severity severity) {
    return severity == Severity::critical ? Tone::bad : severity == Severity::warning ? Tone::plain : Tone::muted;
}

std::string evidence(const Finding& finding) {
    std::string out;
    for (const auto& [label, value] : finding.evidence) out += (out.empty() ? "" : ", ") + label + " " + value;
    return out;
}

TableBlock findings_for_csv(const std::vector<Finding>& findings) {
    TableBlock table;
    table.columns = {text_column("severity", "severity"),     text_column("rule", "rule"),
                     text_column("schema", "schema"),         text_column("relation", "relation"),
                     text_column("object", "object"),         number_column("value", "value"),
                     number_column("threshold", "threshold"), text_column("summary", "summary"),
                     text_column("evidence", "evidence"),     text_column("advice", "advice")};
    table.data_only = true;
    for (const auto& finding : findings) {
        table.rows.push_back({std::string(name(finding.severity)), finding.rule, finding.relation.schema,
                              finding.relation.name, finding.object, bare(finding.value), bare(finding.threshold),
                              finding.summary, evidence(finding), finding.advice});
    }
    return table;
}

}  // namespace

std::string coverage(const Workload& workload) {
    std::string out = span(workload.window);
    const double days = workload.window.days();
    // A hundredth is what the clocks of two snapshots are apart.
    if (workload.covered_days < days * 0.99)
        out += fmt::format(", of which snapshots cover {}", human(Millis{workload.covered_days * 86400e3}));
    return out;
}

Section bottlenecks_section(const std::vector<Finding>& findings) {
    Section section{"bottlenecks", "Bottlenecks", {}};
    TableBlock table;
    table.columns = {text_column("severity", "severity"), sentence_column("what", "summary"),
                     sentence_column("evidence", "evidence")};
    table.empty = "None found.";
    ListBlock advice;
    for (const auto& finding : findings) {
        table.rows.push_back({{std::string(name(finding.severity)), tone_of(finding.severity)},
                              finding.summary,
                              {evidence(finding), Tone::muted}});
        // The same advice for twenty tables is said once.
        if (!finding.advice.empty() &&
            std::find(advice.items.begin(), advice.items.end(), finding.advice) == advice.items.end()) {
            advice.items.push_back(finding.advice);
        }
    }
    section.blocks.emplace_back(table);
    section.blocks.emplace_back(findings_for_csv(findings));
    if (!advice.items.empty()) {
        section.blocks.emplace_back(Heading{"What to do", ""});
        section.blocks.emplace_back(advice);
    }
    return section;
}

std::span<const std::string_view> analysis_sections() {
    return known_sections;
}

Document of_analysis(const Analysis& analysis, const Target& target, int top, const Sections& sections) {
    const auto& workload = analysis.workload;
    Document document{"Workload of " + words(target), coverage(workload), {}, {}};
    document.subtitle +=
        fmt::format(". {} in {} calls of {}.", human(workload.total.total), human_count(workload.total.calls),
                    counted(static_cast<std::int64_t>(workload.patterns.size()), "pattern", "patterns"));
    for (const auto& id : checked(sections, known_sections, usual_sections)) {
        document.sections.push_back(id == "bottlenecks" ? bottlenecks_section(analysis.bottlenecks)
                                                        : patterns_section(workload, id, top));
    }
    document.next = {"dwopt recommend"};
    if (sections.empty() && !workload.patterns.empty())
        document.next.emplace_back("dwopt analyze --section mean,blocks,temp");
    return document;
}

}  // namespace dwopt::report
