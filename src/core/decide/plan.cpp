// A recommendation's statements, understood one by one: what is not on the allow-list of sql/ddl.hpp is never sent.
#include "dwopt/stages.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "sql/ddl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt {
namespace {

Action understand(const std::string& sql, sql::DdlUse use) {
    if (auto action = sql::classify_ddl(sql, use)) return *std::move(action);
    throw Error(ErrorKind::usage, fmt::format("'{}' is not a statement dwopt sends", sql),
                "A plan may hold only index statements as 'dwopt recommend' writes them; make a new one with it.");
}

// The way back as shown beside each step. The real way back is recommendation.undo, in its own order.
std::string undo_of(const Action& action, const Recommendation& recommendation) {
    switch (action.kind) {
        case ActionKind::create_index: return "DROP INDEX CONCURRENTLY " + model::qualified(action.index);
        case ActionKind::create_parent_index: return "DROP INDEX " + model::qualified(action.index);
        case ActionKind::drop_index:
        case ActionKind::drop_parent_index: {
            std::string all;
            for (const auto& sql : recommendation.undo) all += (all.empty() ? "" : ";\n") + sql;
            return all;
        }
        default: return {};
    }
}

}  // namespace

Deployment plan(const Recommendation& recommendation, std::string_view created_at, std::size_t ordinal) {
    Deployment deployment;
    deployment.id = "d-" + model::hex(model::fnv1a(fmt::format("{}|{}|{}", recommendation.id, created_at, ordinal)), 8);
    deployment.recommendation = recommendation;
    deployment.created_at = created_at;
    for (const auto& sql : recommendation.ddl) {
        Step step;
        step.seq = static_cast<int>(deployment.steps.size()) + 1;
        step.action = understand(sql, sql::DdlUse::change);
        step.undo = undo_of(step.action, recommendation);
        deployment.steps.push_back(std::move(step));
    }
    const bool needs_undo = std::any_of(deployment.steps.begin(), deployment.steps.end(), [](const Step& step) { return step.action.kind != ActionKind::rebuild_index; });
    if (deployment.steps.empty() || (needs_undo && recommendation.undo.empty())) {
        throw Error(ErrorKind::usage, fmt::format("recommendation '{}' has no statements, or no way back", recommendation.id),
                    "Make a new plan with 'dwopt recommend'.");
    }
    for (const auto& sql : recommendation.undo) static_cast<void>(understand(sql, sql::DdlUse::undo));  // refuse now, not when it is needed
    return deployment;
}

}  // namespace dwopt
