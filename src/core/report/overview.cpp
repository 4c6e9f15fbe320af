#include "overview.hpp"

#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dwopt::report {
namespace {

constexpr std::size_t most_bars = 8;

template <class Range, class Test>
std::int64_t number_of(const Range& range, Test test) {
    return std::count_if(range.begin(), range.end(), test);
}

// "3 critical, 5 warnings"
Cell findings_cell(const std::vector<Finding>& findings) {
    const auto of = [&](Severity severity) {
        return number_of(findings, [&](const Finding& f) { return f.severity == severity; });
    };
    const auto critical = of(Severity::critical), warnings = of(Severity::warning), infos = of(Severity::info);
    std::string out;
    const auto add = [&](std::int64_t count, const std::string& text) {
        if (count > 0) out += (out.empty() ? "" : ", ") + text;
    };
    add(critical, fmt::format("{} critical", critical));
    add(warnings, counted(warnings, "warning", "warnings"));
    add(infos, fmt::format("{} info", infos));
    return {out.empty() ? "none found" : out, critical > 0 ? Tone::bad : Tone::plain};
}

Cell recommendations_cell(const ReportInput& input) {
    const auto open = number_of(input.recommendations, [](const Recommendation& r) { return is_open(r.status); });
    if (open == 0) return {input.recommendations.empty() ? "none yet" : "none open", Tone::plain};
    Millis saved;
    for (const auto& each : input.recommendations) saved += is_open(each.status) ? each.benefit.saved_per_day : Millis{};
    return {fmt::format("{} open{}", open, saved.value > 0 ? ", saving " + human(saved) + " a day" : ""), Tone::plain};
}

Cell deployments_cell(const std::vector<Deployment>& deployments) {
    if (deployments.empty()) return {"none", Tone::plain};
    std::map<DeploymentState, int> states;
    for (const auto& each : deployments) ++states[each.state];
    std::string out;
    for (const auto& [state, count] : states) {
        std::string word(name(state));
        std::replace(word.begin(), word.end(), '_', ' ');
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word);
    }
    const bool trouble =
        states.count(DeploymentState::needs_attention) > 0 || states.count(DeploymentState::failed) > 0;
    return {out, trouble ? Tone::bad : Tone::plain};
}

Cell snapshots_cell(const ReportInput& input) {
    if (input.snapshots.empty()) return {"none yet", Tone::plain};
    const auto latest =
        std::max_element(input.snapshots.begin(), input.snapshots.end(),
                         [](const StoredSnapshot& a, const StoredSnapshot& b) { return a.window.to < b.window.to; });
    return {fmt::format("{}, the last at {}", whole(static_cast<double>(input.snapshots.size())),
                        moment(latest->window.to)),
            Tone::plain};
}

Facts facts_of(const ReportInput& input) {
    Facts facts;
    const auto fact = [&](std::string label, Cell value) {
        facts.items.emplace_back(std::move(label), std::move(value));
    };
    if (input.analysis) {
        const auto& workload = input.analysis->workload;
        fact("execution time",
             fmt::format("{} in {}", human(workload.total.total), human(Millis{workload.covered_days * 86400e3})));
        fact("calls", fmt::format("{} of {}", human_count(workload.total.calls),
                                  counted(static_cast<std::int64_t>(workload.patterns.size()), "pattern", "patterns")));
        const double blocks = workload.total.blocks_hit + workload.total.blocks_read;
        if (blocks > 0) fact("read from cache", human_percent(workload.total.blocks_hit / blocks * 100));
        if (workload.total.temp_blocks > 0)
            fact("temporary files", human(Bytes{static_cast<std::int64_t>(workload.total.temp_blocks * 8192)}));
        fact("bottlenecks", findings_cell(input.analysis->bottlenecks));
    }
    fact("recommendations", recommendations_cell(input));
    fact("deployments", deployments_cell(input.deployments));
    fact("snapshots", snapshots_cell(input));
    return facts;
}

TableBlock for_csv(const ReportInput& input) {
    TableBlock table{{text_column("measure", "measure"), number_column("value", "value")}, {}, {}};
    table.data_only = true;
    const auto row = [&](std::string label, double value) { table.rows.push_back({std::move(label), bare(value)}); };
    if (input.analysis) {
        const auto& workload = input.analysis->workload;
        row("window_days", workload.window.days());
        row("covered_days", workload.covered_days);
        row("patterns", static_cast<double>(workload.patterns.size()));
        row("calls", workload.total.calls);
        row("total_ms", workload.total.total.value);
        for (const auto severity : {Severity::critical, Severity::warning, Severity::info}) {
            row("bottlenecks_" + std::string(name(severity)),
                static_cast<double>(
                    number_of(input.analysis->bottlenecks, [&](const Finding& f) { return f.severity == severity; })));
        }
    }
    row("recommendations_open", static_cast<double>(number_of(input.recommendations, [](const Recommendation& r) { return is_open(r.status); })));
    row("deployments", static_cast<double>(input.deployments.size()));
    row("deployments_needs_attention", static_cast<double>(number_of(input.deployments, [](const Deployment& d) {
            return d.state == DeploymentState::needs_attention;
        })));
    row("snapshots", static_cast<double>(input.snapshots.size()));
    return table;
}

ChartBlock patterns_chart(const Workload& workload) {
    ChartBlock chart{ChartBlock::Kind::bars, "Where the time goes", "%", {}, {}};
    double rest = 100;
    for (const auto& pattern : workload.patterns) {
        if (chart.points.size() == most_bars || pattern.share_pct <= 0) break;
        chart.points.emplace_back(pattern.hidden ? short_id(pattern.id) + " (hidden)"
                                                 : short_id(pattern.id) + "  " + one_line(pattern.text, 48),
                                  pattern.share_pct);
        rest -= pattern.share_pct;
    }
    if (workload.patterns.size() > chart.points.size() && rest > 0.05) chart.points.emplace_back("all others", rest);
    return chart;
}

}  // namespace

ChartBlock activity_chart(const Workload& workload) {
    std::map<Timestamp, std::pair<Window, double>> windows;
    for (const auto& pattern : workload.patterns) {
        for (const auto& point : pattern.history) {
            auto& [window, total] = windows[point.window.to];
            window = point.window;
            total += point.usage.total.value;
        }
    }
    ChartBlock chart{ChartBlock::Kind::line, "Statements running at once, on average", "", {}, {}};
    for (const auto& [to, entry] : windows) {
        const auto& [window, total] = entry;
        if (window.days() <= 0) continue;
        chart.points.emplace_back(moment(to).substr(0, 16), total / (window.days() * 86400e3));
        chart.positions.push_back(std::chrono::duration<double>(to.time_since_epoch()).count());
    }
    return chart;
}

Section overview_section(const ReportInput& input) {
    Section section{"overview", "Overview", {facts_of(input), for_csv(input)}};
    if (!input.analysis) {
        section.blocks.emplace_back(Paragraph{"Nothing has been collected into this workspace yet.", Tone::muted});
        return section;
    }
    section.blocks.emplace_back(activity_chart(input.analysis->workload));
    section.blocks.emplace_back(patterns_chart(input.analysis->workload));
    return section;
}

}  // namespace dwopt::report
