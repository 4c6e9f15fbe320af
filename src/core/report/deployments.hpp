// Parts about deployments that several documents show.
#pragma once

#include "dwopt/deployment.hpp"
#include "dwopt/document.hpp"

#include <vector>

namespace dwopt::report {

[[nodiscard]] Cell state_cell(DeploymentState state);
[[nodiscard]] TableBlock deployments_table(const std::vector<Deployment>& deployments);
[[nodiscard]] Millis elapsed(const Deployment& deployment);  // of all its steps

}  // namespace dwopt::report
