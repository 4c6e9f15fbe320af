// What this session can and cannot do here, for `doctor`.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <vector>

namespace dwopt::postgres {

// In the order a reader wants them: the connection, rights, statistics, extensions, deploying.
[[nodiscard]] std::vector<Capability> list_capabilities(pq::Connection& connection);

}  // namespace dwopt::postgres
