// Names in sight of an expression, and where they lead.
#pragma once

#include "nodes.hpp"

#include "dwopt/catalog.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::sql {

struct ColumnId {  // a column of a table use (index into Features::tables)
    std::size_t use = 0;
    std::string column;
    bool operator==(const ColumnId&) const = default;
};

// A column that a query yields.
struct Output {
    std::string name;
    std::vector<ColumnId> sources;  // the plain columns it is, one per arm of a UNION; empty for an expression
    bool pushable = true;           // the planner could move a condition on it inside
    const Node* expression = nullptr;  // where it is one; means something in the query that yields it only
};

// All that a query yields. Columns of `SELECT *` over a table whose columns are unknown are not listed.
struct Outputs {
    std::vector<Output> columns;
    std::vector<std::size_t> stars;  // table uses that contribute all their columns
    std::vector<std::size_t> open;   // those of them with unknown columns
};

struct Range {  // an item of FROM
    enum class Kind { table, derived, opaque } kind = Kind::opaque;
    std::string alias{};
    std::string schema{};            // as the text says, of a table without alias
    std::size_t use = 0;           // table: index into Features::tables
    const Table* table = nullptr;  // table: null if unknown
    Outputs outputs{};               // derived; of an opaque one only names
};

struct Scope {
    Scope* parent = nullptr;
    int id = 0;               // TableUse::scope of its tables
    bool correlated = false;  // it names a column of an enclosing query
    std::vector<Range> ranges{};
    std::map<std::string, Outputs, std::less<>> ctes{};
    std::map<std::string, Output, std::less<>> merged{};  // columns of USING: one name for both sides
};

struct Resolved {
    Output output;                 // sources empty: not a plain column of a table
    const Scope* scope = nullptr;  // where it was found; null: nowhere, or ambiguous
};

[[nodiscard]] const Outputs* find_cte(const Scope& scope, std::string_view name);

// Where a column reference leads. Not for "*".
[[nodiscard]] Resolved resolve(const Scope& scope, const ColumnRef& ref);
[[nodiscard]] Resolved resolve(const Scope& scope, std::string_view schema, std::string_view alias, std::string_view column);

// The same among some ranges only, for USING.
[[nodiscard]] Output resolve_in(const Scope& scope, std::size_t begin, std::size_t end, std::string_view column);

// The range that a qualified star or whole-row reference names; null if none.
[[nodiscard]] const Range* find_range(const Scope& scope, std::string_view schema, std::string_view alias);

// What PostgreSQL would call a column of this value, as far as it matters.
[[nodiscard]] std::string implied_name(const Node* value);

// Gives the columns other names, as an alias or WITH does: t (a, b).
void rename(Outputs& outputs, Nodes names);

// Conditions on what the query yields stay outside of it.
void block(Outputs& outputs);

[[nodiscard]] bool has_column(const Table& table, std::string_view column);

}  // namespace dwopt::sql
