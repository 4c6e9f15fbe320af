// `recommend`: recommendations, the plan's summary, and what was turned down.
#include "json/contract.hpp"
#include "model/identifier.hpp"
#include "values.hpp"

namespace dwopt::json {
namespace {

// The key as CREATE INDEX would take it: what a person expects to read, and a bare name where the name allows it.
std::string key_sql(const IndexKey& key) {
    std::string sql = key.column.empty() ? "(" + key.expression + ")" : model::quote_identifier(key.column);
    if (!key.collation.empty()) sql += " COLLATE " + key.collation;
    if (!key.opclass.empty()) sql += " " + key.opclass;
    if (key.descending) sql += " DESC";
    if (key.nulls_first != key.descending) sql += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    return sql;
}

// The same in parts, from which a plan is read back.
Json key_part(const IndexKey& key) {
    Json out = Json::object();
    if (!key.column.empty()) out["column"] = key.column;
    if (!key.expression.empty()) out["expression"] = key.expression;
    if (!key.opclass.empty()) out["opclass"] = key.opclass;
    if (!key.collation.empty()) out["collation"] = key.collation;
    out["descending"] = key.descending;
    out["nulls_first"] = key.nulls_first;
    return out;
}

Json index_json(const IndexSpec& spec, Bytes size) {
    Json keys = Json::array();
    Json parts = Json::array();
    for (const auto& key : spec.keys) {
        keys.push_back(key_sql(key));
        parts.push_back(key_part(key));
    }
    return {{"name", spec.name},
            {"schema", spec.table.schema},
            {"table", spec.table.name},
            {"method", spec.method},
            {"keys", std::move(keys)},
            {"include", texts(spec.include)},
            {"predicate", text_or_null(spec.predicate)},
            {"size_bytes", size.value},
            {"key_parts", std::move(parts)}};
}

Json effect_json(const PatternEffect& effect) {
    return {{"id", effect.pattern},
            {"before_cost", number(effect.before.value)},
            {"after_cost", number(effect.after.value)}};
}

Json summary_json(const Advice::Summary& summary) {
    Json skipped = Json::array();
    for (const auto& query : summary.skipped) skipped.push_back({{"pattern", query.pattern}, {"reason", query.reason}});
    Json risks = Json::array();
    for (const auto& risk : summary.at_risk) risks.push_back({{"pattern", risk.pattern}, {"row_lookups", number(risk.row_lookups)}});
    return {{"before_cost", number(summary.before.value)},
            {"after_cost", number(summary.after.value)},
            {"saved_pct", number(summary.saved_pct)},
            {"gap_pct", summary.gap_pct ? number(*summary.gap_pct) : Json(nullptr)},
            {"objective", name(summary.objective)},
            {"worst_hit", summary.worst_hit ? Json{{"pattern", summary.worst_hit->pattern},
                                                   {"slower_pct", number(summary.worst_hit->slower_pct)},
                                                   {"by", summary.worst_hit->writes ? "upkeep" : "plan"}}
                                            : Json(nullptr)},
            {"at_risk", std::move(risks)},
            {"size_bytes", summary.size.value},
            {"what_if_calls", summary.what_if_calls},
            {"elapsed_ms", number(summary.elapsed.value)},
            {"budget_bytes", summary.budget ? Json(summary.budget->value) : Json(nullptr)},
            {"what_if", summary.what_if},
            {"queries", summary.queries},
            {"queries_skipped", std::move(skipped)}};
}

}  // namespace

Json to_json(const PlanComparison& plan) {
    return {{"pattern", plan.pattern},
            {"before_cost", number(plan.before.value)},
            {"after_cost", number(plan.after.value)},
            {"before", texts(plan.plan_before)},
            {"after", texts(plan.plan_after)}};
}

Json to_json(const Recommendation& r) {
    Json out;
    out["id"] = r.id;
    out["kind"] = r.kind;
    out["target"] = {{"schema", r.target.schema}, {"table", r.target.name}, {"layer", text_or_null(r.layer)}};
    out["summary"] = r.summary;
    out["ddl"] = texts(r.ddl);
    out["undo"] = texts(r.undo);
    if (r.index) out["index"] = index_json(*r.index, r.index_size);
    else if (r.index_size.value != 0) out["index_size_bytes"] = r.index_size.value;
    if (r.freed.value != 0) out["freed_bytes"] = r.freed.value;
    if (!r.replaces.empty()) {
        out["replaces"] = Json::array();
        for (const auto& index : r.replaces) out["replaces"].push_back({{"schema", index.schema}, {"name", index.name}});
    }
    out["benefit"] = {{"before_cost", number(r.benefit.before.value)},
                      {"after_cost", number(r.benefit.after.value)},
                      {"saved_pct", number(r.benefit.saved_pct)},
                      {"saved_ms_per_day", number(r.benefit.saved_per_day.value)}};
    out["upkeep"] = {{"write_cost_per_day", number(r.upkeep.write_cost_per_day.value)},
                     {"size_bytes", r.upkeep.size.value},
                     {"build_ms", number(r.upkeep.build.value)}};
    out["confidence"] = number(r.confidence);
    out["evidence"] = name(r.evidence);
    out["evidence_source"] = r.evidence_source;
    out["reasons"] = texts(r.reasons);
    out["locks"] = texts(r.locks);
    out["patterns"] = Json::array();
    for (const auto& effect : r.patterns) out["patterns"].push_back(effect_json(effect));
    out["status"] = name(r.status);
    return out;
}

Json to_json(const Advice& advice) {
    Json rejected = Json::array();
    for (const auto& r : advice.rejected) {
        rejected.push_back({{"summary", r.summary},
                            {"target", {{"schema", r.target.schema}, {"table", r.target.name}}},
                            {"reason", r.reason}});
    }
    return {{"recommendations", list(advice.recommendations)},
            {"summary", summary_json(advice.summary)},
            {"rejected", std::move(rejected)}};
}

}  // namespace dwopt::json
