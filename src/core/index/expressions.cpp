// Expressions keep part of what is known of their column. Anything else is as wide as a short text and as varied as the planner's default.
#include "expressions.hpp"

#include "numbers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace dwopt::indexing {
namespace {

constexpr double unknown_distinct = 200;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

// Columns of the table that the text names.
std::vector<const Column*> columns_in(const Table& table, const std::string& text) {
    std::vector<const Column*> found;
    for (const auto& column : table.columns) {
        if (names_column(text, column.name)) found.push_back(&column);
    }
    return found;
}

// A document of several texts.
ExpressionFacts joined(const View& view, const Table& table, const std::vector<const Column*>& columns) {
    double width = 0;
    for (const auto* column : columns) width += mean_width(view, table, column->name);
    return {{{width}, 1, width}, std::max(1.0, view.rows(table))};
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

// Whole numbers that stand alone: the arguments of substring(phone FROM 1 FOR 2), substr(phone, 1, 2), left(phone, 2).
std::vector<std::size_t> numbers_in(const std::string& text) {
    std::vector<std::size_t> numbers;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto end = std::min(text.find_first_not_of("0123456789", at), text.size());
        if (end == at) continue;
        const bool alone = (at == 0 || (!is_name(text[at - 1]) && text[at - 1] != '"')) && (end == text.size() || !is_name(text[end]));
        if (alone && end - at < 6) numbers.push_back(std::stoul(text.substr(at, end - at)));
        at = end;
    }
    return numbers;
}

std::string characters(const std::string& text, std::size_t from, std::size_t count) {
    std::string cut;
    std::size_t character = 0;
    for (const char byte : text) {
        if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) ++character;
        if (character > from && character <= from + count) cut += byte;
    }
    return cut;
}

// As wide and as varied as what is cut from the values known of it.
ExpressionFacts cut_from(const ColumnStatistics* statistics, std::size_t from, std::size_t count, double distinct) {
    ExpressionFacts facts{{{static_cast<double>(count) + 1}, 1, static_cast<double>(count) + 1}, std::min(distinct, unknown_distinct)};
    if (!statistics) return facts;
    auto values = array_elements(statistics->most_common_vals);
    const auto bounds = array_elements(statistics->histogram_bounds);
    values.insert(values.end(), bounds.begin(), bounds.end());
    if (values.empty()) return facts;
    std::set<std::string> cuts;
    facts.width = {{}, 1, 0};
    for (const auto& value : values) {
        const auto cut = characters(value, from, count);
        const double size = static_cast<double>(cut.size()) + (cut.size() < 127 ? 1 : 4);
        facts.width.sizes.push_back(size);
        facts.width.largest = std::max(facts.width.largest, size);
        cuts.insert(cut);
    }
    // Where most of so few values are cut to one of few, hardly another is to be expected; else they stay as many as they are.
    const double kinds = static_cast<double>(cuts.size()), known = static_cast<double>(values.size());
    facts.distinct = kinds < known / 2 ? kinds : distinct * kinds / known;
    return facts;
}

}  // namespace

bool names_column(std::string_view text, std::string_view column) {
    for (auto at = text.find(column); at != std::string_view::npos; at = text.find(column, at + 1)) {
        const auto end = at + column.size();
        if ((at == 0 || !is_name(text[at - 1])) && (end == text.size() || (!is_name(text[end]) && text[end] != '('))) return true;
    }
    return false;
}

ExpressionFacts facts_of(const View& view, const Table& table, const std::string& expression) {
    std::string text = expression;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    while (text.starts_with('(')) text.erase(0, 1);
    ExpressionFacts facts{{{17.0}, 1, 17.0}, unknown_distinct};
    const auto columns = columns_in(table, expression);
    if (parts_of(text) == Parts::of_document && !columns.empty()) return joined(view, table, columns);
    if (columns.size() != 1) return facts;
    const auto* column = columns.front();
    const auto* statistics = view.statistics(table.name, column->name);
    const double distinct = distinct_values(statistics, view.rows(table)), days = days_of(statistics);
    const auto begins = [&](const char* word) { return text.starts_with(word); };
    if (begins("lower(") || begins("upper(") || begins("btrim(") || begins("trim(")) {
        facts = {column_width(view, table, *column), distinct};
    } else if (begins("date_trunc(")) {
        facts = {{{8.0}, 8, 8.0}, units_in(text, days, false)};
    } else if (const auto cut = numbers_in(text); (begins("substr") && cut.size() == 2 && cut[0] > 0) || (begins("left(") && cut.size() == 1)) {
        facts = cut_from(statistics, cut.size() == 2 ? cut[0] - 1 : 0, cut.back(), distinct);
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

Parts parts_of(const Column& column) {
    if (column.type_category == 'A') return Parts::of_array;
    if (column.type == "jsonb") return Parts::of_json;
    if (column.type == "tsvector") return Parts::of_document;
    return column.type == "text" || column.type.starts_with("character varying") ? Parts::of_text : Parts::none;
}

Parts parts_of(std::string_view expression) {
    const auto has = [&](std::string_view text) { return expression.find(text) != std::string_view::npos; };
    if (has("to_tsvector(")) return Parts::of_document;
    const bool json = (has("->") && !has("->>")) || (has("#>") && !has("#>>"));
    return json ? Parts::of_json : Parts::of_text;
}

}  // namespace dwopt::indexing
