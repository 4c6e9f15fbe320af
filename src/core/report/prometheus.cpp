#include "report/prometheus.hpp"

#include "unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace dwopt::report {
namespace {

constexpr std::size_t most_patterns = 20;
constexpr double bytes_per_block = 8192;

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// A label's value: backslash, quote and newline have escapes; anything else is UTF-8, broken bytes replaced.
std::string label_value(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode(text, at);
        if (!rune.valid)
            out += "\xef\xbf\xbd";
        else if (rune.code == '\\')
            out += "\\\\";
        else if (rune.code == '"')
            out += "\\\"";
        else if (rune.code == '\n')
            out += "\\n";
        else
            out += text.substr(at, rune.bytes);
        at += rune.bytes;
    }
    return out;
}

class Metrics {
  public:
    explicit Metrics(const Target& target) {
        const std::string server = target.port > 0 ? fmt::format("{}:{}", target.host, target.port) : target.host;
        base_ = fmt::format("server=\"{}\",database=\"{}\"", label_value(server), label_value(target.database));
    }

    // Opens a metric; its samples follow. All of one name stand together, as the format demands.
    void metric(std::string_view name, std::string_view help) {
        name_ = fmt::format("dwopt_{}", name);
        out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help);
    }
    void sample(double value, const Labels& labels = {}) {
        std::string all = base_;
        for (const auto& [label, text] : labels) all += fmt::format(",{}=\"{}\"", label, label_value(text));
        const std::string number = std::isnan(value)   ? "NaN"
                                   : std::isinf(value) ? (value > 0 ? "+Inf" : "-Inf")
                                                       : fmt::format("{}", value);
        out_ += fmt::format("{}{{{}}} {}\n", name_, all, number);
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_, base_, name_;
};

double seconds(Millis time) {
    return time.value / 1000;
}
double seconds(Timestamp time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void target_metrics(Metrics& metrics, const Target& target, Timestamp snapshot_at, const Workload& workload) {
    metrics.metric("target_info", "The warehouse, as labels.");
    metrics.sample(1, {{"server_version_num", fmt::format("{}", target.server_version_num)},
                       {"system_identifier", target.system_identifier}});
    metrics.metric("snapshot_timestamp_seconds", "When the last snapshot was taken.");
    metrics.sample(seconds(snapshot_at));
    metrics.metric("window_seconds", "Length of the window that the workload metrics sum up.");
    metrics.sample(workload.window.days() * 86400);
    metrics.metric("window_covered_ratio", "Share of the window that snapshots cover.");
    metrics.sample(workload.window.days() > 0 ? std::min(workload.covered_days / workload.window.days(), 1.0) : 0);
}

void workload_metrics(Metrics& metrics, const Workload& workload) {
    metrics.metric("workload_patterns", "Distinct query patterns in the window.");
    metrics.sample(static_cast<double>(workload.patterns.size()));
    metrics.metric("workload_calls", "Statements executed in the window.");
    metrics.sample(workload.total.calls);
    metrics.metric("workload_execution_seconds", "Execution time of all statements in the window.");
    metrics.sample(seconds(workload.total.total));
    metrics.metric("workload_read_bytes", "Shared blocks read in the window, by where they were found.");
    metrics.sample(workload.total.blocks_hit * bytes_per_block, {{"source", "cache"}});
    metrics.sample(workload.total.blocks_read * bytes_per_block, {{"source", "disk"}});
    metrics.metric("workload_temp_bytes", "Temporary blocks written in the window.");
    metrics.sample(workload.total.temp_blocks * bytes_per_block);
    metrics.metric("workload_wal_bytes", "WAL written by statements in the window.");
    metrics.sample(workload.total.wal_bytes);
}

void pattern_metrics(Metrics& metrics, const Workload& workload) {
    std::vector<const Pattern*> top;
    for (const auto& pattern : workload.patterns) top.push_back(&pattern);
    std::stable_sort(top.begin(), top.end(),
                     [](const Pattern* a, const Pattern* b) { return a->usage.total > b->usage.total; });
    if (top.size() > most_patterns) top.resize(most_patterns);
    struct Measure {
        std::string_view name, help;
        double (*value)(const Pattern&);
    };
    static constexpr std::array<Measure, 7> measures{{
        {"pattern_execution_seconds", "Execution time of a pattern in the window; the 20 costliest.",
         [](const Pattern& p) { return seconds(p.usage.total); }},
        {"pattern_mean_seconds", "Mean execution time of a pattern.",
         [](const Pattern& p) { return seconds(p.usage.mean()); }},
        {"pattern_calls", "Executions of a pattern.", [](const Pattern& p) { return p.usage.calls; }},
        {"pattern_rows", "Rows a pattern returned or changed.", [](const Pattern& p) { return p.usage.rows; }},
        {"pattern_share_ratio", "Share of a pattern in the workload's execution time.",
         [](const Pattern& p) { return p.share_pct / 100; }},
        {"pattern_read_bytes", "Shared blocks a pattern read, from cache or disk.",
         [](const Pattern& p) { return (p.usage.blocks_hit + p.usage.blocks_read) * bytes_per_block; }},
        {"pattern_temp_bytes", "Temporary blocks a pattern wrote.",
         [](const Pattern& p) { return p.usage.temp_blocks * bytes_per_block; }},
    }};
    for (const auto& measure : measures) {
        if (top.empty()) break;
        metrics.metric(measure.name, measure.help);
        for (const auto* pattern : top)
            metrics.sample(measure.value(*pattern),
                           {{"pattern", pattern->id}, {"kind", std::string(name(pattern->features.kind))}});
    }
}

void finding_metrics(Metrics& metrics, const std::vector<Finding>& findings) {
    // Rules that found nothing stand with no sample; the totals stand with zeros, so that alerts can rely on them.
    metrics.metric("bottlenecks", "Bottlenecks found by the last analysis.");
    for (const auto severity : {Severity::info, Severity::warning, Severity::critical}) {
        const auto count =
            std::count_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.severity == severity; });
        metrics.sample(static_cast<double>(count), {{"severity", std::string(name(severity))}});
    }
    std::map<std::string, int> rules;
    for (const auto& finding : findings) ++rules[finding.rule];
    if (rules.empty()) return;
    metrics.metric("bottlenecks_by_rule", "Bottlenecks found by the last analysis, by rule.");
    for (const auto& [rule, count] : rules) metrics.sample(count, {{"rule", rule}});
}

void change_metrics(Metrics& metrics, const std::vector<Recommendation>& recommendations,
                    const std::vector<Deployment>& deployments) {
    using enum RecommendationStatus;
    metrics.metric("recommendations", "Recommendations the workspace knows.");
    for (const auto status : {pending, approved, rejected, applied, verified, reverted, expired}) {
        const auto count = std::count_if(recommendations.begin(), recommendations.end(),
                                         [&](const Recommendation& r) { return r.status == status; });
        metrics.sample(static_cast<double>(count), {{"status", std::string(name(status))}});
    }
    Millis saved;
    for (const auto& each : recommendations)
        saved += is_open(each.status) ? each.benefit.saved_per_day : Millis{};
    metrics.metric("recommendations_open_saved_seconds_per_day",
                   "Execution time a day that open recommendations would save, as estimated.");
    metrics.sample(seconds(saved));
    using State = DeploymentState;
    metrics.metric("deployments", "Deployments made from this workspace.");
    for (const auto state : {State::planned, State::running, State::observing, State::verified, State::reverting,
                             State::reverted, State::failed, State::needs_attention}) {
        const auto count = std::count_if(deployments.begin(), deployments.end(),
                                         [&](const Deployment& d) { return d.state == state; });
        metrics.sample(static_cast<double>(count), {{"state", std::string(name(state))}});
    }
}

}  // namespace

std::string prometheus(const Analysis& analysis, const std::vector<Recommendation>& recommendations,
                       const std::vector<Deployment>& deployments, const Target& target, Timestamp snapshot_at) {
    Metrics metrics(target);
    target_metrics(metrics, target, snapshot_at, analysis.workload);
    workload_metrics(metrics, analysis.workload);
    pattern_metrics(metrics, analysis.workload);
    finding_metrics(metrics, analysis.bottlenecks);
    change_metrics(metrics, recommendations, deployments);
    return metrics.take();
}

}  // namespace dwopt::report
