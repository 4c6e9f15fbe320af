#include "deploying.hpp"

#include "exit_status.hpp"
#include "postgres/deployer.hpp"
#include "workspace/lock.hpp"

#include <fmt/format.h>
#include <iterator>
#include <unistd.h>

namespace dwopt::cli {
namespace {

std::string_view verb_of(report::Direction direction) {
    return direction == report::Direction::apply ? "apply" : "rollback";
}

std::string question(std::size_t count, report::Direction direction) {
    const std::string what = count == 1 ? "this change" : fmt::format("these {} changes", count);
    return direction == report::Direction::apply ? fmt::format("Apply {}?", what) : fmt::format("Take {} back?", what);
}

int dry_run(Session& session, const DeployingSteps& steps) {
    const auto deployments = steps.plan();
    static_cast<void>(session.workspace_target());
    session.finish(answer_plan(deployments, steps.direction));
    return exit_done;
}

std::unique_ptr<Deployer> open_deployer(Session& session) {
    auto deployer = postgres::open_deployer({session.deploy_connection(), session.config().max_snapshot_age});
    session.require_target(deployer->target(), session.deploys_by_another_way());
    if (deployer->try_lock()) return deployer;
    throw Error(ErrorKind::busy, "another deployment is under way on this warehouse: nothing was changed",
                "Wait for it to end, then run the command again.");
}

// Shows the plan, and asks unless --yes answered already. Throws when the answer is no.
void require_consent(Session& session, const ConsentOptions& consent, const std::vector<Deployment>& deployments,
                     report::Direction direction) {
    const bool for_people = !session.shared().output.quiet && session.shared().output.format.value_or("text") == "text";
    if (!consent.yes || for_people) {
        session.console().show(session.text(report::of_plan(deployments, direction, false), STDERR_FILENO));
    }
    if (consent.yes || session.console().ask(question(deployments.size(), direction), session.stop())) return;
    throw Error(ErrorKind::failed, "declined: none of these changes was made",
                fmt::format("See the exact statements with 'dwopt {} --dry-run'.", verb_of(direction)));
}

}  // namespace

void ConsentOptions::declare(OptionSet& options) {
    options.flag("yes", 'y', "do not ask").into(yes);
    options.flag("dry-run", 'n', "print the exact statements and change nothing").into(dry_run);
}

void ConsentOptions::check(Session& session, report::Direction direction) const {
    if (dry_run || yes || session.console().can_ask()) return;
    throw Error(ErrorKind::usage, "standard input is no terminal, so nobody can be asked: nothing was changed",
                fmt::format("Answer beforehand with 'dwopt {0} --yes', or look first with 'dwopt {0} --dry-run'.", verb_of(direction)));
}

int deploy(Session& session, const ConsentOptions& consent, const DeployingSteps& steps) {
    consent.check(session, steps.direction);
    if (consent.dry_run) return dry_run(session, steps);

    const workspace::DeploymentLock lock(session.workspace());
    const auto deployer = open_deployer(session);
    const DeployPolicy& policy = session.config().deploy;
    const loop::Run run = session.run();
    // What an earlier, killed run left comes first, under the consent it was given then.
    std::vector<Outcome> outcomes = recover(*deployer, run.store, run.clock, policy, run.cancel, run.progress);
    auto deployments = steps.plan();
    if (!deployments.empty()) {
        require_consent(session, consent, deployments, steps.direction);
        auto done = steps.carry_out(std::move(deployments), *deployer, policy);
        std::move(done.begin(), done.end(), std::back_inserter(outcomes));
    }
    const Answer answer = answer_outcomes(outcomes, steps.direction);
    session.finish(answer);
    if (answer.failure) throw *answer.failure;
    return exit_done;
}

}  // namespace dwopt::cli
