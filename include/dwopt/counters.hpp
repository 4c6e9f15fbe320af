// Cumulative counters and gauges, one family per statistics view. A family is data: its columns are listed once here,
// and every room (reading, deltas, storage, reports) walks that list instead of naming the columns again.
#pragma once

#include "dwopt/units.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt {

enum class Family { statement, table, index, database, server, kcache, wait, replication, qual, standby };

enum class Measure { counter, gauge };  // a counter only grows (until reset); a gauge is a state

struct CounterColumn {
    std::string_view name;
    Measure measure = Measure::counter;
};

// Column positions. The order here is the order of the values in a row and in the workspace: append only.
namespace statement {
enum Column : std::size_t {
    calls, rows, exec_ms, exec_min_ms, exec_max_ms, exec_mean_ms, exec_stddev_ms, plans, plan_ms,
    shared_hit, shared_read, shared_dirtied, shared_written, local_blocks, temp_read, temp_written,
    read_ms, write_ms, temp_io_ms, wal_records, wal_fpi, wal_bytes, jit_ms
};
inline constexpr std::array columns{
    CounterColumn{"calls"}, CounterColumn{"rows"}, CounterColumn{"exec_ms"},
    CounterColumn{"exec_min_ms", Measure::gauge}, CounterColumn{"exec_max_ms", Measure::gauge},
    CounterColumn{"exec_mean_ms", Measure::gauge}, CounterColumn{"exec_stddev_ms", Measure::gauge},
    CounterColumn{"plans"}, CounterColumn{"plan_ms"}, CounterColumn{"shared_hit"}, CounterColumn{"shared_read"},
    CounterColumn{"shared_dirtied"}, CounterColumn{"shared_written"}, CounterColumn{"local_blocks"},
    CounterColumn{"temp_read"}, CounterColumn{"temp_written"}, CounterColumn{"read_ms"}, CounterColumn{"write_ms"},
    CounterColumn{"temp_io_ms"}, CounterColumn{"wal_records"}, CounterColumn{"wal_fpi"}, CounterColumn{"wal_bytes"},
    CounterColumn{"jit_ms"}};
}  // namespace statement

namespace table {
enum Column : std::size_t {
    seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd,
    vacuum_count, autovacuum_count, analyze_count, autoanalyze_count,
    heap_read, heap_hit, idx_read, idx_hit, toast_read, toast_hit,
    n_live_tup, n_dead_tup, n_mod_since_analyze, n_ins_since_vacuum, last_vacuum_s, last_analyze_s,
    pages, tuples, all_visible, bytes, total_bytes, frozen_xid, min_multixact
};
inline constexpr std::array columns{
    CounterColumn{"seq_scan"}, CounterColumn{"seq_tup_read"}, CounterColumn{"idx_scan"}, CounterColumn{"idx_tup_fetch"},
    CounterColumn{"n_tup_ins"}, CounterColumn{"n_tup_upd"}, CounterColumn{"n_tup_del"}, CounterColumn{"n_tup_hot_upd"},
    CounterColumn{"vacuum_count"}, CounterColumn{"autovacuum_count"}, CounterColumn{"analyze_count"},
    CounterColumn{"autoanalyze_count"}, CounterColumn{"heap_read"}, CounterColumn{"heap_hit"}, CounterColumn{"idx_read"},
    CounterColumn{"idx_hit"}, CounterColumn{"toast_read"}, CounterColumn{"toast_hit"},
    CounterColumn{"n_live_tup", Measure::gauge}, CounterColumn{"n_dead_tup", Measure::gauge},
    CounterColumn{"n_mod_since_analyze", Measure::gauge}, CounterColumn{"n_ins_since_vacuum", Measure::gauge},
    CounterColumn{"last_vacuum_s", Measure::gauge},   // Unix seconds, manual or automatic; 0 is never
    CounterColumn{"last_analyze_s", Measure::gauge},
    CounterColumn{"pages", Measure::gauge}, CounterColumn{"tuples", Measure::gauge},
    CounterColumn{"all_visible", Measure::gauge}, CounterColumn{"bytes", Measure::gauge},
    CounterColumn{"total_bytes", Measure::gauge},
    CounterColumn{"frozen_xid", Measure::gauge},      // relfrozenxid itself: its age would change at every snapshot
    CounterColumn{"min_multixact", Measure::gauge}};
}  // namespace table

namespace index {
enum Column : std::size_t { scans, tup_read, tup_fetch, blocks_read, blocks_hit, pages, tuples, bytes, last_scan_s };
inline constexpr std::array columns{
    CounterColumn{"scans"}, CounterColumn{"tup_read"}, CounterColumn{"tup_fetch"}, CounterColumn{"blocks_read"},
    CounterColumn{"blocks_hit"}, CounterColumn{"pages", Measure::gauge}, CounterColumn{"tuples", Measure::gauge},
    CounterColumn{"bytes", Measure::gauge}, CounterColumn{"last_scan_s", Measure::gauge}};  // last_idx_scan, 16+; 0 unknown
}  // namespace index

namespace database {
enum Column : std::size_t {
    commits, rollbacks, blocks_read, blocks_hit, tup_returned, tup_fetched, tup_inserted, tup_updated, tup_deleted,
    conflicts, temp_files, temp_bytes, deadlocks, read_ms, write_ms, session_ms, active_ms, idle_in_transaction_ms,
    sessions, checksum_failures, frozen_xid, bytes
};
inline constexpr std::array columns{
    CounterColumn{"commits"}, CounterColumn{"rollbacks"}, CounterColumn{"blocks_read"}, CounterColumn{"blocks_hit"},
    CounterColumn{"tup_returned"}, CounterColumn{"tup_fetched"}, CounterColumn{"tup_inserted"},
    CounterColumn{"tup_updated"}, CounterColumn{"tup_deleted"}, CounterColumn{"conflicts"}, CounterColumn{"temp_files"},
    CounterColumn{"temp_bytes"}, CounterColumn{"deadlocks"}, CounterColumn{"read_ms"}, CounterColumn{"write_ms"},
    CounterColumn{"session_ms"}, CounterColumn{"active_ms"}, CounterColumn{"idle_in_transaction_ms"},
    CounterColumn{"sessions"}, CounterColumn{"checksum_failures"}, CounterColumn{"frozen_xid", Measure::gauge},
    CounterColumn{"bytes", Measure::gauge}};
}  // namespace database

namespace server {
enum Column : std::size_t {
    checkpoints_timed, checkpoints_requested, checkpoint_write_ms, checkpoint_sync_ms, buffers_checkpoint,
    buffers_clean, maxwritten_clean, buffers_backend, buffers_alloc, wal_records, wal_fpi, wal_bytes, wal_buffers_full
};
inline constexpr std::array columns{
    CounterColumn{"checkpoints_timed"}, CounterColumn{"checkpoints_requested"}, CounterColumn{"checkpoint_write_ms"},
    CounterColumn{"checkpoint_sync_ms"}, CounterColumn{"buffers_checkpoint"}, CounterColumn{"buffers_clean"},
    CounterColumn{"maxwritten_clean"}, CounterColumn{"buffers_backend"}, CounterColumn{"buffers_alloc"},
    CounterColumn{"wal_records"}, CounterColumn{"wal_fpi"}, CounterColumn{"wal_bytes"}, CounterColumn{"wal_buffers_full"}};
}  // namespace server

namespace kcache {  // pg_stat_kcache; keys as in the statement family
enum Column : std::size_t { user_cpu_ms, system_cpu_ms, disk_read_bytes, disk_write_bytes };
inline constexpr std::array columns{CounterColumn{"user_cpu_ms"}, CounterColumn{"system_cpu_ms"},
                                    CounterColumn{"disk_read_bytes"}, CounterColumn{"disk_write_bytes"}};
}  // namespace kcache

namespace wait {  // one sample of pg_stat_activity; key "state/wait_event_type/wait_event"
enum Column : std::size_t { backends, longest_ms };
inline constexpr std::array columns{CounterColumn{"backends", Measure::gauge}, CounterColumn{"longest_ms", Measure::gauge}};
}  // namespace wait

// key: application_name of the standby or name of the slot; `active`: connected, and may answer queries, as no subscriber, backup or archiver does
namespace replication {
enum Column : std::size_t { lag_bytes, lag_ms, active };
inline constexpr std::array columns{CounterColumn{"lag_bytes", Measure::gauge}, CounterColumn{"lag_ms", Measure::gauge},
                                    CounterColumn{"active", Measure::gauge}};
}  // namespace replication

namespace qual {  // pg_qualstats; key "queryid/relation oid/attribute number/operator oid"
enum Column : std::size_t { occurrences, executions, filtered };
inline constexpr std::array columns{CounterColumn{"occurrences"}, CounterColumn{"executions"}, CounterColumn{"filtered"}};
}  // namespace qual

namespace standby {  // use of indexes on standbys of the configuration; key "number/oid", and "number" alone for the standby itself
enum Column : std::size_t { scans, since_s };
inline constexpr std::array columns{CounterColumn{"scans", Measure::gauge},
                                    CounterColumn{"since_s", Measure::gauge}};  // Unix seconds its counters began; 0: it could not be read
}  // namespace standby

inline constexpr std::array all_families{Family::statement, Family::table, Family::index, Family::database, Family::server,
                                         Family::kcache, Family::wait, Family::replication, Family::qual, Family::standby};
[[nodiscard]] std::string_view name(Family family) noexcept;
[[nodiscard]] std::span<const CounterColumn> columns(Family family) noexcept;

struct CounterRow {
    std::string key;             // statement: "queryid/userid/dbid/toplevel"; table and index: the oid; else as said above
    std::vector<double> values;  // one per column of the family
};

// What one reading of one view said.
struct CounterReading {
    Family family = Family::statement;
    std::string epoch;                   // changes whenever the server's own books say the counters were reset
    std::optional<Timestamp> reset_at;   // when, if the server knows
    std::int64_t dealloc = 0;            // pg_stat_statements_info.dealloc: entries evicted since reset
    std::vector<CounterRow> rows;        // sorted by key
};

}  // namespace dwopt
