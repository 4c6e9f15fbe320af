// Expressions keep part of what is known of their column. Anything else is as wide as a short text and as varied as the planner's default.
#include "expressions.hpp"

#include "numbers.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace dwopt::indexing {
namespace {

constexpr double unknown_distinct = 200;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

// The one column of the table that the text names, if it is one.
const Column* column_in(const Table& table, const std::string& text) {
    const Column* found = nullptr;
    for (const auto& column : table.columns) {
        for (auto at = text.find(column.name); at != std::string::npos; at = text.find(column.name, at + 1)) {
            const auto end = at + column.name.size();
            if ((at > 0 && is_name(text[at - 1])) || (end < text.size() && is_name(text[end])) || (end < text.size() && text[end] == '(')) continue;
            if (found && found != &column) return nullptr;
            found = &column;
        }
    }
    return found;
}

// Days from the least to the greatest value that the histogram knows.
double days_of(const ColumnStatistics* statistics) {
    if (!statistics) return 0;
    const auto bounds = array_elements(statistics->histogram_bounds);
    if (bounds.empty()) return 0;
    const auto first = number_of(bounds.front()), last = number_of(bounds.back());
    return first && last ? *last - *first : 0;
}

struct Unit {
    const char* name;
    double days, values;  // how long one is; of a date's part, how many there are (0: as many as there are units)
};
constexpr std::array units{Unit{"minute", 1 / 1440.0, 60}, Unit{"hour", 1 / 24.0, 24}, Unit{"dow", 1, 7}, Unit{"day", 1, 31}, Unit{"week", 7, 53}, Unit{"month", 30.4, 12},
                           Unit{"quarter", 91.3, 4}, Unit{"year", 365.25, 0}};

// date_trunc('month', at), date_part('year', at), EXTRACT(year FROM at)
std::string unit_of(const std::string& text) {
    const auto begin = text.find_first_of("('") + 1, quoted = text.find('\'');
    const auto from = quoted == std::string::npos ? begin : quoted + 1;
    return text.substr(from, text.find_first_of("' ", from) - from);
}

double units_in(const std::string& text, double days, bool part) {
    for (const auto& unit : units) {
        if (unit_of(text) != unit.name) continue;
        const double count = std::max(1.0, days / unit.days + 1);
        return part && unit.values > 0 ? std::min(count, unit.values) : count;
    }
    return unknown_distinct;
}

}  // namespace

ExpressionFacts facts_of(const View& view, const Table& table, const std::string& expression) {
    std::string text = expression;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    while (text.starts_with('(')) text.erase(0, 1);
    ExpressionFacts facts{{{17.0}, 1, 17.0}, unknown_distinct};
    const auto* column = column_in(table, expression);
    if (!column) return facts;
    const auto* statistics = view.statistics(table.name, column->name);
    const double distinct = distinct_values(statistics, view.rows(table)), days = days_of(statistics);
    const auto begins = [&](const char* word) { return text.starts_with(word); };
    if (begins("lower(") || begins("upper(") || begins("btrim(") || begins("trim(")) {
        facts = {column_width(view, table, *column), distinct};
    } else if (begins("date_trunc(")) {
        facts = {{{8.0}, 8, 8.0}, units_in(text, days, false)};
    } else if (begins("extract") || begins("date_part(")) {
        facts = {{{begins("extract") ? 5.0 : 8.0}, begins("extract") ? 1 : 8, 8.0}, units_in(text, days, true)};
    } else if (text.find("::date") != std::string::npos || begins("date(")) {
        facts = {{{4.0}, 4, 4.0}, days > 0 ? days + 1 : unknown_distinct};
    } else if (text.find("::bigint") != std::string::npos || text.find("::int8") != std::string::npos) {
        facts = {{{8.0}, 8, 8.0}, distinct};
    } else if (text.find("::int") != std::string::npos) {
        facts = {{{4.0}, 4, 4.0}, distinct};
    }
    facts.distinct = std::clamp(facts.distinct, 1.0, std::max(1.0, column->type == "jsonb" ? unknown_distinct : distinct));
    return facts;
}

}  // namespace dwopt::indexing
