// The named questions of a deployment. All are answered from catalogs and statistics views without waiting for locks.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

namespace dwopt::postgres {

[[nodiscard]] Target read_target(pq::Connection& connection);

// Session settings a build needs: no default tablespace of the role, an early end when the client is gone (14+).
void ready_session(pq::Connection& connection);
[[nodiscard]] Backend own_backend(pq::Connection& connection);
// Ends the process if it is still the one the journal names. True while it is there.
[[nodiscard]] bool terminate_if_same(pq::Connection& connection, const Backend& backend);

[[nodiscard]] IndexState read_index_state(pq::Connection& connection, const RelationName& index);

[[nodiscard]] std::vector<RelationName> read_rebuild_leftovers(pq::Connection& connection, const RelationName& index);

struct BuildProgress {
    bool waits_for_relation_lock = false;
    std::string phase;      // "building index: scanning table"
    double fraction = -1;   // 0..1, negative if unknown
};
[[nodiscard]] BuildProgress read_build_progress(pq::Connection& connection, const std::string& pid);

// The table to lock gently before a step that takes a strong lock; empty if none is needed.
[[nodiscard]] std::string gentle_lock_target(pq::Connection& connection, const Action& action);

// Everything in the way of an action, found in obstacles.cpp.
[[nodiscard]] std::vector<Obstacle> find_obstacles(pq::Connection& connection, const Action& action, Bytes size,
                                                   Duration max_snapshot_age);

}  // namespace dwopt::postgres
