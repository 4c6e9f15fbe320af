// Runs single steps of a deployment under the journal's rule: the intent, with the server process that will carry it
// out, is on disk before the statement is sent; afterwards the catalog, not the client's memory, says what happened.
#pragma once

#include "dwopt/stages.hpp"

namespace dwopt::decide {

// What a run needs besides the deployment itself.
struct Context {
    Deployer& deployer;
    Store& store;
    Clock& clock;
    const DeployPolicy& policy;
    const Cancellation& cancel;
    Progress& progress;
};

struct StepResult {
    ActionOutcome outcome = ActionOutcome::done;
    std::string error;
};

[[nodiscard]] bool makes(const Action& action);
[[nodiscard]] bool drops(const Action& action);

// Whether the catalog tells that the action was carried out. A comment, a statistics target and a rebuilt index look like before: there
// the server's answer has to do.
[[nodiscard]] bool shows_in_catalog(ActionKind kind);
// True if the catalog shows what the action is for.
[[nodiscard]] bool achieved(const Action& action, const IndexState& state);

// Also if some of it was undone since.
[[nodiscard]] bool all_forward_done(const Deployment& deployment);
// Makes indexes and drops others for them.
[[nodiscard]] bool replaces(const Deployment& deployment);

// Journals, runs, and judges by the catalog; a lock timeout is tried again, with jittered pauses, as often as the policy
// says. The step's state is `done` or `failed` afterwards, and `running` if the server could not be asked.
[[nodiscard]] StepResult run_step(Context& context, const std::string& deployment, Step& step);

// Adds a step at the end of the deployment and runs it.
[[nodiscard]] StepResult run_extra(Context& context, Deployment& deployment, Action action, bool is_undo);

// Removes every index the deployment's forward steps made or half made, newest first. False: something is left, said in `note`.
[[nodiscard]] bool unwind(Context& context, Deployment& deployment, std::string& note);

constexpr const char* half_replaced = "the new index is there and serves; not all of the old ones are gone";
// A replacement whose new index is there goes on, drop by drop: what is gone would take as long to come back as it is worth. False: a step
// did not work, said in `why`, and the next run goes on.
[[nodiscard]] bool finish_replacing(Context& context, Deployment& deployment, StepResult& why);

// Adds the recommendation's undo statements as steps still to be run.
void append_undo_steps(Deployment& deployment);

// An undo step that the plan has, not one that cleared a leftover away: that, run again, would drop what has been built since under its name.
[[nodiscard]] bool of_the_plan(const Deployment& deployment, const Step& step);

// Runs the undo steps that are not done yet: of a rollback, or of one that was killed and is recovered. What had been applied is
// `reverted` then, what had not `failed`.
[[nodiscard]] Outcome go_back(Context& context, Deployment deployment);

// How an outcome that is not `done` is reported.
[[nodiscard]] ErrorKind error_kind(ActionOutcome outcome);

void set_state(Context& context, Deployment& deployment, DeploymentState state, const std::string& note = {});
void log(Context& context, const Deployment& deployment, const std::string& event, const std::string& detail = {});

// Cancels after a time limit: cleaning up after an interrupt must itself end soon.
class TimeLimit : public Cancellation {
  public:
    TimeLimit(Clock& clock, Duration limit) : clock_(clock), end_(clock.now() + limit) {}
    [[nodiscard]] bool requested() const override { return clock_.now() >= end_; }

  private:
    Clock& clock_;
    Timestamp end_;
};

}  // namespace dwopt::decide
