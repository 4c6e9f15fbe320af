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

// Literals by placeholder, each range as wide as that share of its column's values.
std::map<int, std::string> literals_for(const Ends& ends, const std::vector<std::string>& bounds, double share) {
    std::map<int, std::string> literals;
    const auto put = [&](const sql::ComparedColumn& one, double place) {
        const auto& bound = bounds[static_cast<std::size_t>(place * static_cast<double>(bounds.size()))];
        literals[one.number] = one.added > 0 ? bound : model::quote_literal(bound);
        if (one.offset > 0) literals[one.offset] = sql::no_interval;
        if (one.added > 0) literals[one.added] = "0";
    };
    const auto fits = [&](const sql::ComparedColumn& one) { return one.added == 0 || std::all_of(bounds.begin(), bounds.end(), is_number); };
    // Several ranges of one column, as in the arms of an OR, are all the same: which ends belong together is not known.
    if (!ends.from.empty() && !ends.to.empty() && std::all_of(ends.from.begin(), ends.from.end(), fits) && std::all_of(ends.to.begin(), ends.to.end(), fits)) {
        for (const auto& one : ends.from) put(one, 0.5 - share / 2);
        for (const auto& one : ends.to) put(one, 0.5 + share / 2);
    }
    const auto word = word_in(bounds[bounds.size() / 2]);
    for (const auto& one : ends.like) {
        if (!word.empty()) literals[one.number] = model::quote_literal("%" + word + "%");
    }
    return literals;
}

}  // namespace

std::vector<std::string> with_wide_ranges(const View& view, std::string_view normalised, const Features& features, const sql::TableLookup& lookup) {
    constexpr std::array shares{1.0 / 3, 1.0 / 8};
    constexpr std::size_t enough_bounds = 4;
    std::map<std::pair<std::size_t, std::string>, Ends> compared;
    for (const auto& one : sql::compared_columns(normalised, lookup)) {
        auto& ends = compared[{one.table, one.column}];
        if (one.op.front() == '>') ends.from.push_back(one);
        if (one.op.front() == '<') ends.to.push_back(one);
        if (one.op.front() == '~') ends.like.push_back(one);
    }
    std::vector<std::string> texts;
    for (const double share : shares) {
        std::map<int, std::string> literals;
        for (const auto& [column, ends] : compared) {
            const auto* table = column.first < features.tables.size() ? view.resolve(features.tables[column.first].relation) : nullptr;
            const auto* statistics = table ? view.statistics(table->name, column.second) : nullptr;
            const auto bounds = statistics ? bounds_of(*statistics) : std::vector<std::string>{};
            if (bounds.size() >= enough_bounds) literals.merge(literals_for(ends, bounds, share));
        }
        auto text = literals.empty() ? std::nullopt : sql::with_literals(normalised, literals);
        if (text && std::find(texts.begin(), texts.end(), *text) == texts.end()) texts.push_back(std::move(*text));
    }
    return texts;
}

}  // namespace dwopt::indexing
