#include "config.hpp"

#include <array>

namespace dwopt::cli {
namespace {

// `slot` says where the value goes, and by its type what the value is.
constexpr std::array table{
    Key{"connection", "dsn", [](Config& c) -> Slot { return &c.dsn; },
        "the warehouse: a libpq URI or key=value string; empty: libpq's own PG* variables and files"},

    Key{"collect", "standbys", [](Config& c) -> Slot { return &c.standbys; },
        "connections to the standbys that serve queries: what they read through indexes counts as use"},

    Key{"deploy", "dsn", [](Config& c) -> Slot { return &c.deploy_dsn; },
        "the connection that changes the warehouse; empty: connection.dsn"},
    Key{"deploy", "role", [](Config& c) -> Slot { return &c.deploy_role; },
        "role taken on (SET ROLE) before changing anything; it must own the tables"},
    Key{"deploy", "lock_timeout", [](Config& c) -> Slot { return &c.deploy.limits.relation_lock_timeout; },
        "how long a concurrent build or drop may wait for its table's lock"},
    Key{"deploy", "short_lock_timeout", [](Config& c) -> Slot { return &c.deploy.limits.short_lock_timeout; },
        "lock timeout of the steps that block others (partitioned tables)"},
    Key{"deploy", "statement_limit", [](Config& c) -> Slot { return &c.deploy.limits.statement_limit; },
        "longest a single statement may run"},
    Key{"deploy", "max_snapshot_age", [](Config& c) -> Slot { return &c.max_snapshot_age; },
        "no build is begun while a transaction older than this is open, as it would wait for it"},
    Key{"deploy", "retries", [](Config& c) -> Slot { return &c.deploy.retries; },
        "how often a step that met a lock timeout is tried again"},
    Key{"deploy", "retry_pause", [](Config& c) -> Slot { return &c.deploy.retry_pause; },
        "mean pause between tries, jittered by half"},
    Key{"deploy", "cleanup_limit", [](Config& c) -> Slot { return &c.deploy.cleanup_limit; },
        "time for cleaning up after an interrupt"},

    Key{"what_if", "mode", [](Config& c) -> Slot { return &c.what_if; },
        "where what-if costs come from: the best there is, the planner twin, HypoPG on the connected server, or nowhere",
        "best twin live none"},
    Key{"what_if", "role", [](Config& c) -> Slot { return &c.what_if_role; },
        "reading role taken on (SET ROLE) before a superuser plans captured SQL; empty: dwopt_reader"},

    Key{"twin", "bindir", [](Config& c) -> Slot { return &c.twin_bindir; },
        "directory of PostgreSQL's server programs; empty: where the packages put them"},
    Key{"twin", "idle", [](Config& c) -> Slot { return &c.twin_idle; },
        "the planner twin's server stops after so long without use"},

    Key{"analyze", "scan_table_size", [](Config& c) -> Slot { return &c.thresholds.scan_table_size; },
        "sequential scans matter on tables from this size"},
    Key{"analyze", "scan_rows_pct", [](Config& c) -> Slot { return &c.thresholds.scan_rows_pct; },
        "... that return at most this share of the rows they read"},
    Key{"analyze", "scan_per_day", [](Config& c) -> Slot { return &c.thresholds.scan_per_day; },
        "... and happen at least so often a day"},
    Key{"analyze", "temp_per_call", [](Config& c) -> Slot { return &c.thresholds.temp_per_call; },
        "temporary bytes a pattern writes per call"},
    Key{"analyze", "cache_hit_pct", [](Config& c) -> Slot { return &c.thresholds.cache_hit_pct; },
        "tables read with a lower cache hit ratio are cache-poor"},
    Key{"analyze", "cache_blocks", [](Config& c) -> Slot { return &c.thresholds.cache_blocks; },
        "... once so many blocks were asked for"},
    Key{"analyze", "stale_pct", [](Config& c) -> Slot { return &c.thresholds.stale_pct; },
        "share of the rows modified since the last ANALYZE"},
    Key{"analyze", "dead_pct", [](Config& c) -> Slot { return &c.thresholds.dead_pct; }, "share of dead rows"},
    Key{"analyze", "dead_rows", [](Config& c) -> Slot { return &c.thresholds.dead_rows; }, "... and at least so many"},
    Key{"analyze", "wraparound_pct", [](Config& c) -> Slot { return &c.thresholds.wraparound_pct; },
        "share of the way to transaction id wraparound that is used up"},
    Key{"analyze", "foreign_key_table_size", [](Config& c) -> Slot { return &c.thresholds.foreign_key_table_size; },
        "foreign keys without an index matter on tables from this size"},
    Key{"analyze", "unused_age", [](Config& c) -> Slot { return &c.thresholds.unused_age; },
        "statistics must be at least this old to call an index unused"},
    Key{"analyze", "unused_size", [](Config& c) -> Slot { return &c.thresholds.unused_size; },
        "unused indexes matter from this size"},
    Key{"analyze", "bloat_pct", [](Config& c) -> Slot { return &c.thresholds.bloat_pct; },
        "bloated: a btree of which a rebuild would free this share"},
    Key{"analyze", "bloat_size", [](Config& c) -> Slot { return &c.thresholds.bloat_size; },
        "... if it is at least so much"},
    Key{"analyze", "idle_in_transaction", [](Config& c) -> Slot { return &c.thresholds.idle_in_transaction; },
        "sessions that sit so long idle in an open transaction"},
    Key{"analyze", "standby_may_read", [](Config& c) -> Slot { return &c.thresholds.standby_may_read; },
        "standbys serve queries, so an index unused here may be used there"},

    Key{"recommend", "budget", [](Config& c) -> Slot { return &c.advice.budget; },
        "storage new indexes may take in all; empty: no limit"},
    Key{"recommend", "max_width", [](Config& c) -> Slot { return &c.advice.max_width; }, "most key columns of an index", {}, 1, 32},
    Key{"recommend", "max_indexes", [](Config& c) -> Slot { return &c.advice.max_indexes; }, "most indexes of a plan; 0: any number"},
    Key{"recommend", "max_regression_pct", [](Config& c) -> Slot { return &c.advice.max_regression_pct; },
        "most that any one pattern may get slower by its new plan"},
    Key{"recommend", "max_write_regression_pct", [](Config& c) -> Slot { return &c.advice.max_write_regression_pct; },
        "most that any one may get slower by new indexes on what it writes; 0: any, where the whole gains"},
    Key{"recommend", "max_build_time", [](Config& c) -> Slot { return &c.advice.max_build_time; },
        "predicted time all new indexes together may take to build; 0: any"},
    Key{"recommend", "objective", [](Config& c) -> Slot { return &c.objective; },
        "what the choice serves: the total time alone, or with no pattern counting for more than two fifths of it", "balanced total"},
    Key{"recommend", "time_limit", [](Config& c) -> Slot { return &c.advice.time_limit; }, "longest search", {}, 1},
    Key{"recommend", "min_table_size", [](Config& c) -> Slot { return &c.advice.min_table_size; },
        "smaller tables get no index"},
    Key{"recommend", "min_saved_pct", [](Config& c) -> Slot { return &c.advice.min_saved_pct; },
        "least saving of one index, of the cost of the patterns it touches"},
    Key{"recommend", "max_patterns", [](Config& c) -> Slot { return &c.advice.max_patterns; },
        "most patterns looked at, the costliest ones", {}, 1},

    Key{"retention", "raw", [](Config& c) -> Slot { return &c.retention.raw; }, "how long every snapshot is kept"},
    Key{"retention", "hourly", [](Config& c) -> Slot { return &c.retention.hourly; }, "... then one an hour"},
    Key{"retention", "daily", [](Config& c) -> Slot { return &c.retention.daily; }, "... then one a day; older ones go"},

    Key{"layers", "bronze", [](Config& c) -> Slot { return &c.bronze; },
        "schemas of raw data; empty: told by the schema's name"},
    Key{"layers", "silver", [](Config& c) -> Slot { return &c.silver; }, "schemas of cleaned data"},
    Key{"layers", "gold", [](Config& c) -> Slot { return &c.gold; }, "schemas of aggregated data"},
};

}  // namespace

std::span<const Key> keys() { return table; }

}  // namespace dwopt::cli
