// The evidence as the bottleneck rules ask it: by table, by index, per day. Borrows the Evidence it was made of.
#pragma once

#include "dwopt/finding.hpp"
#include "dwopt/workload.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace dwopt::workload {

class Facts {
  public:
    explicit Facts(const Evidence& evidence);

    [[nodiscard]] const Evidence& evidence() const { return *evidence_; }

    // Tables users own and keep: with rows of their own, not temporary, no part of an extension.
    [[nodiscard]] const std::vector<const Table*>& stored() const { return stored_; }
    [[nodiscard]] const Table* table(const RelationName& name) const;  // null: unknown
    [[nodiscard]] const Table& root(const Table& table) const;         // the partitioned table on top, or itself
    [[nodiscard]] std::vector<const Table*> leaves(const Table& table) const;
    [[nodiscard]] const std::vector<const Index*>& indexes(const RelationName& table) const;
    [[nodiscard]] const ColumnStatistics* statistics(const RelationName& table, std::string_view column) const;
    [[nodiscard]] std::string_view setting(std::string_view name) const;  // empty: unknown

    // The latest value of a table's gauge or sum; nullopt: the server showed no counters for it.
    [[nodiscard]] std::optional<double> latest(const Table& table, table::Column column) const;
    // What a counter grew by in the window.
    [[nodiscard]] double grown(const Table& table, table::Column column) const;
    // Days of the window that counters cover; 0: no rate can be told.
    [[nodiscard]] double days() const { return days_; }
    [[nodiscard]] double workload_days() const;

    [[nodiscard]] double rows(const Table& table) const;   // of all leaves
    [[nodiscard]] Bytes bytes(const Table& table) const;   // main forks of all leaves

    // Longest time a session sits idle in a transaction, as last seen.
    [[nodiscard]] Millis longest_idle_transaction() const;

  private:
    const Evidence* evidence_;
    double days_ = 0;
    std::map<RelationName, const Table*> tables_;
    std::map<RelationName, std::vector<const Table*>> children_;
    std::map<RelationName, std::vector<const Index*>> indexes_;
    std::map<RelationName, const RelationStatistics*> statistics_;
    std::vector<const Table*> stored_;
};

}  // namespace dwopt::workload
