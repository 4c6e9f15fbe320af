// How verbs come to the planner twin of their workspace.
#pragma once

#include "session.hpp"
#include "twin/twin.hpp"

namespace dwopt::cli {

[[nodiscard]] twin::Options twin_options(const Session& session);

// The twin of the workspace's last snapshot, built if need be. Throws Error{refused} where there can be none (no server
// programs, no schema in the snapshot), with the hint that says what to do.
[[nodiscard]] std::unique_ptr<twin::Twin> open_twin(Session& session);

// The workspace knows its warehouse from a bundle: there is no server to ask.
[[nodiscard]] bool from_bundle(Session& session);

}  // namespace dwopt::cli
