#include "constants.hpp"

#include "condition_text.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <set>

namespace dwopt::indexing {
namespace {

struct Fixed {
    std::string column, value;
};

std::vector<Fixed> read_fixed(std::string_view condition) {
    std::vector<Fixed> all;
    while (!condition.empty()) {
        Fixed one;
        one.column = take_name(condition);
        if (one.column.empty() || !take(condition, " = ")) return {};
        one.value = take_literal(condition);
        if (!condition.empty() && !take(condition, conjunction)) return {};
        all.push_back(std::move(one));
    }
    return all;
}

double share_of(const ColumnStatistics& statistics, double rows, const std::string& wanted) {
    const auto values = array_elements(statistics.most_common_vals), shares = array_elements(statistics.most_common_freqs);
    double others = 1 - statistics.null_frac;
    for (std::size_t i = 0; i < std::min(values.size(), shares.size()); ++i) {
        const double share = std::strtod(shares[i].c_str(), nullptr);
        if (values[i] == wanted) return share;
        others -= share;
    }
    const double rest = distinct_values(&statistics, rows) - static_cast<double>(values.size());
    return std::max(0.0, others) / std::max(1.0, rest);
}

}  // namespace

Conditions constant_conditions(const Pattern& pattern, const sql::TableLookup& lookup) {
    Conditions conditions;
    std::vector<sql::FixedColumn> always;
    std::set<std::string> texts;
    for (std::size_t e = 0; e < pattern.examples.size(); ++e) {
        const auto fixed = sql::fixed_columns(pattern.examples[e].sql, lookup);
        if (e == 0) always = fixed;
        std::erase_if(always, [&](const sql::FixedColumn& one) { return !std::binary_search(fixed.begin(), fixed.end(), one); });
        texts.insert(pattern.examples[e].sql);
    }
    if (texts.size() < 2) return conditions;
    for (const auto& one : always) conditions[one.table].push_back(model::quote_identifier(one.column) + " = " + one.literal);
    for (auto& [table, list] : conditions) {  // and all of them together
        std::string all;
        for (const auto& one : list) all += (all.empty() ? "" : conjunction) + one;
        if (list.size() > 1) list.push_back(std::move(all));
    }
    return conditions;
}

bool fixes(std::string_view condition, std::string_view column) {
    const auto fixed = read_fixed(condition);
    return std::any_of(fixed.begin(), fixed.end(), [&](const Fixed& one) { return one.column == column; });
}

std::optional<double> share_fixed(const View& view, const Table& table, std::string_view condition) {
    const auto fixed = read_fixed(condition);
    if (fixed.empty()) return std::nullopt;
    double share = 1;
    for (const auto& one : fixed) {
        const auto* statistics = view.statistics(table.name, one.column);
        if (!statistics) return std::nullopt;
        share *= share_of(*statistics, view.rows(table), one.value);
    }
    return share;
}

}  // namespace dwopt::indexing
