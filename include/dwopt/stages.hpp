// The loop's stages as functions over values: no I/O but through the ports given, no clock, no randomness.
#pragma once

#include "dwopt/ports.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dwopt {

// ---- collect: src/core/workload/ ----

// Differences between two snapshots' readings that belong to the same server. A counter that was reset, restarted,
// failed over or evicted yields what it counted since (where its own books prove that), or nothing: never a
// negative or invented number. Without `before`, counters since their last reset become the first window.
struct Difference {
    std::vector<CounterDelta> deltas;
    std::vector<Discontinuity> discontinuities;
    Window window;
};
[[nodiscard]] Difference difference(const std::vector<CounterReading>& before, const std::optional<ServerState>& server_before,
                                    const std::vector<CounterReading>& after, const ServerState& server_after);

// Server text → what may be stored: literals replaced, fingerprint found, damage flagged. Never throws.
struct Classified {
    Statement statement;
    std::string text;  // of the pattern
};
[[nodiscard]] Classified classify(const StatementText& text);

// ---- analyze: src/core/workload/ ----

// Merges statements into patterns and adds up their usage in `window` and in the window before it.
[[nodiscard]] Workload build_workload(Store& store, const Catalog& catalog, const Window& window);
[[nodiscard]] Analysis analyze(const Evidence& evidence, const Thresholds& thresholds);

// ---- recommend: src/core/index/ ----

// `oracle` may be null: then rules only, graded heuristic.
[[nodiscard]] Advice recommend(const Evidence& evidence, CostOracle* oracle, const AdviceOptions& options,
                               const Thresholds& thresholds, Clock& clock, Progress& progress, const Cancellation& cancel);

// The index with the size, rows and height it would have, for a what-if planner.
[[nodiscard]] WhatIfIndex predict(const Evidence& evidence, const IndexSpec& spec);

// The costliest patterns as statements that a planner takes: what `twin check` explains on both sides. `with_values`: as recommend() plans
// them, with values of the data where only some partitions are read (CostOracle::takes_values()).
[[nodiscard]] std::vector<Query> plannable_queries(const Evidence& evidence, std::size_t most, bool with_values);

// Indexes that by their size and their table's statistics are bloated and can be read whole in seconds, the smallest first.
[[nodiscard]] std::vector<RelationName> look_bloated(const Evidence& evidence, const Thresholds& thresholds);

// ---- apply, rollback: src/core/decide/ ----

struct DeployPolicy {
    ActionLimits limits;
    int retries = 10;                                      // of a step that met a lock timeout
    Duration retry_pause = std::chrono::seconds(1);        // mean; jittered by half
    Duration cleanup_limit = std::chrono::milliseconds(2500);  // after an interrupt, which must end within 5 s
};

// The deployment a recommendation would become, as the workspace's `ordinal`-th. Throws Error{usage} when its statements are none dwopt may send.
[[nodiscard]] Deployment plan(const Recommendation& recommendation, std::string_view created_at, std::size_t ordinal);

// What happened to one deployment in this run.
struct Outcome {
    Deployment deployment;
    std::optional<ErrorKind> failure;  // empty: as intended
    std::string message;
};

// Carries one out, journalling every step; on failure takes its own steps back. Does not throw for what the server says.
[[nodiscard]] Outcome carry_out(Deployment deployment, Deployer& deployer, Store& store, Clock& clock,
                                const DeployPolicy& policy, const Cancellation& cancel, Progress& progress);
// Takes a deployment back, in reverse order of its steps.
[[nodiscard]] Outcome take_back(Deployment deployment, Deployer& deployer, Store& store, Clock& clock,
                                const DeployPolicy& policy, const Cancellation& cancel, Progress& progress);
// Finishes or undoes whatever an earlier, killed run left `running`, by what the catalog shows. First act of every apply and rollback.
[[nodiscard]] std::vector<Outcome> recover(Deployer& deployer, Store& store, Clock& clock, const DeployPolicy& policy,
                                           const Cancellation& cancel, Progress& progress);

}  // namespace dwopt
