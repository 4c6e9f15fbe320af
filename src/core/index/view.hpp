// The evidence, made easy to ask: tables by name, columns, statistics, indexes of a table, partitions.
// Borrows everything from the Evidence it was made of, which must outlive it.
#pragma once

#include "dwopt/workload.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::indexing {

struct ValueWidth;

struct HotPartition {
    const Table* table = nullptr;
    double share = 0;  // 0..1, of all scans of the partitioned table
};

class View {
  public:
    explicit View(const Evidence& evidence);

    [[nodiscard]] const Evidence& evidence() const { return *evidence_; }
    [[nodiscard]] const Table* table(const RelationName& name) const;  // exact name; null if unknown
    // A name as a statement wrote it: without schema it is looked for along the search path, then anywhere if only one
    // schema has it. Null if unknown or ambiguous.
    [[nodiscard]] const Table* resolve(const RelationName& name) const;
    [[nodiscard]] static const Column* column(const Table& table, std::string_view name);
    // Statistics of a column; those over all partitions where the table has them. Null if never analyzed.
    [[nodiscard]] const ColumnStatistics* statistics(const RelationName& table, std::string_view column) const;
    // What was measured in an index, unless it has shrunk since, as by a rebuild. Null: nothing.
    [[nodiscard]] const IndexFill* fill(const Index& index) const;
    // Distinct combinations that the columns (sorted) cannot exceed: extended statistics count them, or they hold a unique key's rows,
    // or refer to one elsewhere, as statements that join on all of them show. Nullopt: nothing is known.
    [[nodiscard]] std::optional<double> most_combinations(const Table& table, const std::vector<std::string>& columns) const;
    [[nodiscard]] const std::vector<const Index*>& indexes(const RelationName& table) const;
    [[nodiscard]] const Index* index(const RelationName& name) const;
    [[nodiscard]] const std::vector<const Table*>& partitions(const RelationName& parent) const;  // direct ones
    [[nodiscard]] const Table& root(const Table& table) const;  // the table that a partition is a part of, at the top
    [[nodiscard]] std::vector<const Table*> leaves(const Table& table) const;  // the table itself if not partitioned
    [[nodiscard]] double rows(const Table& table) const;    // of all leaves; never negative
    [[nodiscard]] Bytes bytes(const Table& table) const;    // main forks of all leaves
    [[nodiscard]] double pages(const Table& table) const;
    [[nodiscard]] std::vector<const Index*> leaves(const Index& index) const;  // those on leaves; the index itself if not partitioned
    [[nodiscard]] Bytes bytes(const Index& index) const;    // of all leaves
    // Difference of a table counter in the window, over all leaves, per day.
    [[nodiscard]] double per_day(const Table& table, std::size_t counter) const;
    // Rows inserted a day. A table that was mostly filled within less than a day of records was loaded: such rows count
    // once, as nobody loads it again every few minutes.
    [[nodiscard]] double inserts_per_day(const Table& table) const;
    [[nodiscard]] double days() const { return days_; }  // that the workload covers; > 0
    [[nodiscard]] double setting(std::string_view name, double otherwise) const;
    [[nodiscard]] std::string setting_text(std::string_view name) const;  // empty if unknown
    // What a query that names the given tables without schema needs to be planned.
    [[nodiscard]] std::vector<std::string> search_path(const Features& features) const;
    // Where an extension's objects are; nothing if the warehouse does not have it.
    [[nodiscard]] std::optional<std::string> extension_schema(std::string_view name) const;
    [[nodiscard]] bool name_taken(const RelationName& name) const { return names_.contains(name); }

    // Shares of tables' rows that conditions leave, once computed (size.hpp).
    [[nodiscard]] std::map<std::pair<RelationName, std::string>, double>& shares() const { return shares_; }
    // Partitions that take nearly all reads of their tables, once found (hot_partitions.hpp).
    [[nodiscard]] std::map<const Table*, std::vector<HotPartition>>& hot_partitions() const { return hot_; }
    // What was computed of columns' widths once (statistics.hpp).
    [[nodiscard]] std::map<const Column*, std::shared_ptr<const ValueWidth>>& widths() const { return widths_; }

  private:
    [[nodiscard]] double covered() const;  // days of the activity
    [[nodiscard]] double counted(const Table& table, std::size_t counter) const;

    const Evidence* evidence_;
    double days_ = 1;
    std::map<RelationName, const Table*> tables_;
    std::map<std::string, std::vector<const Table*>, std::less<>> by_bare_name_;
    std::map<RelationName, std::vector<const Index*>> indexes_;
    std::map<RelationName, const Index*> index_by_name_;
    std::map<RelationName, std::vector<const Table*>> partitions_;
    std::map<RelationName, std::vector<const Index*>> parts_;  // of partitioned indexes
    std::map<RelationName, const RelationStatistics*> statistics_;
    void lend_statistics();
    void note_references();
    void note_combinations();
    std::map<std::pair<RelationName, std::vector<std::string>>, double> references_;  // referring columns, sorted → rows referred to
    mutable std::map<const Column*, std::shared_ptr<const ValueWidth>> widths_;
    mutable std::map<std::pair<RelationName, std::string>, double> shares_;
    mutable std::map<const Table*, std::vector<HotPartition>> hot_;
    std::vector<std::string> path_;
    std::set<RelationName> names_;
};

[[nodiscard]] std::string layer_of(std::string_view schema);  // bronze, silver, gold or empty

}  // namespace dwopt::indexing
