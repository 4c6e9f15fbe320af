// Reading what EXPLAIN (FORMAT JSON) answers: the little of it that advice needs, without a JSON library.
#pragma once

#include "dwopt/ports.hpp"

#include <string>
#include <string_view>

namespace dwopt::pq {

struct PlanFacts {
    double total_cost = -1;            // of the top node; negative if the text held none
    double rows = -1;
    std::vector<PlanNode> nodes;       // indexes by the names EXPLAIN gives
    std::string shape;                 // node types with join types, relations and indexes, in the order of the plan
};

// Takes any text; what is no plan yields total_cost < 0. Conditions in the plan are read over, whatever they contain.
[[nodiscard]] PlanFacts read_plan(std::string_view json);

}  // namespace dwopt::pq
