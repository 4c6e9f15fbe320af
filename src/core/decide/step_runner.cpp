#include "step_runner.hpp"

#include "model/hash.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace dwopt::decide {
namespace {

// Only has to differ from other processes' nonces on the same server: it tells our backends from everybody else's.
std::string new_nonce() {
    std::random_device device;
    return model::hex((static_cast<std::uint64_t>(device()) << 32) | device());
}

bool blocks_others(ActionKind kind) {
    return kind == ActionKind::create_parent_index || kind == ActionKind::attach_index || kind == ActionKind::drop_parent_index;
}

// Pauses spread over half to one and a half of the mean, so that two waiters do not meet again and again.
void pause(Context& context) {
    std::random_device device;
    const double factor = 0.5 + static_cast<double>(device() % 1000) / 1000.0;
    const auto whole = std::chrono::duration_cast<Duration>(context.policy.retry_pause * factor);
    for (Duration waited{0}; waited < whole && !context.cancel.requested(); waited += Duration(50)) context.clock.sleep(Duration(50));
}

// What the step has put into the catalog and would have to go.
std::vector<RelationName> made_by(Context& context, const Action& action) {
    if (action.kind == ActionKind::rebuild_index) return context.deployer.rebuild_leftovers(action.index);
    if (!makes(action)) return {};
    const IndexState state = context.deployer.index_state(action.index);
    if (!state.exists || state.parent) return {};  // an attached one goes with its parent
    return {action.index};
}

StepResult attempt(Context& context, const std::string& deployment, Step& step) {
    const Timestamp start = context.clock.now();
    step.nonce = new_nonce();
    const Backend backend = context.deployer.begin(step.nonce);
    step.backend_pid = backend.pid;
    step.backend_start = backend.start;
    step.started_at = rfc3339(start);
    step.state = StepState::running;
    step.error.clear();
    context.store.save_step(deployment, step);

    const ActionResult result = context.deployer.run(step.action, context.policy.limits, context.cancel, context.progress);
    step.elapsed = Millis{std::chrono::duration<double, std::milli>(context.clock.now() - start).count()};
    step.error = result.error;
    if (result.outcome == ActionOutcome::connection_lost) {
        // The server process may still be working. It must be gone before the catalog's answer can be believed.
        if (!context.deployer.end_backend(backend, context.policy.cleanup_limit)) {
            throw Error(ErrorKind::connection, "the server process of this step did not end");
        }
    }
    const bool holds = achieved(step.action, context.deployer.index_state(step.action.index));
    const bool done = shows_in_catalog(step.action.kind) ? holds : result.outcome == ActionOutcome::done;
    step.state = done ? StepState::done : StepState::failed;
    if (done) step.error.clear();
    context.store.save_step(deployment, step);
    if (done) return {ActionOutcome::done, {}};
    return {result.outcome == ActionOutcome::done ? ActionOutcome::failed : result.outcome,
            result.error.empty() ? "the catalog does not show the change" : result.error};
}

}  // namespace

bool makes(const Action& action) { return action.kind == ActionKind::create_index || action.kind == ActionKind::create_parent_index; }

bool drops(const Action& action) { return action.kind == ActionKind::drop_index || action.kind == ActionKind::drop_parent_index; }

bool shows_in_catalog(ActionKind kind) {
    return kind != ActionKind::comment_index && kind != ActionKind::set_index_statistics && kind != ActionKind::rebuild_index;
}

bool all_forward_done(const Deployment& deployment) {
    return std::all_of(deployment.steps.begin(), deployment.steps.end(), [](const Step& step) { return step.is_undo || step.state == StepState::done || step.state == StepState::undone; });
}

bool replaces(const Deployment& deployment) {
    const auto any = [&](bool (*kind)(const Action&)) {
        return std::any_of(deployment.steps.begin(), deployment.steps.end(), [&](const Step& step) { return !step.is_undo && kind(step.action); });
    };
    return any(makes) && any(drops);
}

bool achieved(const Action& action, const IndexState& state) {
    switch (action.kind) {
        case ActionKind::create_index: return state.exists && state.valid;
        case ActionKind::create_parent_index: return state.exists;
        case ActionKind::attach_index: return state.exists && state.parent == action.parent;
        case ActionKind::drop_index:
        case ActionKind::drop_parent_index: return !state.exists;
        case ActionKind::rebuild_index: return state.exists && state.valid;
        case ActionKind::comment_index:
        case ActionKind::set_index_statistics: return state.exists;
    }
    return false;
}

StepResult run_step(Context& context, const std::string& deployment, Step& step) {
    const int tries = blocks_others(step.action.kind) ? context.policy.retries + 1 : std::min(context.policy.retries, 2) + 1;
    StepResult result;
    for (int i = 0; i < tries; ++i) {
        if (i > 0) pause(context);
        if (context.cancel.requested()) return {ActionOutcome::cancelled, "interrupted"};
        result = attempt(context, deployment, step);
        if (result.outcome != ActionOutcome::lock_timeout) return result;
        // A concurrent build given up while it waited leaves an invalid index in the next try's way.
        if (step.action.kind == ActionKind::create_index && context.deployer.index_state(step.action.index).exists) return result;
        if (step.action.kind == ActionKind::rebuild_index && !context.deployer.rebuild_leftovers(step.action.index).empty()) return result;
    }
    return result;
}

StepResult run_extra(Context& context, Deployment& deployment, Action action, bool is_undo) {
    Step step;
    step.seq = deployment.steps.empty() ? 1 : deployment.steps.back().seq + 1;
    step.action = std::move(action);
    step.is_undo = is_undo;
    deployment.steps.push_back(step);
    return run_step(context, deployment.id, deployment.steps.back());
}

bool unwind(Context& context, Deployment& deployment, std::string& note) {
    const auto forward = deployment.steps;  // run_extra appends to the deployment's own list
    for (auto step = forward.rbegin(); step != forward.rend(); ++step) {
        if (step->is_undo || step->state == StepState::planned) continue;
        const bool parent = step->action.kind == ActionKind::create_parent_index;
        for (const auto& made : made_by(context, step->action)) {
            Action drop;
            drop.kind = parent ? ActionKind::drop_parent_index : ActionKind::drop_index;
            drop.index = made;
            drop.table = step->action.table;
            drop.sql = fmt::format("DROP INDEX {}{}", parent ? "" : "CONCURRENTLY ", model::qualified(made));
            const StepResult result = run_extra(context, deployment, drop, true);
            if (result.outcome == ActionOutcome::done) continue;
            note = fmt::format("the unfinished index '{}' remains: {}", model::shown(made),
                               result.outcome == ActionOutcome::failed ? result.error : "another session still protects it");
            return false;
        }
    }
    for (auto& step : deployment.steps) {
        if (step.is_undo || step.state == StepState::planned) continue;
        step.state = step.state == StepState::done ? StepState::undone : StepState::failed;
        context.store.save_step(deployment.id, step);
    }
    return true;
}

bool finish_replacing(Context& context, Deployment& deployment, StepResult& why) {
    for (auto& step : deployment.steps) {
        if (step.is_undo || step.state == StepState::done) continue;
        why = run_step(context, deployment.id, step);
        if (why.outcome != ActionOutcome::done) return false;
    }
    return true;
}

ErrorKind error_kind(ActionOutcome outcome) {
    switch (outcome) {
        case ActionOutcome::lock_timeout: return ErrorKind::refused;
        case ActionOutcome::cancelled: return ErrorKind::interrupted;
        case ActionOutcome::connection_lost: return ErrorKind::connection;
        default: return ErrorKind::failed;
    }
}

void set_state(Context& context, Deployment& deployment, DeploymentState state, const std::string& note) {
    deployment.state = state;
    deployment.note = note;
    context.store.set_state(deployment.id, state, note);
}

void log(Context& context, const Deployment& deployment, const std::string& event, const std::string& detail) {
    context.store.record({rfc3339(context.clock.now()), event, deployment.id, detail});
}

}  // namespace dwopt::decide
