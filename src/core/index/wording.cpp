#include "wording.hpp"

#include "statistics.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {
namespace {

std::string shown_key(const IndexKey& key) { return model::shown({"", key.column.empty() ? key.expression : key.column}); }

// Names of the keys that stand in both, in the index's order, once.
std::string common(const IndexSpec& spec, const std::vector<IndexKey>& asked) {
    std::string names;
    for (const auto& key : spec.keys) {
        const bool there = std::any_of(asked.begin(), asked.end(), [&](const IndexKey& k) { return k.column == key.column && k.expression == key.expression; });
        if (there) names += (names.empty() ? "" : ", ") + shown_key(key);
    }
    return names;
}

}  // namespace

std::string what_it_asks(const std::vector<Access>& accesses, const IndexSpec& spec) {
    std::vector<IndexKey> filtered, joined, ordered;
    const auto append = [](std::vector<IndexKey>& to, const std::vector<IndexKey>& from) { to.insert(to.end(), from.begin(), from.end()); };
    for (const auto& access : accesses) {
        if (!access.reads(spec.table)) continue;
        for (const auto* list : {&access.equal, &access.range, &access.either, &access.inside}) append(filtered, *list);
        append(joined, access.joined);
        for (const auto& order : access.orders) append(ordered, order.keys);
    }
    std::string words;
    const auto say = [&](const char* verb, const std::vector<IndexKey>& keys) {
        const auto names = common(spec, keys);
        if (!names.empty()) words += fmt::format("{}{} {}", words.empty() ? "" : " and ", verb, names);
    };
    say("filters on", filtered);
    say("joins on", joined);
    say("groups or orders by", ordered);
    return words;
}

std::vector<std::string> about_columns(const View& view, const IndexSpec& spec) {
    std::vector<std::string> words;
    const auto* table = view.table(spec.table);
    if (!table) return words;
    if (std::any_of(spec.keys.begin(), spec.keys.end(), [](const IndexKey& key) { return key.column.empty(); })) {
        words.push_back(fmt::format("the planner guesses how often the expression's values occur until the table is analyzed: run `ANALYZE {};` once it is built", model::qualified(spec.table)));
    }
    if (spec.method == "gin") return words;  // whose entries are parts of values
    const double rows = view.rows(*table);
    for (const auto& key : spec.keys) {
        const auto* statistics = key.column.empty() ? nullptr : view.statistics(spec.table, key.column);
        if (!statistics || rows < 1) continue;
        const double distinct = distinct_values(statistics, rows);
        words.push_back(distinct > rows * 0.99 ? fmt::format("{} is nearly unique among {} rows", shown_key(key), human_count(rows))
                                               : fmt::format("{} has {} distinct values among {} rows, about {} rows each", shown_key(key), human_count(distinct),
                                                             human_count(rows), human_count(rows * (1 - statistics->null_frac) / distinct)));
    }
    return words;
}

}  // namespace dwopt::indexing
