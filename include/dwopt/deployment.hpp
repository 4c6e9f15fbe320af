// A recommendation on its way into the warehouse, step by step, journalled.
#pragma once

#include "dwopt/recommendation.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt {

enum class DeploymentState { planned, running, observing, verified, reverting, reverted, failed, needs_attention };
[[nodiscard]] std::string_view name(DeploymentState state) noexcept;
[[nodiscard]] DeploymentState parse_deployment_state(std::string_view text);

enum class StepState {
    planned,
    running,  // intent is on disk; whether the server did it, only the catalog knows
    done,
    failed,   // tried; the catalog shows the state before
    undone,
};
[[nodiscard]] std::string_view name(StepState state) noexcept;
[[nodiscard]] StepState parse_step_state(std::string_view text);

enum class ActionKind {
    create_index,         // CREATE INDEX CONCURRENTLY
    create_parent_index,  // CREATE INDEX ON ONLY a partitioned table
    attach_index,         // ALTER INDEX parent ATTACH PARTITION child
    drop_index,           // DROP INDEX CONCURRENTLY
    drop_parent_index,    // DROP INDEX of a partitioned index
    rebuild_index,        // REINDEX INDEX CONCURRENTLY
    comment_index,
    set_index_statistics,
};
[[nodiscard]] std::string_view name(ActionKind kind) noexcept;

// One statement, understood: the only statements dwopt ever sends to change a warehouse.
struct Action {
    ActionKind kind = ActionKind::create_index;
    RelationName index;
    RelationName table;          // create_*: the table
    RelationName parent;         // attach_index: the partitioned index
    std::string sql;
    bool operator==(const Action&) const = default;
};

struct Step {
    int seq = 0;
    Action action;
    std::string undo;            // SQL; empty where a later undo covers it
    bool is_undo = false;        // part of the way back
    StepState state = StepState::planned;
    std::string started_at;      // RFC 3339; empty until started
    Millis elapsed{};
    std::string error;
    // Who worked on it: enough to find and end an orphaned server process and nobody else's.
    int backend_pid = 0;
    std::string backend_start;
    std::string nonce;           // also in application_name
};

struct Deployment {
    std::string id;              // "d-" and 8 hex digits
    Recommendation recommendation;
    DeploymentState state = DeploymentState::planned;
    std::string created_at;
    std::vector<Step> steps;
    std::string note;            // why it needs attention, in words
};

}  // namespace dwopt
