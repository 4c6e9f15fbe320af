// What a statement's text says about data access: tables, predicates, joins, orderings.
#pragma once

#include "dwopt/catalog.hpp"
#include "dwopt/workload.hpp"

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::sql {

// Where names of tables lead. Null for what is unknown.
class TableLookup {
  public:
    virtual ~TableLookup() = default;
    // `schema` is empty if the text did not say.
    [[nodiscard]] virtual const Table* find(std::string_view schema, std::string_view name) const = 0;
    // The same for views, whose definition is a CREATE VIEW with qualified names.
    [[nodiscard]] virtual const Definition* find_view(std::string_view, std::string_view) const { return nullptr; }
};

// Knows no table: columns are then tied to tables only where the text does it.
class NoTables final : public TableLookup {
  public:
    [[nodiscard]] const Table* find(std::string_view, std::string_view) const override { return nullptr; }
};

// Tables and views of a catalog, which must outlive this and not change. A name without schema is looked for along the search path
// ("$user" stands for `user`), then in public, then anywhere if only one table or view has that name. Thread-safe; a
// look-up is a hash probe.
class CatalogLookup final : public TableLookup {
  public:
    explicit CatalogLookup(const Catalog& catalog, std::vector<std::string> search_path = {}, std::string user = {});
    ~CatalogLookup() override;
    [[nodiscard]] const Table* find(std::string_view schema, std::string_view name) const override;
    [[nodiscard]] const Definition* find_view(std::string_view schema, std::string_view name) const override;

  private:
    struct Index;
    std::unique_ptr<const Index> index_;
};

// The features of a statement, with literals or normalised. Never throws but std::bad_alloc: a text that does not parse
// has only `parameters` and kind unknown.
// - Several statements in one text: the first.
// - Utility statements have no features, but those that carry a query (PREPARE, EXPLAIN, DECLARE CURSOR, CREATE TABLE AS,
//   COPY) have the query's, and its kind, EXPLAIN excepted; COPY of a table is a use of it.
// - Columns without a table's name are looked for in the tables that are known; what stays ambiguous is left out.
// - Columns are followed through CTEs and subqueries to the table they come from. Conditions outside count as predicates
//   of that table where the planner could push them inside.
// - A condition that correlates a subquery is a join if it is `inner.a = outer.b`, else a predicate on the inner column.
// - A view that the lookup knows is listed, without columns, and then read as the query it stands for. Changes through one are not.
[[nodiscard]] Features extract(std::string_view sql, const TableLookup& lookup);

// A column that a statement holds to one literal, ANDed at its level: status = 'open'.
struct FixedColumn {
    std::size_t table = 0;  // index into Features::tables
    std::string column;
    std::string literal;    // as SQL
    auto operator<=>(const FixedColumn&) const = default;
};

// Of a statement with its literals, sorted. Empty for what extract() makes nothing of.
[[nodiscard]] std::vector<FixedColumn> fixed_columns(std::string_view sql, const TableLookup& lookup);

// A column that a normalised statement compares with one placeholder: day >= $1, day < $2 + interval $3.
struct ComparedColumn {
    std::size_t table = 0;  // index into Features::tables
    std::string column;
    std::string op;         // =, <, <=, >, >=, ~~ and ~~* (LIKE, ILIKE) with the column on its left; BETWEEN is >= and <=, each member of an IN list is =
    int number = 0;         // of the placeholder
    int offset = 0;         // of the interval that is added to it or taken off, $3 here; 0: none is
    int added = 0;          // the same of a number: discount >= $4 - $5
    int arm = 0;            // of an OR, numbered through the statement; 0: ANDed at its level
    auto operator<=>(const ComparedColumn&) const = default;
};

// Sorted. Empty for what extract() makes nothing of.
[[nodiscard]] std::vector<ComparedColumn> compared_columns(std::string_view normalised, const TableLookup& lookup);

}  // namespace dwopt::sql
