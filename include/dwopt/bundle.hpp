// A warehouse's planner-visible self: what a planner twin is built from, and what a bundle (dwopt-bundle/1) carries.
// Values only, as they were read: whatever comes out of a file is not trusted before the twin has taken it in.
#pragma once

#include "dwopt/catalog.hpp"
#include "dwopt/error.hpp"
#include "dwopt/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dwopt {

// pg_class of a relation with or without storage.
struct RelationFigures {
    RelationName name;
    char kind = 'r';                // pg_class.relkind: r m p i I f
    std::int64_t pages = 0;         // relpages
    double tuples = -1;             // reltuples; -1 is never analyzed
    std::int64_t all_visible = 0;   // relallvisible
    std::optional<Bytes> bytes;     // of the main fork; unknown: pages × block size
    std::optional<int> height;      // btree: level of the fast root, 0 for a root that is a leaf
};

// What the planner would find if it probed an index that leads with this column.
struct ColumnBounds {
    RelationName table;
    std::string column;
    std::string min, max;  // as the type's output function prints them
};

struct TwinImage {
    int server_version_num = 0;  // 0: unknown
    std::string schema;          // SQL that creates the objects, as pg_dump --schema-only writes it
    std::vector<RelationFigures> relations;
    std::vector<RelationStatistics> statistics;
    std::vector<Setting> settings;
    std::vector<ColumnBounds> bounds;
};

// pg_stat_statements as a bundle holds it.
struct BundleStatement {
    std::int64_t queryid = 0;
    std::string query;
    double calls = 0, total_ms = 0, rows = 0;
};

// One statement of a workload that came as a file, with its literals: kept as given, never shown in reports.
struct WorkloadQuery {
    std::string name;  // of the file, without .sql
    std::string sql;
    double weight = 1;  // how often it runs, relative to the others
};

struct Bundle {
    std::string database;                  // empty: the manifest did not say
    std::optional<Timestamp> captured_at;
    TwinImage image;
    std::vector<BundleStatement> statements;
    std::vector<WorkloadQuery> queries;    // sorted by name
    std::vector<Warning> warnings;         // what was left out in reading, and why
};

}  // namespace dwopt
