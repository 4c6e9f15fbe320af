// "Did you mean": the nearest word to a mistyped one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::cli {

// Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions, deletions, replacements
// and swaps of neighbours, bytes counted.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `words`, if it is near enough to be a slip of the fingers (a third of the length, or a prefix).
[[nodiscard]] std::optional<std::string> nearest(std::string_view wrong, const std::vector<std::string>& words);

// "Did you mean 'collect'? ", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& words);

}  // namespace dwopt::cli
