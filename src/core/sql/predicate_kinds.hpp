// Operators as kinds of predicates.
#pragma once

#include "nodes.hpp"

#include "dwopt/workload.hpp"

#include <string>
#include <string_view>

namespace dwopt::sql {

struct Condition {
    PredicateKind kind = PredicateKind::other;
    std::string op;
};

// `column op constant`; the pattern decides what a LIKE is. other for what no index serves.
[[nodiscard]] Condition condition_of(std::string_view op, const Node* right);

// The same with the sides changed over: `constant op column`.
[[nodiscard]] Condition condition_of_commuted(std::string_view op);

// NOT of it.
[[nodiscard]] Condition negated(const Condition& condition);

}  // namespace dwopt::sql
