// Reading back what `recommend -f json` wrote, after a human, a tool or an enemy had it in hands.
#pragma once

#include "dwopt/recommendation.hpp"
#include "dwopt/snapshot.hpp"

#include <string_view>
#include <vector>

namespace dwopt::json {

struct PlanDocument {
    Target target;  // of the warehouse it was made for; host and port empty if the document does not say
    std::vector<Recommendation> recommendations;
};

// Throws Error{usage} naming the JSON pointer of the first field that is missing or wrong. Unknown keys are ignored;
// size and nesting are bounded (json.hpp). The statements inside are not judged here: the decision engine does.
[[nodiscard]] PlanDocument plan_from_json(std::string_view text);

}  // namespace dwopt::json
