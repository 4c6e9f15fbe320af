// Foreign keys whose referencing side has no index: every delete or key update of a referenced row reads the whole table.
#include "rules.hpp"

#include "model/identifier.hpp"
#include "model/index_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workload {
namespace {

// PostgreSQL copies a foreign key of a partitioned table to each partition; the one on top speaks for all.
bool is_copy(const Facts& facts, const Constraint& key, const Table& table) {
    const auto& root = facts.root(table);
    if (&root == &table) return false;
    const auto& all = facts.evidence().catalog.constraints;
    return std::any_of(all.begin(), all.end(), [&](const Constraint& other) {
        return other.kind == 'f' && other.table == root.name && other.columns == key.columns;
    });
}

// A foreign key that points to a partitioned table has a copy for each of its partitions.
bool points_to_partition_of_same(const Facts& facts, const Constraint& key) {
    const auto* target = facts.table(key.referenced_table);
    if (target == nullptr || !target->partition_parent) return false;
    const auto& all = facts.evidence().catalog.constraints;
    return std::any_of(all.begin(), all.end(), [&](const Constraint& other) {
        return other.kind == 'f' && other.table == key.table && other.columns == key.columns &&
               other.referenced_table == facts.root(*target).name;
    });
}

bool covered(const Facts& facts, const Constraint& key, const Table& table) {
    const auto on = [&](const Table& relation) {
        const auto& indexes = facts.indexes(relation.name);
        auto here = key;
        here.table = relation.name;
        return std::any_of(indexes.begin(), indexes.end(), [&](const Index* i) { return model::covers_foreign_key(*i, here); });
    };
    if (on(table)) return true;
    const auto leaves = facts.leaves(table);
    return table.kind == RelationKind::partitioned && !leaves.empty() &&
           std::all_of(leaves.begin(), leaves.end(), [&](const Table* leaf) { return on(*leaf); });
}

std::string column_list(const std::vector<std::string>& columns) {
    std::string out;
    for (const auto& column : columns) out += (out.empty() ? "" : ", ") + model::quote_identifier(column);
    return out;
}

}  // namespace

void missing_foreign_key_index(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    for (const auto& key : facts.evidence().catalog.constraints) {
        const auto* table = key.kind == 'f' ? facts.table(key.table) : nullptr;
        if (table == nullptr || table->extension_member || key.columns.empty()) continue;
        const auto size = facts.bytes(*table);
        if (size < thresholds.foreign_key_table_size || covered(facts, key, *table)) continue;
        if (is_copy(facts, key, *table) || points_to_partition_of_same(facts, key)) continue;
        double removed = 0;
        if (const auto* target = facts.table(key.referenced_table)) {
            for (const auto* leaf : facts.leaves(*target)) removed += facts.grown(*leaf, table::n_tup_del);
        }
        const double excess = size / Bytes{std::max<std::int64_t>(thresholds.foreign_key_table_size.value, 1)};
        auto& f = out.add(key.table, key.name, removed > 0 ? std::max(excess, 2.0) : 1, Severity::warning);
        const auto columns = column_list(key.columns);
        const auto how = table->kind == RelationKind::partitioned ? "" : "CONCURRENTLY ";
        f.summary = fmt::format("foreign key {} of {} ({}) has no index on ({})", model::shown({"", key.name}), model::shown(key.table),
                                human(size), columns);
        f.advice = fmt::format("Each delete or key change in {} reads the whole table. Run `CREATE INDEX {}ON {} ({});` or let "
                               "`dwopt recommend` weigh it.",
                               model::shown(key.referenced_table), how, model::qualified(key.table), columns);
        f.evidence = {{"references", model::shown(key.referenced_table)},
                      {"size of the referencing table", human(size)},
                      {"rows deleted there in the window", human_count(removed)}};
        f.value = static_cast<double>(size.value);
        f.threshold = static_cast<double>(thresholds.foreign_key_table_size.value);
    }
}

}  // namespace dwopt::workload
