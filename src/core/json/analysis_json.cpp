// `analyze`: patterns and bottlenecks.
#include "json/contract.hpp"
#include "values.hpp"

#include <set>

namespace dwopt::json {
namespace {

Json usage_json(const Usage& usage) {
    return {{"calls", count(usage.calls)},
            {"rows", count(usage.rows)},
            {"total_ms", number(usage.total.value)},
            {"mean_ms", number(usage.mean().value)},
            {"blocks_hit", count(usage.blocks_hit)},
            {"blocks_read", count(usage.blocks_read)},
            {"temp_blocks", count(usage.temp_blocks)},
            {"wal_bytes", count(usage.wal_bytes)},
            {"io_ms", number(usage.io.value)}};
}

Json tables_json(const Features& features) {
    std::set<RelationName> names;
    for (const auto& use : features.tables) names.insert(use.relation);
    Json out = Json::array();
    for (const auto& relation : names) out.push_back({{"schema", relation.schema}, {"name", relation.name}});
    return out;
}

}  // namespace

Json to_json(const Discontinuity& d) {
    static constexpr std::array words{"reset", "restart", "failover", "eviction"};
    Json out = {{"family", name(d.family)}, {"cause", words.at(static_cast<std::size_t>(d.cause))}};
    if (d.cause == Discontinuity::Cause::eviction) out["entries"] = d.count;
    return out;
}

Json to_json(const Pattern& pattern) {
    Json out;
    out["id"] = pattern.id;
    out["text"] = pattern.text;
    out["kind"] = name(pattern.features.kind);
    out.update(usage_json(pattern.usage));
    out["share_pct"] = number(pattern.share_pct);
    if (pattern.previous_days > 0) {
        out["previous"] = usage_json(pattern.previous);
        out["previous"]["covered_days"] = number(pattern.previous_days);
    } else {
        out["previous"] = nullptr;
    }
    out["tables"] = tables_json(pattern.features);
    out["users"] = texts(pattern.users);
    out["queryids"] = Json::array();
    for (const auto id : pattern.queryids)
        out["queryids"].push_back(std::to_string(id));  // 64 bits: too wide for many readers
    out["parsed"] = pattern.parsed;
    out["truncated"] = pattern.truncated;
    out["hidden"] = pattern.hidden;
    return out;
}

Json to_json(const Finding& finding) {
    Json evidence = Json::array();
    for (const auto& [label, value] : finding.evidence) evidence.push_back({{"label", label}, {"value", value}});
    return {{"id", finding.id},
            {"rule", finding.rule},
            {"severity", name(finding.severity)},
            {"relation", finding.relation.name.empty()
                             ? Json(nullptr)
                             : Json({{"schema", finding.relation.schema}, {"name", finding.relation.name}})},
            {"object", text_or_null(finding.object)},
            {"summary", finding.summary},
            {"advice", finding.advice},
            {"evidence", std::move(evidence)},
            {"value", number(finding.value)},
            {"threshold", number(finding.threshold)}};
}

Json to_json(const Analysis& analysis) {
    const auto& workload = analysis.workload;
    return {{"window", window_json(workload.window)},
            {"covered_days", number(workload.covered_days)},
            {"total", usage_json(workload.total)},
            {"patterns", list(workload.patterns)},
            {"bottlenecks", list(analysis.bottlenecks)},
            {"discontinuities", list(workload.discontinuities)}};
}

}  // namespace dwopt::json
