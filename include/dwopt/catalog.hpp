// The warehouse's structure as the system catalogs show it. Plain values: no connection, no lazy loading.
// Texts that PostgreSQL's own functions produce (definitions, expressions, types) are kept as it prints them, fully
// qualified because they are read with an empty search_path.
#pragma once

#include "dwopt/units.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dwopt {

using Oid = std::uint32_t;

// Names are raw (unquoted); model/identifier.hpp quotes them for SQL.
struct RelationName {
    std::string schema;
    std::string name;
    auto operator<=>(const RelationName&) const = default;
};

enum class RelationKind : char { table = 'r', partitioned = 'p', materialized_view = 'm', foreign_table = 'f', view = 'v' };

struct Column {
    std::string name;
    std::string type;            // format_type(): "timestamp with time zone", "public.mood"
    char type_category = 'U';    // pg_type.typcategory: N numeric, S string, D date/time, A array, U user-defined …
    bool not_null = false;
    bool btree = true;           // the type has a default btree operator class
    bool deterministic = true;   // its collation compares bytewise-equal values only as equal
    std::string collation{};     // quoted and qualified; empty: the type's own
    std::string generated{};     // SQL of a generated column
    bool operator==(const Column&) const = default;
};

// Facts that move without DDL; kept apart so that an idle warehouse stores nothing.
struct RelationSize {
    std::int64_t pages = 0;        // pg_class.relpages
    double tuples = -1;            // pg_class.reltuples; -1 is never analyzed
    std::int64_t all_visible = 0;  // pg_class.relallvisible, pages
    Bytes bytes{};                 // main fork
    Bytes total_bytes{};           // with indexes and TOAST; for an index equal to bytes
    bool operator==(const RelationSize&) const = default;
};

struct Table {
    Oid oid = 0;
    RelationName name;
    RelationKind kind = RelationKind::table;
    std::string owner;
    std::string tablespace;                       // empty: the database's default
    char persistence = 'p';                       // p permanent, u unlogged, t temporary
    std::vector<Column> columns;                  // in attribute order, dropped ones left out
    std::optional<RelationName> partition_parent; // set for partitions
    std::string partition_key;                    // pg_get_partkeydef() of a partitioned table
    std::string partition_bound;                  // bound of a partition
    bool inherits = false;                        // child or parent in old-style inheritance
    std::string parents;                          // of an old-style child, quoted and qualified, separated by commas
    bool extension_member = false;                // belongs to an extension (never advised)
    char replica_identity = 'd';
    std::vector<std::string> options;             // reloptions
    RelationSize size;                            // not part of the stored structure
    bool operator==(const Table&) const = default;
};

struct IndexKey {
    std::string column;      // empty for an expression
    std::string expression;  // as pg_get_indexdef prints it, without outer parentheses; empty for a plain column
    std::string opclass;     // empty: the type's default
    std::string collation;   // empty: the column's own
    bool descending = false;
    bool nulls_first = false;  // PostgreSQL's default is the value of `descending`
    auto operator<=>(const IndexKey&) const = default;
};

struct StatisticsTarget {
    int column = 0;  // 1-based position in the index
    int target = -1;
    bool operator==(const StatisticsTarget&) const = default;
};

struct Index {
    Oid oid = 0;
    RelationName name;
    RelationName table;
    std::string method = "btree";
    std::vector<IndexKey> keys;
    std::vector<std::string> include;
    std::string predicate;   // empty: not partial
    std::string definition;  // pg_get_indexdef()
    bool unique = false;
    bool primary = false;
    bool exclusion = false;
    bool valid = true;
    bool ready = true;
    bool live = true;
    bool clustered = false;
    bool replica_identity = false;
    std::string constraint;           // the constraint it backs, if any
    bool referenced_by_foreign_key = false;
    bool expression_statistics = false;  // an expression index whose pg_statistic rows the planner may be using
    bool extension_dependent = false;
    std::optional<RelationName> parent;  // partitioned index it is attached to
    bool partitioned = false;            // relkind 'I'
    std::string comment;
    std::string tablespace;
    std::vector<StatisticsTarget> statistics_targets;
    std::optional<int> height;  // from its table's statistics; neither it nor the size is part of the stored structure
    RelationSize size;
    bool operator==(const Index&) const = default;
};

struct Constraint {
    std::string name;
    RelationName table;
    char kind = 'c';  // pg_constraint.contype: p u f c x
    std::vector<std::string> columns;
    RelationName referenced_table;                 // foreign keys
    std::vector<std::string> referenced_columns;
    std::string definition;
    bool operator==(const Constraint&) const = default;
};

struct ExtendedStatistics {
    RelationName name;
    RelationName table;
    std::string definition;
    std::string n_distinct{};    // as pg_stats_ext shows it: {"1, 2": 40}; by attribute numbers; empty: none, or not to be seen
    std::string dependencies{};  // {"1 => 2": 0.9}
    bool operator==(const ExtendedStatistics&) const = default;
};

// A row of pg_stats. Values are array literals as the server prints them; empty where absent (or --no-values).
struct ColumnStatistics {
    std::string column;
    bool inherited = false;
    double null_frac = 0;    // 0..1
    double avg_width = 0;    // bytes
    double n_distinct = 0;   // > 0 a count, < 0 minus a share of the rows
    std::optional<double> correlation;
    std::string most_common_vals;
    std::string most_common_freqs;
    std::string histogram_bounds;
    std::string most_common_elems;
    std::string most_common_elem_freqs;
    std::string elem_count_histogram;
    bool operator==(const ColumnStatistics&) const = default;
};

// What the planner would find if it probed an index that leads with this column.
struct ColumnBounds {
    RelationName table;
    std::string column;
    std::string min, max;  // as the type's output function prints them
    bool operator==(const ColumnBounds&) const = default;
};

struct IndexHeight {
    RelationName index;  // a btree
    int levels = 0;      // of the fast root above the leaves
    bool operator==(const IndexHeight&) const = default;
};

// What pgstattuple found in a btree.
struct IndexFill {
    RelationName index;
    Bytes size{};    // then
    Bytes packed{};  // what its entries would take, built again
    bool operator==(const IndexFill&) const = default;
};

struct RelationStatistics {
    RelationName relation;  // a table, or an index with expressions
    std::vector<ColumnStatistics> columns;
    std::vector<ColumnBounds> bounds{};   // of a table's columns and indexes, where they could be had
    std::vector<IndexHeight> heights{};
    std::vector<IndexFill> fills{};       // of those that looked bloated when these statistics were read
    bool operator==(const RelationStatistics&) const = default;
};

struct Setting {
    std::string name;
    std::string value;
    std::string unit;
    std::string source;
    bool operator==(const Setting&) const = default;
};

// SQL that makes an object again, for a planner twin: what the other lists do not say of it.
struct Definition {
    std::string kind;   // "extension", "schema", "type", "function", "view"; "dump": a whole schema.sql, which goes before the others
    RelationName name;  // of a function with its arguments
    std::string sql;    // one statement or several, without a closing semicolon
    bool operator==(const Definition&) const = default;
};

struct Catalog {
    std::vector<Table> tables;  // each list sorted by name
    std::vector<Index> indexes;
    std::vector<Constraint> constraints;
    std::vector<ExtendedStatistics> extended_statistics;
    std::vector<RelationStatistics> statistics;
    std::vector<Setting> settings;
    std::vector<Definition> definitions;
};

}  // namespace dwopt
