// Conditions between two columns of a row: read back from their text, and how many rows they keep.
#include "condition_text.hpp"
#include "numbers.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace dwopt::indexing {
namespace {

struct Comparison {
    std::string lesser, greater;
    bool or_equal = false;
};

std::vector<Comparison> read(std::string_view text) {
    std::vector<Comparison> all;
    while (!text.empty()) {
        Comparison one;
        one.lesser = take_name(text);
        one.or_equal = text.starts_with(" <= ");
        if (!take(text, " <= ") && !take(text, " < ")) return {};
        one.greater = take_name(text);
        if (one.lesser.empty() || one.greater.empty() || (!text.empty() && !take(text, conjunction))) return {};
        all.push_back(std::move(one));
    }
    return all;
}

// Values of a column by the share of its rows that lie below; none where it is NULL.
class Distribution {
  public:
    explicit Distribution(const ColumnStatistics& statistics) {
        const auto values = array_elements(statistics.most_common_vals), shares = array_elements(statistics.most_common_freqs), bounds = array_elements(statistics.histogram_bounds);
        double rest = 1 - statistics.null_frac;
        for (std::size_t i = 0; i < std::min(values.size(), shares.size()); ++i) {
            const double share = std::strtod(shares[i].c_str(), nullptr);
            add(values[i], share);
            rest -= share;
        }
        for (const auto& bound : bounds) add(bound, std::max(0.0, rest) / static_cast<double>(bounds.size()));
    }
    [[nodiscard]] bool empty() const { return ends_.empty(); }
    [[nodiscard]] std::optional<double> at(double share) const {
        const auto found = std::upper_bound(ends_.begin(), ends_.end(), share, [](double wanted, const auto& end) { return wanted < end.first; });
        return found == ends_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    void add(const std::string& text, double weight) {
        if (const auto number = number_of(text)) ends_.emplace_back((ends_.empty() ? 0 : ends_.back().first) + weight, *number);
    }
    std::vector<std::pair<double, double>> ends_;  // share up to here, value
};

}  // namespace

// Drawn rather than multiplied, as a < b and b < c have b in common: each column's values come in an order of their own (a Kronecker
// sequence in as many dimensions).
std::optional<double> share_compared(const View& view, const Table& table, std::string_view condition) {
    constexpr int draws = 2000;
    constexpr std::array steps{0.41421356237309515, 0.7320508075688772, 0.23606797749978969, 0.6457513110645906, 0.31662479035539981, 0.60555127546398929};  // of roots of primes
    const auto comparisons = read(condition);
    if (comparisons.empty()) return std::nullopt;
    std::map<std::string, Distribution> columns;
    for (const auto& one : comparisons) {
        for (const auto& name : {one.lesser, one.greater}) {
            const auto* statistics = view.statistics(table.name, name);
            if (!statistics || columns.try_emplace(name, *statistics).first->second.empty()) return std::nullopt;
        }
    }
    if (columns.size() > steps.size()) return std::nullopt;
    int kept = 0;
    for (int draw = 1; draw <= draws; ++draw) {
        std::map<std::string_view, std::optional<double>> row;
        std::size_t n = 0;
        for (const auto& [name, values] : columns) row[name] = values.at(std::fmod(draw * steps[n++], 1.0));
        kept += std::all_of(comparisons.begin(), comparisons.end(), [&](const Comparison& one) {
            const auto a = row[one.lesser], b = row[one.greater];
            return a && b && (*a < *b || (one.or_equal && *a == *b));
        }) ? 1 : 0;
    }
    // Columns of a row are seldom independent; too large an index keeps to a budget, too small a one does not. Columns that belong together
    // lie near each other, so for a third to lie between them independence is the safe side already.
    const double on_the_safe_side = comparisons.size() > 1 ? 1.0 : 1.3;
    return std::min(1.0, on_the_safe_side * kept / draws);
}

}  // namespace dwopt::indexing
