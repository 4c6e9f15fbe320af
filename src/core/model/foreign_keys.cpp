// Foreign keys whose check reads a whole table, for want of an index on the referencing side.
#include "model/index_facts.hpp"

#include <algorithm>
#include <map>

namespace dwopt::model {
namespace {

class ForeignKeys {
  public:
    explicit ForeignKeys(const Catalog& catalog) {
        for (const auto& table : catalog.tables) {
            tables_[table.name] = &table;
            if (table.partition_parent) partitions_[*table.partition_parent].push_back(&table);
        }
        for (const auto& index : catalog.indexes) indexes_[index.table].push_back(&index);
        for (const auto& constraint : catalog.constraints) {
            if (constraint.kind == 'f' && !constraint.columns.empty()) keys_[constraint.table].push_back(&constraint);
        }
    }

    [[nodiscard]] std::vector<const Constraint*> without_index() const {
        std::vector<const Constraint*> all;
        for (const auto& [table, keys] : keys_) {
            for (const auto* key : keys) {
                const auto known = tables_.find(table);
                if (known != tables_.end() && !is_copy(*key) && !covered(*key, *known->second)) all.push_back(key);
            }
        }
        return all;
    }

  private:
    // The table and what it is a partition of, upwards.
    [[nodiscard]] std::vector<RelationName> upwards(const RelationName& name) const {
        std::vector<RelationName> names{name};
        for (auto at = tables_.find(name); at != tables_.end() && at->second->partition_parent;) {
            names.push_back(*at->second->partition_parent);
            at = tables_.find(names.back());
        }
        return names;
    }

    // A partition has a copy of its table's key, and a key to a partitioned table one for each of its partitions.
    [[nodiscard]] bool is_copy(const Constraint& key) const {
        const auto referenced = upwards(key.referenced_table);
        for (const auto& table : upwards(key.table)) {
            const auto there = keys_.find(table);
            if (there == keys_.end()) continue;
            for (const auto* other : there->second) {
                const bool above = table != key.table || other->referenced_table != key.referenced_table;
                if (above && other->columns == key.columns && std::find(referenced.begin(), referenced.end(), other->referenced_table) != referenced.end()) return true;
            }
        }
        return false;
    }

    // By an index on the table, or on each of its partitions.
    [[nodiscard]] bool covered(Constraint key, const Table& table) const {
        key.table = table.name;
        const auto indexes = indexes_.find(table.name);
        if (indexes != indexes_.end() && std::any_of(indexes->second.begin(), indexes->second.end(), [&](const Index* index) { return covers_foreign_key(*index, key); })) return true;
        const auto parts = partitions_.find(table.name);
        return parts != partitions_.end() && std::all_of(parts->second.begin(), parts->second.end(), [&](const Table* part) { return covered(key, *part); });
    }

    std::map<RelationName, const Table*> tables_;
    std::map<RelationName, std::vector<const Table*>> partitions_;
    std::map<RelationName, std::vector<const Index*>> indexes_;
    std::map<RelationName, std::vector<const Constraint*>> keys_;  // foreign ones
};

}  // namespace

std::vector<const Constraint*> foreign_keys_without_index(const Catalog& catalog) { return ForeignKeys(catalog).without_index(); }

}  // namespace dwopt::model
