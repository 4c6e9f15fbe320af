#include "wide_ranges.hpp"

#include "statistics.hpp"

#include "model/identifier.hpp"
#include "sql/placeholders.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

namespace dwopt::indexing {
namespace {

struct Ends {
    std::vector<sql::ComparedColumn> from, to, like;
};

// Letters and digits in the middle of a value.
std::string word_in(const std::string& value) {
    const auto part_of_word = [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; };
    const auto begin = std::find_if(value.begin(), value.end(), part_of_word);
    return {begin, std::find_if_not(begin, value.end(), part_of_word)};
}

bool is_number(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

// Values that part those of a column; of one that has few, all of them. Empty if nothing is known.
std::vector<std::string> bounds_of(const ColumnStatistics& statistics) {
    auto bounds = array_elements(statistics.histogram_bounds);
    if (!bounds.empty()) return bounds;
    bounds = array_elements(statistics.most_common_vals);
    const auto as_number = [](const std::string& text) {
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    if (std::all_of(bounds.begin(), bounds.end(), is_number)) std::sort(bounds.begin(), bounds.end(), [&](const auto& a, const auto& b) { return as_number(a) < as_number(b); });
    else std::sort(bounds.begin(), bounds.end());
    return bounds;
}

struct Key {  // of what is compared
    std::size_t table = 0;
    std::string column;
    int arm = 0;  // of an OR
    auto operator<=>(const Key&) const = default;
};

// Literals by placeholder, each range as wide as that share of its column's values, and so many bounds from the middle: ranges in the arms of
// an OR must not be the same, or the planner takes them out of it.
std::map<int, std::string> literals_for(const Ends& ends, const std::vector<std::string>& bounds, double share, int shift) {
    std::map<int, std::string> literals;
    const auto put = [&](const sql::ComparedColumn& one, double place) {
        const auto at = static_cast<std::size_t>(place * static_cast<double>(bounds.size())) + static_cast<std::size_t>(shift);
        const auto& bound = bounds[std::min(at, bounds.size() - 1)];
        literals[one.number] = one.added > 0 ? bound : model::quote_literal(bound);
        if (one.offset > 0) literals[one.offset] = sql::no_interval;
        if (one.added > 0) literals[one.added] = "0";
    };
    const auto fits = [&](const sql::ComparedColumn& one) { return one.added == 0 || std::all_of(bounds.begin(), bounds.end(), is_number); };
    if (ends.from.size() == 1 && ends.to.size() == 1 && fits(ends.from.front()) && fits(ends.to.front())) {
        put(ends.from.front(), 0.5 - share / 2);
        put(ends.to.front(), 0.5 + share / 2);
    }
    const auto word = word_in(bounds[bounds.size() / 2]);
    if (ends.like.size() == 1 && !word.empty()) literals[ends.like.front().number] = model::quote_literal("%" + word + "%");
    return literals;
}

std::map<Key, Ends> ends_of(std::string_view normalised, const sql::TableLookup& lookup) {
    std::map<Key, Ends> compared;
    for (const auto& one : sql::compared_columns(normalised, lookup)) {
        auto& ends = compared[{one.table, one.column, one.arm}];
        if (one.op.front() == '>') ends.from.push_back(one);
        if (one.op.front() == '<') ends.to.push_back(one);
        if (one.op.front() == '~' && one.arm == 0) ends.like.push_back(one);
    }
    return compared;
}

}  // namespace

std::vector<std::string> with_wide_ranges(const View& view, std::string_view normalised, const Features& features, const sql::TableLookup& lookup) {
    constexpr std::array shares{1.0 / 3, 1.0 / 8};
    constexpr std::size_t enough_bounds = 4;
    const auto compared = ends_of(normalised, lookup);
    const auto with_share = [&](double share, bool arms) {
        std::map<int, std::string> literals;
        std::map<std::pair<std::size_t, std::string>, int> ranges;  // so far, of a column
        for (const auto& [at, ends] : compared) {
            const auto* table = at.table < features.tables.size() ? view.resolve(features.tables[at.table].relation) : nullptr;
            const auto* statistics = table && (arms || at.arm == 0) ? view.statistics(table->name, at.column) : nullptr;
            const auto bounds = statistics ? bounds_of(*statistics) : std::vector<std::string>{};
            if (bounds.size() >= enough_bounds) literals.merge(literals_for(ends, bounds, share, ranges[{at.table, at.column}]++));
        }
        return literals.empty() ? std::nullopt : sql::with_literals(normalised, literals);
    };
    std::vector<std::string> texts;
    for (const double share : shares) {
        auto text = with_share(share, true);
        if (!text) text = with_share(share, false);  // what stands in an arm often stands in another place too
        if (text && std::find(texts.begin(), texts.end(), *text) == texts.end()) texts.push_back(std::move(*text));
    }
    return texts;
}

}  // namespace dwopt::indexing
