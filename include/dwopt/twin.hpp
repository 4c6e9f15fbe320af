// The planner twin as values: what it is built from, and how true it is.
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

struct TwinImage {
    int server_version_num = 0;  // 0: unknown
    std::string schema;          // SQL that creates the objects, as pg_dump --schema-only writes it
    std::vector<RelationFigures> relations;
    std::vector<RelationStatistics> statistics;
    std::vector<Setting> settings;
    std::vector<ColumnBounds> bounds;
    std::vector<ExtendedStatistics> extended;  // what they hold; the objects themselves are in `schema`
};

struct TwinReport {
    int server_version_num = 0;   // of the twin's server
    int relations = 0;            // that got their figures
    int columns = 0;              // with statistics
    bool reused = false;          // nothing had changed: the one that stood was taken
    Millis elapsed{};
    Bytes disk{};                 // real, not declared
    std::vector<Warning> warnings;  // objects that are missing, each with the reason
};

// The workload explained on production and on the twin.
struct TwinCheck {
    struct Difference {
        std::string pattern;
        Cost production{}, twin{};
        bool same_plan = false;
        std::string cause;  // in words; "unknown" where none was found
    };
    int queries = 0;            // planned on both sides
    int same_plans = 0;         // same nodes on the same relations and indexes
    double median = 1, p95 = 1, worst = 1;  // q-error of the total cost: the larger over the smaller
    std::vector<Difference> differences;    // plans that differ, or costs by more than 0.01 %; worst first
    std::vector<std::string> failures;      // patterns that one side would not plan, and why
    TwinReport twin;
};

}  // namespace dwopt
