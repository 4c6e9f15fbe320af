#include "partition_arguments.hpp"

#include "condition_text.hpp"

#include "model/identifier.hpp"
#include "sql/placeholders.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace dwopt::indexing {
namespace {

struct Bounds {
    std::string column, from, to;  // literals; `to` may be empty
};

// The first value of FOR VALUES FROM (…) TO (…) or FOR VALUES IN (…).
std::string literal_after(std::string_view bound, std::string_view opening) {
    const auto at = bound.find(opening);
    if (at == std::string_view::npos) return {};
    auto rest = bound.substr(at + opening.size());
    const bool quoted = rest.starts_with('\'');
    const bool number = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
    if (!quoted && !number) return {};  // MINVALUE, NULL, true
    return quoted ? model::quote_literal(take_literal(rest)) : std::string(rest.substr(0, rest.find_first_not_of("0123456789.")));
}

// Of each level that one column divides. Nullopt: the partition has no value to give.
std::optional<std::vector<Bounds>> bounds_of(const View& view, const Table& leaf) {
    std::vector<Bounds> all;
    for (const auto* at = &leaf; at->partition_parent;) {
        const auto* parent = view.table(*at->partition_parent);
        if (!parent) return std::nullopt;
        const auto column = std::find_if(parent->columns.begin(), parent->columns.end(), [&](const Column& c) { return divided_by(*parent, c.name); });
        if (column != parent->columns.end()) {
            const bool range = at->partition_bound.starts_with("FOR VALUES FROM (");
            Bounds bounds{column->name, literal_after(at->partition_bound, range ? "FROM (" : " IN ("), range ? literal_after(at->partition_bound, ") TO (") : ""};
            if (bounds.from.empty()) return std::nullopt;
            all.push_back(std::move(bounds));
        }
        at = parent;
    }
    return all;
}

std::vector<Bounds> bounds_in(const View& view, const Table& table) {
    auto leaves = view.leaves(table);
    std::stable_sort(leaves.begin(), leaves.end(), [](const Table* a, const Table* b) { return a->size.bytes > b->size.bytes; });
    for (const auto* leaf : leaves) {
        if (auto bounds = bounds_of(view, *leaf); bounds && !bounds->empty()) return *bounds;
    }
    return {};
}

}  // namespace

bool divided_by(const Table& table, const std::string& column) { return table.partition_key.ends_with(" (" + model::quote_identifier(column) + ")"); }

std::map<int, std::string> partition_arguments(const View& view, std::string_view normalised, const Features& features, const sql::TableLookup& lookup) {
    std::map<int, std::string> arguments;
    const auto divided = [&](const TableUse& use) {
        const auto* table = view.resolve(use.relation);
        return table && table->kind == RelationKind::partitioned ? table : nullptr;
    };
    if (features.parameters == 0 || std::none_of(features.tables.begin(), features.tables.end(), divided)) return arguments;
    std::map<std::size_t, std::vector<Bounds>> by_use;
    for (const auto& compared : sql::compared_columns(normalised, lookup)) {
        if (compared.arm > 0) continue;
        const auto* table = compared.table < features.tables.size() ? divided(features.tables[compared.table]) : nullptr;
        if (table && !by_use.contains(compared.table)) by_use[compared.table] = bounds_in(view, *table);
        for (const auto& bounds : by_use[compared.table]) {
            if (bounds.column != compared.column || compared.op.front() == '~' || compared.added > 0) continue;  // LIKE chooses no partition
            arguments[compared.number] = compared.op == "<" && !bounds.to.empty() ? bounds.to : bounds.from;
            if (compared.offset > 0) arguments[compared.offset] = sql::no_interval;
        }
    }
    return arguments;
}

}  // namespace dwopt::indexing
