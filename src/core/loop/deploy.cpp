#include "dwopt/loop.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::loop {
namespace {

bool applied(const Deployment& deployment) {
    return deployment.state == DeploymentState::observing || deployment.state == DeploymentState::verified;
}

std::string list(const std::vector<std::string>& ids) {
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : ", ") + id;
    return text.empty() ? "none" : text;
}

const Recommendation& find_open(const std::vector<Recommendation>& all, const std::string& id) {
    std::vector<std::string> known;
    for (const auto& recommendation : all) {
        if (recommendation.id == id) {
            if (is_open(recommendation.status)) return recommendation;
            throw Error(ErrorKind::usage, fmt::format("recommendation '{}' is {} and cannot be applied", id, name(recommendation.status)),
                        "See 'dwopt report --section recommendations' for the open ones.");
        }
        if (is_open(recommendation.status)) known.push_back(recommendation.id);
    }
    throw Error(ErrorKind::usage, fmt::format("no recommendation '{}'", id), fmt::format("Open ones: {}.", list(known)));
}

std::vector<Deployment> planned(Store& store, Clock& clock, const std::vector<Recommendation>& chosen) {
    std::vector<Deployment> deployments;
    const std::string at = rfc3339(clock.now());  // the same for all: `rollback --last` takes back a whole run
    std::size_t ordinal = store.deployments().size();
    for (const auto& recommendation : chosen) deployments.push_back(plan(recommendation, at, ordinal++));
    return deployments;
}

template <class Act>
std::vector<Outcome> one_by_one(std::vector<Deployment> deployments, Act act) {
    std::vector<Outcome> outcomes;
    for (auto& deployment : deployments) {
        outcomes.push_back(act(std::move(deployment)));
        if (outcomes.back().failure) break;
    }
    return outcomes;
}

}  // namespace

std::vector<Deployment> plan_apply(Store& store, Clock& clock, const std::vector<std::string>& ids) {
    const auto all = store.recommendations();
    std::vector<Recommendation> chosen;
    if (ids.empty()) std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [](const Recommendation& r) { return is_open(r.status); });
    for (const auto& id : ids) {
        const auto& found = find_open(all, id);
        const bool again = std::any_of(chosen.begin(), chosen.end(), [&](const auto& r) { return r.id == id; });
        if (!again) chosen.push_back(found);
    }
    return planned(store, clock, chosen);
}

std::vector<Deployment> plan_apply(Store& store, Clock& clock, const std::vector<Recommendation>& recommendations) {
    for (const auto& deployment : store.deployments()) {
        for (const auto& recommendation : recommendations) {
            const bool repeatable = recommendation.undo.empty();  // a rebuild
            if (repeatable || !applied(deployment) || deployment.recommendation.id != recommendation.id) continue;
            throw Error(ErrorKind::usage, fmt::format("recommendation '{}' is applied already", recommendation.id),
                        fmt::format("Take it back with 'dwopt rollback {}' first, or leave it out of the plan.", deployment.id));
        }
    }
    return planned(store, clock, recommendations);
}

std::vector<Deployment> plan_rollback(Store& store, const std::vector<std::string>& ids) {
    auto all = store.deployments();
    std::erase_if(all, [](const Deployment& d) { return !applied(d); });
    std::reverse(all.begin(), all.end());
    if (ids.empty()) {
        std::vector<Deployment> last;
        for (auto& deployment : all) {
            if (deployment.created_at == all.front().created_at) last.push_back(deployment);
        }
        return last;
    }
    std::vector<Deployment> chosen;
    for (const auto& id : ids) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.id == id || d.recommendation.id == id; });
        if (found != all.end()) {
            chosen.push_back(*found);
            all.erase(found);
            continue;
        }
        std::vector<std::string> known;
        for (const auto& deployment : all) known.push_back(deployment.id);
        throw Error(ErrorKind::usage, fmt::format("no deployment '{}' that could be taken back", id), fmt::format("There are: {}.", list(known)));
    }
    return chosen;
}

std::vector<Outcome> apply(std::vector<Deployment> deployments, Deployer& deployer, const Run& run, const DeployPolicy& policy) {
    return one_by_one(std::move(deployments), [&](Deployment deployment) {
        return carry_out(std::move(deployment), deployer, run.store, run.clock, policy, run.cancel, run.progress);
    });
}

std::vector<Outcome> rollback(std::vector<Deployment> deployments, Deployer& deployer, const Run& run, const DeployPolicy& policy) {
    return one_by_one(std::move(deployments), [&](Deployment deployment) {
        return take_back(std::move(deployment), deployer, run.store, run.clock, policy, run.cancel, run.progress);
    });
}

}  // namespace dwopt::loop
