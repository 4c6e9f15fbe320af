#include "facts.hpp"

#include <algorithm>

namespace dwopt::workload {
namespace {

double at(const std::map<Oid, std::vector<double>>& rows, Oid oid, std::size_t column) {
    const auto row = rows.find(oid);
    return row != rows.end() && column < row->second.size() ? row->second[column] : 0;
}

}  // namespace

Facts::Facts(const Evidence& evidence) : evidence_(&evidence) {
    const auto& catalog = evidence.catalog;
    for (const auto& t : catalog.tables) {
        tables_[t.name] = &t;
        if (t.partition_parent) children_[*t.partition_parent].push_back(&t);
        const bool has_rows = t.kind == RelationKind::table || t.kind == RelationKind::materialized_view;
        if (has_rows && t.persistence != 't' && !t.extension_member) stored_.push_back(&t);
    }
    for (const auto& i : catalog.indexes) indexes_[i.table].push_back(&i);
    for (const auto& s : catalog.statistics) statistics_[s.relation] = &s;
    const auto& activity = evidence.activity;
    days_ = activity.covered_days > 0 ? activity.covered_days : std::max(activity.window.days(), 0.0);
}

const Table* Facts::table(const RelationName& name) const {
    const auto found = tables_.find(name);
    return found == tables_.end() ? nullptr : found->second;
}

const Table& Facts::root(const Table& table) const {
    const Table* top = &table;
    for (int depth = 0; top->partition_parent && depth < 100; ++depth) {
        const auto* parent = this->table(*top->partition_parent);
        if (parent == nullptr) break;
        top = parent;
    }
    return *top;
}

std::vector<const Table*> Facts::leaves(const Table& table) const {
    if (table.kind != RelationKind::partitioned) return {&table};
    std::vector<const Table*> out;
    const auto found = children_.find(table.name);
    if (found == children_.end()) return out;
    for (const auto* child : found->second) {
        const auto below = leaves(*child);
        out.insert(out.end(), below.begin(), below.end());
    }
    return out;
}

const std::vector<const Index*>& Facts::indexes(const RelationName& table) const {
    static const std::vector<const Index*> none;
    const auto found = indexes_.find(table);
    return found == indexes_.end() ? none : found->second;
}

const ColumnStatistics* Facts::statistics(const RelationName& table, std::string_view column) const {
    const auto found = statistics_.find(table);
    if (found == statistics_.end()) return nullptr;
    const ColumnStatistics* best = nullptr;  // those over all partitions where there are both
    for (const auto& s : found->second->columns) {
        if (s.column == column && (best == nullptr || s.inherited)) best = &s;
    }
    return best;
}

std::string_view Facts::setting(std::string_view name) const {
    const auto& all = evidence_->catalog.settings;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Setting& s) { return s.name == name; });
    return found == all.end() ? std::string_view{} : std::string_view(found->value);
}

std::optional<double> Facts::latest(const Table& table, table::Column column) const {
    const auto row = evidence_->lifetime.tables.find(table.oid);
    if (row == evidence_->lifetime.tables.end() || column >= row->second.size()) return std::nullopt;
    return row->second[column];
}

double Facts::grown(const Table& table, table::Column column) const {
    return at(evidence_->activity.tables, table.oid, column);
}

double Facts::workload_days() const {
    const auto& workload = evidence_->workload;
    return workload.covered_days > 0 ? workload.covered_days : std::max(workload.window.days(), 0.0);
}

double Facts::rows(const Table& table) const {
    double sum = 0;
    for (const auto* leaf : leaves(table)) {
        const auto analyzed = std::max(latest(*leaf, table::tuples).value_or(-1), leaf->size.tuples);
        sum += analyzed >= 0 ? analyzed : latest(*leaf, table::n_live_tup).value_or(0);
    }
    return sum;
}

Bytes Facts::bytes(const Table& table) const {
    Bytes sum{};
    for (const auto* leaf : leaves(table)) {
        const auto seen = static_cast<std::int64_t>(latest(*leaf, table::bytes).value_or(0));
        sum.value += std::max(seen, leaf->size.bytes.value);
    }
    return sum;
}

Millis Facts::longest_idle_transaction() const {
    const auto& now = evidence_->lifetime.waits;
    Millis longest{};
    for (const auto& [key, values] : now) {
        if (!key.starts_with("idle in transaction") || values.size() <= wait::longest_ms) continue;
        longest = std::max(longest, Millis{values[wait::longest_ms]});
    }
    return longest;
}

}  // namespace dwopt::workload
