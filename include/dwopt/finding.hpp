// What analysis noticed.
#pragma once

#include "dwopt/units.hpp"
#include "dwopt/catalog.hpp"
#include "dwopt/workload.hpp"

#include <string>
#include <utility>
#include <vector>

namespace dwopt {

enum class Severity { info, warning, critical };
[[nodiscard]] std::string_view name(Severity severity) noexcept;
[[nodiscard]] Severity parse_severity(std::string_view text);  // Error{usage}

// One bottleneck, with the measured value that crossed a threshold of the configuration.
struct Finding {
    std::string id;       // stable for the same rule and object
    std::string rule;     // snake_case: "sequential_scan", "temp_spill", "stale_statistics" …
    Severity severity = Severity::warning;
    RelationName relation;      // empty name: not about a relation
    std::string object;         // index or pattern id where the finding is about one
    std::string summary;        // one line for people
    std::string advice;         // what to do, a sentence; may hold SQL
    std::vector<std::pair<std::string, std::string>> evidence;  // label → value with unit
    double value = 0;           // what was measured, in the rule's unit
    double threshold = 0;
};

// Every threshold of the rules; `dwopt.toml` [analyze] sets them under the same names.
struct Thresholds {
    Bytes scan_table_size{10 << 20};      // sequential scans matter on tables from this size
    double scan_rows_pct = 5;             // … that return at most this share of the rows read
    double scan_per_day = 10;             // … and happen at least so often
    Bytes temp_per_call{16 << 20};        // temp bytes written a call
    double cache_hit_pct = 90;            // tables read below this hit ratio
    double cache_blocks = 10000;          // … once so many blocks were asked for
    double stale_pct = 20;                // rows modified since the last analyze
    double dead_pct = 20;                 // dead rows
    double dead_rows = 10000;             // … and at least so many
    double wraparound_pct = 50;           // of autovacuum_freeze_max_age × 10 (2^31) used up; critical from 75
    Bytes foreign_key_table_size{1 << 20};// unindexed foreign keys matter from this size of the referencing table
    Duration unused_age = std::chrono::hours(24 * 30);  // statistics must be at least this old to call an index unused
    Bytes unused_size{1 << 20};
    double bloat_pct = 50;                // of an index that building it again would free
    Bytes bloat_size{16 << 20};           // … and at least so much
    Duration idle_in_transaction = std::chrono::minutes(10);  // a session that long idle with an open transaction
    bool standby_may_read = false;        // standbys serve queries whose index use we cannot see
};

struct Analysis {
    Workload workload;
    std::vector<Finding> bottlenecks;  // by severity, then value over threshold
    std::vector<Warning> warnings;
};

}  // namespace dwopt
