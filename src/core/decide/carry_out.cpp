#include "model/identifier.hpp"
#include "step_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt {
namespace {

using decide::Context;

// The server's definition out of the statement that would make the index again: without CONCURRENTLY and TABLESPACE.
std::string definition_in(std::string sql) {
    const auto cut = [&](std::string_view from, std::size_t words) {
        const auto begin = sql.find(from);
        if (begin == std::string::npos) return;
        auto end = begin + from.size();
        for (; words > 0 && end < sql.size(); --words) end = std::min(sql.find(' ', end + 1), sql.size());
        sql.erase(begin, end - begin);
    };
    cut(" CONCURRENTLY", 0);
    cut(" TABLESPACE", 1);
    return sql;
}

// An index that was replaced under its name since the plan was made could not be restored by the plan's undo.
std::optional<Obstacle> drifted(Context& context, const Deployment& deployment) {
    const auto restores = [&](const std::string& definition) {
        const auto& undo = deployment.recommendation.undo;
        return std::any_of(undo.begin(), undo.end(), [&](const std::string& sql) { return definition_in(sql) == definition; });
    };
    for (const auto& step : deployment.steps) {
        if (step.action.kind != ActionKind::drop_index) continue;
        const IndexState state = context.deployer.index_state(step.action.index);
        if (!state.exists || restores(state.definition)) continue;
        return Obstacle{"drift", fmt::format("index '{}' is not what it was when the plan was made", model::shown(step.action.index)),
                        "Run 'dwopt collect' and 'dwopt recommend' again."};
    }
    return std::nullopt;
}

// What stands in the way, before anything is written. Only obstacles to the first step can be seen now: later ones
// build on it.
std::optional<Obstacle> first_obstacle(Context& context, const Deployment& deployment) {
    if (auto drift = drifted(context, deployment)) return drift;
    for (const auto& step : deployment.steps) {
        if (step.action.kind == ActionKind::attach_index) continue;
        auto found = context.deployer.obstacles(step.action, deployment.recommendation.index_size);
        if (!found.empty()) return found.front();
    }
    return std::nullopt;
}

// A step did not work: take back what this deployment made, so that nothing is left half done.
Outcome give_up(Context& context, Deployment deployment, const decide::StepResult& why) {
    // After an interrupt the user waits: clean up within the limit, whatever another session holds.
    const decide::TimeLimit limit(context.clock, context.policy.cleanup_limit);
    Context cleaning{context.deployer, context.store, context.clock, context.policy,
                     why.outcome == ActionOutcome::cancelled ? static_cast<const Cancellation&>(limit) : context.cancel,
                     context.progress};
    std::string note;
    const bool clean = decide::unwind(cleaning, deployment, note);
    decide::set_state(context, deployment, clean ? DeploymentState::failed : DeploymentState::needs_attention, clean ? why.error : note);
    decide::log(context, deployment, clean ? "failed" : "needs_attention", deployment.note);
    const std::string message = clean ? fmt::format("{}; {}", why.error, deployment.recommendation.undo.empty() ? "the index serves as before" : "everything it had made was taken back")
                                      : fmt::format("{}; {}", why.error, note);
    return {std::move(deployment), decide::error_kind(why.outcome), message};
}

// A drop that did not finish cannot be taken back half way: either the index is whole, or the drop goes on later.
Outcome give_up_drop(Context& context, Deployment deployment, const decide::StepResult& why) {
    const IndexState state = context.deployer.index_state(deployment.steps.front().action.index);
    const bool untouched = state.exists && state.valid;
    decide::set_state(context, deployment, untouched ? DeploymentState::failed : DeploymentState::needs_attention,
                      untouched ? why.error : "the drop has begun and another session still protects the index");
    decide::log(context, deployment, untouched ? "failed" : "needs_attention", deployment.note);
    return {deployment, decide::error_kind(why.outcome),
            untouched ? fmt::format("{}; the index is as it was", why.error)
                      : fmt::format("{}; {}; the next 'dwopt apply' or 'dwopt rollback' finishes it", why.error, deployment.note)};
}

// Whether an index that was to go is gone, or can no longer be used.
bool a_drop_has_begun(Context& context, const Deployment& deployment) {
    return std::any_of(deployment.steps.begin(), deployment.steps.end(), [&](const Step& step) {
        if (step.is_undo || !decide::drops(step.action) || step.state == StepState::planned) return false;
        const IndexState state = context.deployer.index_state(step.action.index);
        return !state.exists || !state.valid;
    });
}

Outcome interrupted_replacing(Context& context, Deployment deployment, const decide::StepResult& why) {
    decide::set_state(context, deployment, DeploymentState::needs_attention, decide::half_replaced);
    decide::log(context, deployment, "needs_attention", deployment.note);
    return {deployment, decide::error_kind(why.outcome), fmt::format("{}; {}; the next 'dwopt apply' or 'dwopt rollback' finishes it", why.error, deployment.note)};
}

// Nothing has been dropped yet.
Outcome restore(Context& context, Deployment deployment, const decide::StepResult& why) {
    const decide::TimeLimit limit(context.clock, context.policy.cleanup_limit);
    Context cleaning{context.deployer, context.store, context.clock, context.policy,
                     why.outcome == ActionOutcome::cancelled ? static_cast<const Cancellation&>(limit) : context.cancel, context.progress};
    decide::append_undo_steps(deployment);
    deployment.state = DeploymentState::reverting;
    context.store.save(deployment);
    auto outcome = decide::go_back(cleaning, std::move(deployment));
    outcome.message = fmt::format("{}; {}", why.error, outcome.failure ? outcome.message : "everything is as it was");
    outcome.failure = decide::error_kind(why.outcome);
    return outcome;
}

Outcome run_all(Context& context, Deployment deployment) {
    for (auto& step : deployment.steps) {
        const auto result = decide::run_step(context, deployment.id, step);
        if (result.outcome == ActionOutcome::done) continue;
        if (decide::replaces(deployment)) {
            return a_drop_has_begun(context, deployment) ? interrupted_replacing(context, std::move(deployment), result) : restore(context, std::move(deployment), result);
        }
        return decide::drops(step.action) ? give_up_drop(context, std::move(deployment), result) : give_up(context, std::move(deployment), result);
    }
    decide::set_state(context, deployment, DeploymentState::observing);
    context.store.set_status(deployment.recommendation.id, RecommendationStatus::applied);
    decide::log(context, deployment, "applied", deployment.recommendation.summary);
    return {std::move(deployment), std::nullopt, "applied"};
}

}  // namespace

Outcome carry_out(Deployment deployment, Deployer& deployer, Store& store, Clock& clock, const DeployPolicy& policy,
                  const Cancellation& cancel, Progress& progress) {
    Context context{deployer, store, clock, policy, cancel, progress};
    if (cancel.requested()) return {std::move(deployment), ErrorKind::interrupted, "interrupted before it began"};
    try {
        if (const auto obstacle = first_obstacle(context, deployment)) {
            return {std::move(deployment), ErrorKind::refused, fmt::format("{}. {}", obstacle->message, obstacle->hint)};
        }
        deployment.state = DeploymentState::running;
        store.save(deployment);
        return run_all(context, deployment);
    } catch (const Error& error) {
        // Whatever is on disk says `running`: recovery will look at the catalog. Nothing more can be known now.
        return {std::move(deployment), error.kind(),
                fmt::format("{}; the next 'dwopt apply' or 'dwopt rollback' finds out what the server did and cleans up", error.what())};
    }
}

}  // namespace dwopt
