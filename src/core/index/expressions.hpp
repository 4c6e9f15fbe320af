// What can be said of an expression's values from its text and its column's statistics.
#pragma once

#include "statistics.hpp"

namespace dwopt::indexing {

struct ExpressionFacts {
    ValueWidth width;
    double distinct = 200;
};
[[nodiscard]] ExpressionFacts facts_of(const View& view, const Table& table, const std::string& expression);

}  // namespace dwopt::indexing
