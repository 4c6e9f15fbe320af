// The contract form of a recommendation, read back: by plans (outside, hostile) and by the workspace (our own).
#pragma once

#include "reader.hpp"

#include "dwopt/recommendation.hpp"

namespace dwopt::json {

[[nodiscard]] Recommendation read_recommendation(const Reader& reader);  // Error{usage} with the place
[[nodiscard]] Target read_target(const Reader& reader);

}  // namespace dwopt::json
