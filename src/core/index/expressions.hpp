// What can be said of an expression's values from its text and its column's statistics.
#pragma once

#include "statistics.hpp"

#include <string>
#include <string_view>

namespace dwopt::indexing {

struct ExpressionFacts {
    ValueWidth width;
    double distinct = 200;
};
[[nodiscard]] ExpressionFacts facts_of(const View& view, const Table& table, const std::string& expression);

// Whether an expression or a condition has the column in it.
[[nodiscard]] bool names_column(std::string_view text, std::string_view column);

// What a GIN index takes values apart into, by their type; of an expression that is compared by such an operator, by its text.
enum class Parts { none, of_text, of_json, of_array, of_document };
[[nodiscard]] Parts parts_of(const Column& column);
[[nodiscard]] Parts parts_of(std::string_view expression);

}  // namespace dwopt::indexing
