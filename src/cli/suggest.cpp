#include "suggest.hpp"

#include <algorithm>

namespace dwopt::cli {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> before(width), last(width), row(width);  // rows i-2, i-1, i of the table
    for (std::size_t j = 0; j < width; ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const bool same = a[i - 1] == b[j - 1];
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

std::optional<std::string> nearest(std::string_view wrong, const std::vector<std::string>& words) {
    constexpr std::size_t longest = 64;  // nobody mistypes more than that, and the table is quadratic
    if (wrong.empty() || wrong.size() > longest) return std::nullopt;
    std::optional<std::string> best;
    std::size_t best_distance = 0;
    for (const std::string& word : words) {
        const bool prefix = wrong.size() >= 2 && word.starts_with(wrong);
        const std::size_t distance = prefix ? 1 : edit_distance(wrong, word);
        const std::size_t allowed = std::max<std::size_t>(1, std::max(wrong.size(), word.size()) / 3);
        if (distance > allowed || (best && distance >= best_distance)) continue;
        best = word;
        best_distance = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& words) {
    const auto word = nearest(wrong, words);
    return word ? "Did you mean '" + *word + "'? " : std::string{};
}

}  // namespace dwopt::cli
