// The loop's stages joined over the ports: what the verbs, a service or an embedding program call. Each function reads and
// writes the workspace, talks to the warehouse only through the port it is given, and returns a value to show. None of
// them knows a terminal, an environment variable or a file of the user.
#pragma once

#include "dwopt/collect.hpp"
#include "dwopt/report_input.hpp"
#include "dwopt/stages.hpp"
#include "dwopt/twin.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt::loop {

// What every stage works with. References to things that outlive the call.
struct Run {
    Store& store;
    Clock& clock;
    Progress& progress;
    const Cancellation& cancel;
};

// ---- collect

struct CollectOptions {
    bool with_values = true;  // false: most common values and histograms are not read
    RetentionPolicy retention;
    Thresholds thresholds;    // of bloat that is worth measuring
};

// Takes one snapshot into the workspace (binding it to the warehouse at first) and lets retention do its work.
// Leaves `workspace` and `growth` of the summary zero: how big its files are is for the owner of the files to say.
// Throws Error{connection, privilege, workspace}; Error{interrupted} with nothing stored.
[[nodiscard]] CollectSummary collect(Warehouse& warehouse, const Run& run, const CollectOptions& options);

// ---- analyze, recommend

// Schemas that belong to a layer; a list that is empty: the schema so named ("bronze") or starting so ("bronze_…").
struct Layers {
    std::vector<std::string> bronze, silver, gold;
};

inline constexpr Duration default_since = std::chrono::hours(24 * 7);

struct AnalyzeOptions {
    Duration since = default_since;  // the window's length, back from the last snapshot
    Thresholds thresholds;
};

// Both save their result. Throw Error{failed} with the hint to collect when the workspace has no snapshot,
// Error{interrupted} with nothing saved.
[[nodiscard]] Analysis analyze(const Run& run, const AnalyzeOptions& options);

struct RecommendOptions {
    Duration since = default_since;
    Thresholds thresholds;
    AdviceOptions advice;
    Layers layers;
};

// `oracle` may be null: rules only.
[[nodiscard]] Advice recommend(CostOracle* oracle, const Run& run, const RecommendOptions& options);

// The plans of at most `most` patterns: those that the recommendation makes cheaper by most, or that use what it takes away. Empty once it is no longer open.
[[nodiscard]] std::vector<PlanComparison> compare_plans(CostOracle& oracle, const Run& run, const Recommendation& recommendation, std::size_t most);

// ---- the planner twin

// Explains the workload of the last `since` on both sides. `now` is the warehouse's catalog as it is this moment, to tell a
// difference that growth explains from one that nothing does; `report` says what the twin lacks. Records the result in the history.
[[nodiscard]] TwinCheck check_twin(CostOracle& production, CostOracle& twin, const TwinReport& report, const Catalog& now, const Run& run, Duration since);
// The last check in words; empty: there was none.
[[nodiscard]] std::string last_twin_check(Store& store);

// ---- apply, rollback

// The deployments that recommendations would become, in the order of the plan; nothing is written. `ids` empty: all that
// are pending or approved. Throws Error{usage} for an id nobody knows (hint: the known ones) or one that is not open
// (applied, reverted, expired).
[[nodiscard]] std::vector<Deployment> plan_apply(Store& store, Clock& clock, const std::vector<std::string>& ids);
// The same for recommendations out of a file, which need not be known to the workspace. Their statements are judged.
[[nodiscard]] std::vector<Deployment> plan_apply(Store& store, Clock& clock, const std::vector<Recommendation>& recommendations);

// Deployments that can be taken back, newest first. `ids` are of deployments or of their recommendations; empty: all that
// the last `apply` made. Throws Error{usage} for an id nobody knows or one with nothing to take back.
[[nodiscard]] std::vector<Deployment> plan_rollback(Store& store, const std::vector<std::string>& ids);

// Carry out or take back, one after the other; the first failure ends the run and is the last outcome. The caller holds
// both locks (workspace and warehouse) and has called dwopt::recover() first.
[[nodiscard]] std::vector<Outcome> apply(std::vector<Deployment> deployments, Deployer& deployer, const Run& run,
                                         const DeployPolicy& policy);
[[nodiscard]] std::vector<Outcome> rollback(std::vector<Deployment> deployments, Deployer& deployer, const Run& run,
                                            const DeployPolicy& policy);

// ---- report

// Everything the workspace knows; an empty one gives an input without analysis. Nothing is saved.
// Throws Error{failed} when the workspace was never bound to a warehouse.
[[nodiscard]] ReportInput report_input(const Run& run, const AnalyzeOptions& options, int top);

}  // namespace dwopt::loop
