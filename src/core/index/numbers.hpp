// Values of the statistics as numbers.
#pragma once

#include <optional>
#include <string_view>

namespace dwopt::indexing {

// A number as it stands; a date or timestamp ("1994-01-31", "1994-01-31 12:30:00+00") as days since 1970, its zone left out. Nullopt:
// it is neither, or without end.
[[nodiscard]] std::optional<double> number_of(std::string_view text);

}  // namespace dwopt::indexing
