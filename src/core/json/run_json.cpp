// What a run met and did: target, warnings, deployments, capabilities, history, one collect.
#include "json/contract.hpp"
#include "values.hpp"

#include <array>

namespace dwopt::json {
namespace {

Json step_json(const Step& step) {
    return {{"seq", step.seq},
            {"action", name(step.action.kind)},
            {"sql", step.action.sql},
            {"undo", text_or_null(step.undo)},
            {"is_undo", step.is_undo},
            {"state", name(step.state)},
            {"started_at", text_or_null(step.started_at)},
            {"elapsed_ms", number(step.elapsed.value)},
            {"error", text_or_null(step.error)}};
}

}  // namespace

Json to_json(const Target& target) {
    return {{"server_version_num", target.server_version_num},
            {"database", target.database},
            {"system_identifier", target.system_identifier},
            {"host", target.host},
            {"port", target.port}};
}

Json to_json(const Warning& warning) {
    return {{"code", warning.code}, {"message", warning.message}, {"hint", warning.hint}};
}

Json to_json(const Deployment& deployment) {
    Json steps = Json::array();
    for (const auto& step : deployment.steps) steps.push_back(step_json(step));
    const auto& change = deployment.recommendation;
    return {{"id", deployment.id},
            {"recommendation", change.id},
            {"kind", change.kind},
            {"target", {{"schema", change.target.schema}, {"table", change.target.name}}},
            {"summary", change.summary},
            {"state", name(deployment.state)},
            {"created_at", text_or_null(deployment.created_at)},
            {"note", text_or_null(deployment.note)},
            {"steps", std::move(steps)}};
}

Json to_json(const Capability& capability) {
    static constexpr std::array words{"ok", "limited", "missing"};
    return {{"name", capability.name},
            {"state", words.at(static_cast<std::size_t>(capability.state))},
            {"detail", capability.detail},
            {"without", capability.without},
            {"remedy", capability.remedy}};
}

Json to_json(const HistoryEntry& entry) {
    return {{"at", entry.at}, {"event", entry.event}, {"subject", entry.subject}, {"detail", entry.detail}};
}

Json deployments_json(std::span<const Deployment> deployments) { return {{"deployments", list(deployments)}}; }
Json capabilities_json(std::span<const Capability> capabilities) { return {{"capabilities", list(capabilities)}}; }
Json history_json(std::span<const HistoryEntry> entries) { return {{"history", list(entries)}}; }

Json to_json(const CollectSummary& summary) {
    Json moved = Json::object();
    for (const auto& family : summary.moved) moved[std::string(name(family.family))] = family.rows;
    return {{"snapshot", summary.snapshot},
            {"first", summary.first},
            {"window", window_json(summary.window)},
            {"rows_moved", std::move(moved)},
            {"statements_new", summary.new_statements},
            {"patterns_new", summary.new_patterns},
            {"patterns", summary.patterns},
            {"tables", summary.tables},
            {"indexes", summary.indexes},
            {"discontinuities", list(summary.discontinuities)},
            {"server_statements", summary.cost.statements},
            {"server_ms", number(summary.cost.time.value)},
            {"workspace_bytes", summary.workspace.value},
            {"growth_bytes", summary.growth.value},
            {"elapsed_ms", number(summary.elapsed.value)}};
}

}  // namespace dwopt::json
