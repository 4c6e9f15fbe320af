#include "model/identifier.hpp"
#include "sql/ddl.hpp"
#include "step_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt {
namespace {

using decide::Context;

// A build that was given up left an invalid index under the name the next try needs.
void clear_invalid(Context& context, Deployment& deployment, const Action& action) {
    if (action.kind != ActionKind::create_index) return;
    const IndexState state = context.deployer.index_state(action.index);
    if (!state.exists || state.valid) return;
    Action drop{ActionKind::drop_index, action.index, action.table, {}, "DROP INDEX CONCURRENTLY " + model::qualified(action.index)};
    static_cast<void>(decide::run_extra(context, deployment, std::move(drop), true));
}

// The first undo step failed and the catalog still shows the state after `apply`: nothing was taken back.
bool nothing_changed(Context& context, const Deployment& deployment, const Step& step) {
    const auto begun = [](const Step& each) { return each.is_undo && each.state == StepState::done; };
    if (!decide::drops(step.action) || !decide::all_forward_done(deployment) || std::any_of(deployment.steps.begin(), deployment.steps.end(), begun)) return false;
    const IndexState state = context.deployer.index_state(step.action.index);
    return state.exists && state.valid;
}

Outcome stopped(Context& context, Deployment deployment, const Step& failed, const decide::StepResult& why) {
    if (nothing_changed(context, deployment, failed)) {
        decide::set_state(context, deployment, DeploymentState::observing);
        std::erase_if(deployment.steps, [](const Step& step) { return step.is_undo && step.state == StepState::planned; });
        return {std::move(deployment), decide::error_kind(why.outcome), fmt::format("{}; the index stays as it was", why.error)};
    }
    // A rebuild given up: remove its invalid remains at once if that is quick, else later.
    const decide::TimeLimit limit(context.clock, context.policy.cleanup_limit);
    Context cleaning{context.deployer, context.store, context.clock, context.policy, limit, context.progress};
    const Action action = failed.action;
    clear_invalid(cleaning, deployment, action);
    decide::set_state(context, deployment, DeploymentState::needs_attention, why.error);
    decide::log(context, deployment, "needs_attention", why.error);
    return {std::move(deployment), decide::error_kind(why.outcome),
            fmt::format("{}; the next 'dwopt rollback' or 'dwopt apply' goes on with it", why.error)};
}

}  // namespace

namespace decide {

bool of_the_plan(const Deployment& deployment, const Step& step) {
    const auto& undo = deployment.recommendation.undo;
    return std::find(undo.begin(), undo.end(), step.action.sql) != undo.end();
}

void append_undo_steps(Deployment& deployment) {
    for (const auto& sql : deployment.recommendation.undo) {
        Step step;
        step.seq = deployment.steps.empty() ? 1 : deployment.steps.back().seq + 1;
        step.action = sql::classify_ddl(sql, sql::DdlUse::undo).value();  // plan() has checked every one
        step.is_undo = true;
        deployment.steps.push_back(std::move(step));
    }
}

Outcome go_back(Context& context, Deployment deployment) {
    const bool was_applied = all_forward_done(deployment);
    for (std::size_t i = 0; i < deployment.steps.size(); ++i) {
        Step step = deployment.steps[i];
        if (!step.is_undo || step.state == StepState::done || !decide::of_the_plan(deployment, step)) continue;
        if (shows_in_catalog(step.action.kind) && achieved(step.action, context.deployer.index_state(step.action.index))) {
            step.state = StepState::done;
            context.store.save_step(deployment.id, step);
            deployment.steps[i] = step;
            continue;
        }
        clear_invalid(context, deployment, step.action);
        const StepResult result = run_step(context, deployment.id, step);
        deployment.steps[i] = step;
        if (result.outcome != ActionOutcome::done) return stopped(context, std::move(deployment), step, result);
    }
    for (auto& step : deployment.steps) {
        if (step.is_undo || step.state == StepState::failed) continue;
        step.state = StepState::undone;
        context.store.save_step(deployment.id, step);
    }
    if (!was_applied) {
        set_state(context, deployment, DeploymentState::failed, "taken back");
        log(context, deployment, "failed", deployment.note);
        return {std::move(deployment), std::nullopt, "taken back; its recommendation is open again"};
    }
    set_state(context, deployment, DeploymentState::reverted);
    context.store.set_status(deployment.recommendation.id, RecommendationStatus::reverted);
    log(context, deployment, "reverted", deployment.recommendation.summary);
    const bool same = deployment.recommendation.undo.empty();
    return {std::move(deployment), std::nullopt, same ? "there is nothing to take back: the index is the same, only smaller" : "taken back"};
}

}  // namespace decide

Outcome take_back(Deployment deployment, Deployer& deployer, Store& store, Clock& clock, const DeployPolicy& policy,
                  const Cancellation& cancel, Progress& progress) {
    Context context{deployer, store, clock, policy, cancel, progress};
    if (cancel.requested()) return {std::move(deployment), ErrorKind::interrupted, "interrupted before it began"};
    try {
        decide::append_undo_steps(deployment);
        deployment.state = DeploymentState::reverting;
        store.save(deployment);
        return decide::go_back(context, std::move(deployment));
    } catch (const Error& error) {
        return {std::move(deployment), error.kind(),
                fmt::format("{}; the next 'dwopt rollback' or 'dwopt apply' finds out what the server did and goes on", error.what())};
    }
}

}  // namespace dwopt
