#include "wide_ranges.hpp"

#include "statistics.hpp"

#include "model/identifier.hpp"
#include "sql/placeholders.hpp"

#include <algorithm>
#include <array>
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

// Literals by placeholder, each range as wide as that share of its column's values.
std::map<int, std::string> literals_for(const Ends& ends, const std::vector<std::string>& bounds, double share) {
    std::map<int, std::string> literals;
    const auto put = [&](const sql::ComparedColumn& one, double place) {
        literals[one.number] = model::quote_literal(bounds[static_cast<std::size_t>(place * static_cast<double>(bounds.size()))]);
        if (one.offset > 0) literals[one.offset] = sql::no_interval;
    };
    if (ends.from.size() == 1 && ends.to.size() == 1) {
        put(ends.from.front(), 0.5 - share / 2);
        put(ends.to.front(), 0.5 + share / 2);
    }
    const auto word = word_in(bounds[bounds.size() / 2]);
    if (ends.like.size() == 1 && !word.empty()) literals[ends.like.front().number] = model::quote_literal("%" + word + "%");
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
            const auto bounds = statistics ? array_elements(statistics->histogram_bounds) : std::vector<std::string>{};
            if (bounds.size() >= enough_bounds) literals.merge(literals_for(ends, bounds, share));
        }
        auto text = literals.empty() ? std::nullopt : sql::with_literals(normalised, literals);
        if (text && std::find(texts.begin(), texts.end(), *text) == texts.end()) texts.push_back(std::move(*text));
    }
    return texts;
}

}  // namespace dwopt::indexing
