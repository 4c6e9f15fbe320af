// What a killed run left behind. The journal says what was intended and by which server process; the catalog says how
// far it came. A build that did not finish is taken back, a drop that has begun is finished, a rollback goes on: after
// recovery every deployment is either as applied or as before.
#include "model/identifier.hpp"
#include "step_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt {

namespace {

using decide::Context;

// The server goes on with a statement whose client is gone. Nothing may be judged before those processes have ended.
void end_orphans(Context& context, Deployment& deployment) {
    for (auto& step : deployment.steps) {
        if (step.state != StepState::running) continue;
        if (!context.deployer.end_backend({step.backend_pid, step.backend_start, step.nonce}, std::chrono::seconds(30))) {
            throw Error(ErrorKind::refused,
                        fmt::format("server process {} of an interrupted run is still working and would not end", step.backend_pid),
                        "Wait for it, or end it with pg_terminate_backend as a superuser, then run the command again.");
        }
    }
}

void judge_running_steps(Context& context, Deployment& deployment) {
    for (auto& step : deployment.steps) {
        if (step.state != StepState::running) continue;
        const bool rebuilt = step.action.kind == ActionKind::rebuild_index;  // or not: it looks the same, and can be done again
        const bool holds = !rebuilt && decide::achieved(step.action, context.deployer.index_state(step.action.index));
        step.state = holds ? StepState::done : StepState::failed;
        step.error = holds ? "" : "interrupted";
        context.store.save_step(deployment.id, step);
    }
}

Outcome finished(Context& context, Deployment deployment) {
    decide::set_state(context, deployment, DeploymentState::observing);
    context.store.set_status(deployment.recommendation.id, RecommendationStatus::applied);
    decide::log(context, deployment, "applied", "an interrupted run had finished it");
    return {std::move(deployment), std::nullopt, "an interrupted run had finished it"};
}

Outcome recover_drop(Context& context, Deployment deployment) {
    Step& step = deployment.steps.front();
    const IndexState state = context.deployer.index_state(step.action.index);
    if (state.exists && state.valid) {
        decide::set_state(context, deployment, DeploymentState::failed, "interrupted before it began; nothing was changed");
        return {std::move(deployment), std::nullopt, "an interrupted drop had not begun; the index is as it was"};
    }
    const auto result = decide::run_step(context, deployment.id, step);
    if (result.outcome == ActionOutcome::done) return finished(context, std::move(deployment));
    decide::set_state(context, deployment, DeploymentState::needs_attention,
                      "the drop has begun and another session still protects the index");
    return {deployment, ErrorKind::refused, deployment.note};
}

Outcome recover_replacing(Context& context, Deployment deployment) {
    decide::StepResult why;
    if (decide::finish_replacing(context, deployment, why)) return finished(context, std::move(deployment));
    decide::set_state(context, deployment, DeploymentState::needs_attention, decide::half_replaced);
    return {deployment, ErrorKind::refused, fmt::format("{}; {}", why.error, deployment.note)};
}

Outcome recover_forward(Context& context, Deployment deployment) {
    judge_running_steps(context, deployment);
    if (decide::all_forward_done(deployment)) return finished(context, std::move(deployment));
    if (decide::replaces(deployment)) {
        const bool made = std::all_of(deployment.steps.begin(), deployment.steps.end(), [](const Step& step) { return step.is_undo || !decide::makes(step.action) || step.state == StepState::done; });
        const bool begun = std::any_of(deployment.steps.begin(), deployment.steps.end(), [](const Step& step) { return !step.is_undo && decide::drops(step.action) && step.state != StepState::planned; });
        if (made && begun) return recover_replacing(context, std::move(deployment));
        decide::append_undo_steps(deployment);
        deployment.state = DeploymentState::reverting;
        context.store.save(deployment);
        return decide::go_back(context, std::move(deployment));
    }
    if (decide::drops(deployment.steps.front().action)) return recover_drop(context, std::move(deployment));
    std::string note;
    if (!decide::unwind(context, deployment, note)) {
        decide::set_state(context, deployment, DeploymentState::needs_attention, note);
        return {std::move(deployment), ErrorKind::refused, note};
    }
    decide::set_state(context, deployment, DeploymentState::failed, "interrupted; what it had made was taken back");
    decide::log(context, deployment, "recovered", deployment.note);
    return {deployment, std::nullopt, "an interrupted run was taken back; its recommendation is open again"};
}

// An unfinished rollback: every forward step had been done before it began.
bool was_going_back(const Deployment& deployment) {
    const auto way_back = [&](const Step& step) { return step.is_undo && decide::of_the_plan(deployment, step); };
    const bool turned = decide::replaces(deployment) && std::any_of(deployment.steps.begin(), deployment.steps.end(), way_back);
    return deployment.state == DeploymentState::reverting || (deployment.state == DeploymentState::needs_attention && (turned || decide::all_forward_done(deployment)));
}

}  // namespace

std::vector<Outcome> recover(Deployer& deployer, Store& store, Clock& clock, const DeployPolicy& policy, const Cancellation& cancel,
                             Progress& progress) {
    Context context{deployer, store, clock, policy, cancel, progress};
    std::vector<Outcome> outcomes;
    for (auto& deployment : store.deployments()) {
        const bool open = deployment.state == DeploymentState::running || deployment.state == DeploymentState::reverting ||
                          deployment.state == DeploymentState::needs_attention;
        if (!open) continue;
        end_orphans(context, deployment);
        outcomes.push_back(was_going_back(deployment) ? decide::go_back(context, std::move(deployment))
                                                      : recover_forward(context, std::move(deployment)));
    }
    return outcomes;
}

}  // namespace dwopt
