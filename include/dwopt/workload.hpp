// The workload as the Query Pattern Analyzer sees it: patterns, what they touch, what they cost.
#pragma once

#include "dwopt/snapshot.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace dwopt {

enum class StatementKind { select, insert, update, remove, merge, utility, unknown };
[[nodiscard]] std::string_view name(StatementKind kind) noexcept;

enum class TableRole { read, insert, update, remove };

// One appearance of a table in a statement (a self join has two).
struct TableUse {
    RelationName relation;             // schema empty if the text did not say; the catalog resolves it
    std::string alias;                 // as the text calls it
    TableRole role = TableRole::read;
    std::vector<std::string> columns;  // columns of it the statement reads anywhere, sorted; {"*"} for all
    std::vector<std::string> written;  // columns an UPDATE sets
    int scope = 0;                     // which SELECT of the statement it stands in, 0 the outermost
    bool operator==(const TableUse&) const = default;
};

enum class PredicateKind {
    equal,      // c = const, c = $1
    in_list,    // c IN (…), c = ANY(…)
    range,      // < <= > >= BETWEEN
    prefix,     // LIKE 'abc%', LIKE $1 (may be one), ^@
    pattern,    // LIKE '%abc', ILIKE, ~ (not sargable for btree)
    is_null, is_not_null,
    is_true, is_false,  // a boolean column alone, or NOT of it
    not_equal,
    contains,   // @> ? ?| ?& && and other operators a GIN index serves
    columns,    // two columns of a row compared, as `expression` says, with < or <=
    other,
};
[[nodiscard]] std::string_view name(PredicateKind kind) noexcept;

// A condition on one column (or expression of one table) against a constant or parameter, ANDed at its level.
struct Predicate {
    std::size_t table = 0;   // index into Features::tables
    std::string column;      // empty for an expression
    std::string expression;  // SQL of the expression with the column names unqualified; empty for a plain column
    PredicateKind kind = PredicateKind::other;
    std::string op;          // the operator's name: "=", ">=", "@>" …
    bool disjunct = false;   // stands under an OR
    bool joined = false;     // a range, against a column of another table use: valid_from <= f.at
    bool operator==(const Predicate&) const = default;
};

struct JoinPredicate {  // equality between columns of two table uses (inner, outer, semi, correlated)
    std::size_t left = 0, right = 0;
    std::string left_column, right_column;
    bool operator==(const JoinPredicate&) const = default;
};

// GROUP BY, DISTINCT, window PARTITION/ORDER BY, ORDER BY: lists over a single table's columns. min(x) is ORDER BY x LIMIT 1.
struct Ordering {
    enum class Purpose { group, distinct, window, order } purpose = Purpose::order;
    std::size_t table = 0;
    std::vector<std::string> columns;      // empty for an expression
    std::vector<std::string> expressions;  // beside `columns`, as in Predicate; empty for plain ones
    std::vector<bool> descending;
    std::vector<bool> nulls_first;
    bool with_limit = false;
    bool operator==(const Ordering&) const = default;
};

// What a statement's text says about data access; everything by column name, nothing by value.
struct Features {
    StatementKind kind = StatementKind::unknown;
    std::vector<TableUse> tables;
    std::vector<Predicate> predicates;
    std::vector<JoinPredicate> joins;
    std::vector<Ordering> orderings;
    std::vector<std::string> aggregates;  // function names, sorted
    bool has_limit = false;
    bool has_distinct = false;
    bool has_window = false;
    bool has_set_operation = false;
    int subqueries = 0;
    int parameters = 0;  // highest $n
    bool operator==(const Features&) const = default;
};

// What a set of executions consumed in a window. Blocks are of 8 kB; temp_blocks are those written.
struct Usage {
    double calls = 0, rows = 0;
    Millis total{};
    double blocks_hit = 0, blocks_read = 0, temp_blocks = 0, wal_bytes = 0;
    Millis io{};
    [[nodiscard]] Millis mean() const { return {calls > 0 ? total.value / calls : 0}; }
    Usage& operator+=(const Usage& other);
    bool operator==(const Usage&) const = default;
};

struct UsagePoint {
    Window window;
    Usage usage;
};

// A statement with its literals, as the user handed it over in a file: kept as given, never shown in reports.
struct Example {
    std::string pattern;  // Pattern::id
    std::string name;     // of the file, without .sql
    std::string sql;
    double weight = 1;    // how often it runs, relative to the others of its pattern
};

// Statements that differ only in literals, merged over queryids, users and databases.
struct Pattern {
    std::string id;    // fingerprint: 16 hex digits
    std::string text;  // normalised: every literal a $n
    bool parsed = false;
    bool truncated = false;
    bool hidden = false;
    Features features;
    std::vector<std::int64_t> queryids;
    std::vector<std::string> users;
    Usage usage;                      // in the window
    Usage previous;                   // in the window before, of the same length
    double previous_days = 0;         // of it that snapshots cover; 0: no comparison
    double share_pct = 0;             // of the workload's total time
    std::vector<Example> examples;    // planned in place of the text where there are any
    std::vector<UsagePoint> history;  // oldest first: a point a stored window (neighbours merged when they are many); idle ones absent
};

struct Workload {
    Window window;
    double covered_days = 0;  // of the window that snapshots cover
    std::vector<Pattern> patterns;  // by total time, descending, then id
    Usage total;
    std::vector<Discontinuity> discontinuities;
};

// Activity of relations in a window, joined to the catalog by oid.
struct Activity {
    Window window;
    double covered_days = 0;
    std::map<Oid, std::vector<double>> tables;   // columns of dwopt::table
    std::map<Oid, std::vector<double>> indexes;  // columns of dwopt::index
    std::vector<double> database;                // empty if unknown
    std::map<std::string, std::vector<double>> waits;
    std::map<std::string, std::vector<double>> replication;
    std::map<std::string, std::vector<double>> standbys;  // columns of dwopt::standby
    Timestamp counters_since{};  // when the server's table and index counters began (last reset)
};

// Everything the analysing stages look at: a pure function's input, read from the workspace by the loop.
struct Evidence {
    ServerState server;
    Timestamp now{};
    Catalog catalog;
    Workload workload;
    std::vector<Pattern> earlier;  // seen before the window and not in it, as far back as was asked for: a yearly job
    Activity activity;        // in the window
    Activity lifetime;        // cumulative values as the server last showed them
    // Indexes that the workspace's first snapshot did not hold yet: when a later one first did. Others: absent.
    std::map<Oid, Timestamp> index_appeared;
    // The end of the last stored window in which an index was scanned, as far back as the workspace remembers.
    std::map<Oid, Timestamp> index_scanned;
};

}  // namespace dwopt
