// Expressions that a statement repeats: in GROUP BY and the select list, in DISTINCT and ORDER BY.
#pragma once

#include "nodes.hpp"

#include <cstddef>
#include <map>

namespace dwopt::sql {

// f(x, $1) … GROUP BY f(x, $2) was one expression before its literals became parameters. Tells by offset which
// parameters must take the number of another one, so that it is one again.
[[nodiscard]] std::map<std::size_t, int> repeated_params(const Node* statement);

}  // namespace dwopt::sql
