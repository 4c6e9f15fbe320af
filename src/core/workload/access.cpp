#include "access.hpp"

#include "model/index_facts.hpp"

#include <algorithm>
#include <set>

namespace dwopt::workload {
namespace {

bool sargable(const Predicate& predicate) {
    switch (predicate.kind) {
        case PredicateKind::equal:
        case PredicateKind::in_list:
        case PredicateKind::range:
        case PredicateKind::prefix:
        case PredicateKind::is_null:
        case PredicateKind::contains: return !predicate.disjunct && !predicate.joined;
        default: return false;
    }
}

// An index that could be the way in already. Partial ones count: whether they apply cannot be told here.
bool serves(const Index& index, const Predicate& predicate) {
    if (!model::usable(index)) return false;
    const auto matches = [&](const IndexKey& key) {
        return predicate.column.empty() ? key.expression == predicate.expression : key.column == predicate.column;
    };
    if (index.method == "gin" || index.method == "brin" || index.method == "gist") {
        return std::any_of(index.keys.begin(), index.keys.end(), matches);
    }
    return !index.keys.empty() && matches(index.keys.front());
}

// Share of the rows the condition keeps, by the column's statistics.
std::optional<double> selectivity(const ColumnStatistics* statistics, const Predicate& predicate, double rows) {
    if (statistics == nullptr) return std::nullopt;
    if (predicate.kind == PredicateKind::is_null) return statistics->null_frac;
    const bool equal = predicate.kind == PredicateKind::equal;
    if (!equal && predicate.kind != PredicateKind::in_list) return std::nullopt;
    const double distinct = statistics->n_distinct >= 0 ? statistics->n_distinct : -statistics->n_distinct * rows;
    if (distinct < 1) return std::nullopt;
    constexpr double list_length = 10;  // the planner's own guess for an array of unknown length
    return std::min(1.0, (equal ? 1 : list_length) * (1 - statistics->null_frac) / distinct);
}

// What the statement returns or changes are the rows it looked for: one table, nothing folded, cut off or added.
bool returns_what_it_finds(const Features& features) {
    return features.tables.size() == 1 && features.aggregates.empty() && features.orderings.end() == std::find_if(
               features.orderings.begin(), features.orderings.end(),
               [](const Ordering& o) { return o.purpose != Ordering::Purpose::order; }) &&
           !features.has_limit && !features.has_distinct && !features.has_window && !features.has_set_operation &&
           features.subqueries == 0;
}

std::string joined(const std::set<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

std::optional<SelectiveUse> unserved_use(const Facts& facts, const Pattern& pattern, const Table& table) {
    const auto& features = pattern.features;
    const double rows = facts.rows(facts.root(table));
    if (rows < 1 || pattern.usage.calls <= 0 || features.kind == StatementKind::insert) return std::nullopt;
    std::set<std::string> columns;
    double share = 2;
    for (std::size_t use = 0; use < features.tables.size(); ++use) {
        const auto* used = facts.table(features.tables[use].relation);
        if (used == nullptr || facts.root(*used).name != facts.root(table).name) continue;
        bool served = false;
        for (const auto& predicate : features.predicates) {
            if (predicate.table != use || !sargable(predicate)) continue;
            for (const auto* relation : {used, &table}) {
                const auto& indexes = facts.indexes(relation->name);
                served = served || std::any_of(indexes.begin(), indexes.end(), [&](const Index* i) { return serves(*i, predicate); });
            }
            columns.insert(predicate.column.empty() ? predicate.expression : predicate.column);
            const auto kept = selectivity(facts.statistics(used->name, predicate.column), predicate, rows);
            if (kept) share = std::min(share, *kept);
        }
        if (served) return std::nullopt;
    }
    if (columns.empty()) return std::nullopt;
    if (returns_what_it_finds(features)) share = pattern.usage.rows / pattern.usage.calls / rows;
    if (share > 1) return std::nullopt;
    return SelectiveUse{joined(columns), share};
}

}  // namespace dwopt::workload
