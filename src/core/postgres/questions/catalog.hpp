// The structure of the warehouse. No question here waits for a lock of a relation: definitions that cannot be had
// without one (expressions, predicates, checks, partition keys) are not asked for on tables in `locked`.
#pragma once

#include "ask.hpp"
#include "dwopt/catalog.hpp"

#include <chrono>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dwopt::postgres {

// What the questions need to know of a table to understand each other's answers.
struct TableFacts {
    std::size_t position = 0;                      // in catalog.tables
    Oid toast = 0;
    std::string storage;                           // pg_class.relfilenode
    bool readable = false;                         // pg_stats shows its rows to this role
    bool row_security = false;                     // … and if not, because of its row level security
    std::unordered_map<int, std::string> columns;  // by attribute number
};

struct CatalogReading {
    std::unordered_set<Oid> locked;                // relations of any kind
    Catalog catalog;                               // in the order of the answers; without settings and statistics
    std::unordered_map<Oid, TableFacts> facts;     // of tables, by oid
    std::unordered_map<Oid, Oid> index_tables;     // table of each index
    std::unordered_set<Oid> readable_indexes;      // pg_stats shows the rows of their expressions to this role
    std::unordered_map<Oid, RelationSize> sizes;   // of tables and indexes
    bool sizes_estimated = false;                  // of some: from relpages, as the file could not be asked
};

// Relations of this database that somebody holds in ACCESS EXCLUSIVE mode, or waits to: either would make us wait.
[[nodiscard]] std::unordered_set<Oid> ask_locked(pq::Connection& connection);

void ask_tables(pq::Connection& connection, CatalogReading& reading);   // fills facts, sizes.pages …
void ask_columns(pq::Connection& connection, CatalogReading& reading);  // after tables
void ask_indexes(pq::Connection& connection, CatalogReading& reading, int major);  // after columns
void ask_sizes(pq::Connection& connection, CatalogReading& reading);    // after indexes: bytes and total_bytes
void ask_constraints(pq::Connection& connection, CatalogReading& reading);
void ask_extended_statistics(pq::Connection& connection, CatalogReading& reading);
void ask_definitions(pq::Connection& connection, CatalogReading& reading);  // schemas, extensions, types, functions, views
[[nodiscard]] std::vector<Setting> ask_settings(pq::Connection& connection, int major);

// One row of pg_stats per column of the relations named, which are sorted; one without rows appears with no columns.
[[nodiscard]] std::vector<RelationStatistics> ask_column_statistics(pq::Connection& connection,
                                                                    const std::vector<RelationName>& relations, bool with_values);

// Adds to the tables among `statistics` the outer values of columns that lead a btree, unless values are not wanted, and the heights of
// their btrees. Both are probes of an index that this role may read the columns of; what takes long is left out.
void ask_index_ends(pq::Connection& connection, const Catalog& catalog, bool with_values, std::vector<RelationStatistics>& statistics);

// How full btrees are, by pgstattuple, which reads each whole, in that order. Left out are those it has no right to, or no time for: so long
// for each, and for all together.
struct TimeToMeasure {
    std::chrono::milliseconds each, all;
};
[[nodiscard]] std::vector<IndexFill> ask_index_fills(pq::Connection& connection, const std::vector<RelationName>& btrees, TimeToMeasure time);

// Whether this session's looks at an index need not be counted as its use.
[[nodiscard]] bool may_stop_counting(pq::Connection& connection);

// '{1,2}' and "1 2" (int2vector) alike.
[[nodiscard]] std::vector<int> numbers_in(std::string_view text);
[[nodiscard]] std::string oids_in(const std::unordered_set<Oid>& oids);  // as a parameter of type oid[]

}  // namespace dwopt::postgres
