// The changing side of the warehouse: sends one classified statement at a time and watches over it.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <memory>

namespace dwopt::postgres {

struct DeployerOptions {
    pq::ConnectionOptions connection;  // role is applied; read_only is ignored
    Duration max_snapshot_age = std::chrono::minutes(10);  // older transactions would make a build wait: refused
};

// Two sessions: one carries out, one watches (advisory lock, catalog, cancelling). Throws Error{connection}.
[[nodiscard]] std::unique_ptr<Deployer> open_deployer(const DeployerOptions& options);

}  // namespace dwopt::postgres
