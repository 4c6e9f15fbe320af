// What apply and rollback have in common: consent, the two locks, recovery first, outcomes last.
#pragma once

#include "session.hpp"

#include <functional>
#include <vector>

namespace dwopt::cli {

struct ConsentOptions {
    bool yes = false;
    bool dry_run = false;
    void declare(OptionSet& options);
    // Somebody must be able to answer. Throws Error{usage} if not, before anything was done.
    void check(Session& session, report::Direction direction) const;
};

struct DeployingSteps {
    report::Direction direction = report::Direction::apply;
    std::function<std::vector<Deployment>()> plan;
    std::function<std::vector<Outcome>(std::vector<Deployment>, Deployer&, const DeployPolicy&)> carry_out;
};

// The whole of `apply` or `rollback` behind its arguments. Returns the exit status.
int deploy(Session& session, const ConsentOptions& consent, const DeployingSteps& steps);

}  // namespace dwopt::cli
