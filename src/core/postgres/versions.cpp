#include "versions.hpp"

#include <array>
#include <span>

namespace dwopt::postgres {
namespace {

constexpr int always = 99;

struct Spelling {
    Family family;
    std::size_t column;
    int from, to;  // server versions, both included
    std::string_view sql;
};

struct Clause {
    std::string_view name;
    int from, to;
    std::string_view sql;
};

// Aliases: s pg_stat_statements().
constexpr std::array statement_spellings{
    Spelling{Family::statement, statement::calls, 9, always, "s.calls"},
    Spelling{Family::statement, statement::rows, 9, always, "s.rows"},
    Spelling{Family::statement, statement::exec_ms, 13, always, "s.total_exec_time"},
    Spelling{Family::statement, statement::exec_ms, 9, 12, "s.total_time"},
    Spelling{Family::statement, statement::exec_min_ms, 13, always, "s.min_exec_time"},
    Spelling{Family::statement, statement::exec_min_ms, 9, 12, "s.min_time"},
    Spelling{Family::statement, statement::exec_max_ms, 13, always, "s.max_exec_time"},
    Spelling{Family::statement, statement::exec_max_ms, 9, 12, "s.max_time"},
    Spelling{Family::statement, statement::exec_mean_ms, 13, always, "s.mean_exec_time"},
    Spelling{Family::statement, statement::exec_mean_ms, 9, 12, "s.mean_time"},
    Spelling{Family::statement, statement::exec_stddev_ms, 13, always, "s.stddev_exec_time"},
    Spelling{Family::statement, statement::exec_stddev_ms, 9, 12, "s.stddev_time"},
    Spelling{Family::statement, statement::plans, 13, always, "s.plans"},
    Spelling{Family::statement, statement::plan_ms, 13, always, "s.total_plan_time"},
    Spelling{Family::statement, statement::shared_hit, 9, always, "s.shared_blks_hit"},
    Spelling{Family::statement, statement::shared_read, 9, always, "s.shared_blks_read"},
    Spelling{Family::statement, statement::shared_dirtied, 9, always, "s.shared_blks_dirtied"},
    Spelling{Family::statement, statement::shared_written, 9, always, "s.shared_blks_written"},
    Spelling{Family::statement, statement::local_blocks, 9, always, "s.local_blks_hit + s.local_blks_read"},
    Spelling{Family::statement, statement::temp_read, 9, always, "s.temp_blks_read"},
    Spelling{Family::statement, statement::temp_written, 9, always, "s.temp_blks_written"},
    Spelling{Family::statement, statement::read_ms, 17, always, "s.shared_blk_read_time + s.local_blk_read_time"},
    Spelling{Family::statement, statement::read_ms, 9, 16, "s.blk_read_time"},
    Spelling{Family::statement, statement::write_ms, 17, always, "s.shared_blk_write_time + s.local_blk_write_time"},
    Spelling{Family::statement, statement::write_ms, 9, 16, "s.blk_write_time"},
    Spelling{Family::statement, statement::temp_io_ms, 15, always, "s.temp_blk_read_time + s.temp_blk_write_time"},
    Spelling{Family::statement, statement::wal_records, 13, always, "s.wal_records"},
    Spelling{Family::statement, statement::wal_fpi, 13, always, "s.wal_fpi"},
    Spelling{Family::statement, statement::wal_bytes, 13, always, "s.wal_bytes"},
    Spelling{Family::statement, statement::jit_ms, 17, always,
             "s.jit_generation_time + s.jit_inlining_time + s.jit_optimization_time + s.jit_emission_time + s.jit_deform_time"},
    Spelling{Family::statement, statement::jit_ms, 15, 16,
             "s.jit_generation_time + s.jit_inlining_time + s.jit_optimization_time + s.jit_emission_time"},
};

// Aliases: s pg_stat_all_tables, io pg_statio_all_tables, c pg_class. Sizes in bytes come from a question of their own.
constexpr std::array table_spellings{
    Spelling{Family::table, table::seq_scan, 13, always, "s.seq_scan"},
    Spelling{Family::table, table::seq_tup_read, 13, always, "s.seq_tup_read"},
    Spelling{Family::table, table::idx_scan, 13, always, "s.idx_scan"},
    Spelling{Family::table, table::idx_tup_fetch, 13, always, "s.idx_tup_fetch"},
    Spelling{Family::table, table::n_tup_ins, 13, always, "s.n_tup_ins"},
    Spelling{Family::table, table::n_tup_upd, 13, always, "s.n_tup_upd"},
    Spelling{Family::table, table::n_tup_del, 13, always, "s.n_tup_del"},
    Spelling{Family::table, table::n_tup_hot_upd, 13, always, "s.n_tup_hot_upd"},
    Spelling{Family::table, table::vacuum_count, 13, always, "s.vacuum_count"},
    Spelling{Family::table, table::autovacuum_count, 13, always, "s.autovacuum_count"},
    Spelling{Family::table, table::analyze_count, 13, always, "s.analyze_count"},
    Spelling{Family::table, table::autoanalyze_count, 13, always, "s.autoanalyze_count"},
    Spelling{Family::table, table::heap_read, 13, always, "io.heap_blks_read"},
    Spelling{Family::table, table::heap_hit, 13, always, "io.heap_blks_hit"},
    Spelling{Family::table, table::idx_read, 13, always, "io.idx_blks_read"},
    Spelling{Family::table, table::idx_hit, 13, always, "io.idx_blks_hit"},
    Spelling{Family::table, table::toast_read, 13, always, "io.toast_blks_read + coalesce(io.tidx_blks_read, 0)"},
    Spelling{Family::table, table::toast_hit, 13, always, "io.toast_blks_hit + coalesce(io.tidx_blks_hit, 0)"},
    Spelling{Family::table, table::n_live_tup, 13, always, "s.n_live_tup"},
    Spelling{Family::table, table::n_dead_tup, 13, always, "s.n_dead_tup"},
    Spelling{Family::table, table::n_mod_since_analyze, 13, always, "s.n_mod_since_analyze"},
    Spelling{Family::table, table::n_ins_since_vacuum, 13, always, "s.n_ins_since_vacuum"},
    Spelling{Family::table, table::last_vacuum_s, 13, always, "extract(epoch from greatest(s.last_vacuum, s.last_autovacuum))::bigint"},
    Spelling{Family::table, table::last_analyze_s, 13, always, "extract(epoch from greatest(s.last_analyze, s.last_autoanalyze))::bigint"},
    Spelling{Family::table, table::pages, 13, always, "c.relpages"},
    Spelling{Family::table, table::tuples, 13, always, "c.reltuples"},
    Spelling{Family::table, table::all_visible, 13, always, "c.relallvisible"},
    Spelling{Family::table, table::frozen_xid, 13, always, "c.relfrozenxid::text::bigint"},
    Spelling{Family::table, table::min_multixact, 13, always, "c.relminmxid::text::bigint"},
};

// Aliases: s pg_stat_all_indexes, io pg_statio_all_indexes, c pg_class.
constexpr std::array index_spellings{
    Spelling{Family::index, index::scans, 13, always, "s.idx_scan"},
    Spelling{Family::index, index::tup_read, 13, always, "s.idx_tup_read"},
    Spelling{Family::index, index::tup_fetch, 13, always, "s.idx_tup_fetch"},
    Spelling{Family::index, index::blocks_read, 13, always, "io.idx_blks_read"},
    Spelling{Family::index, index::blocks_hit, 13, always, "io.idx_blks_hit"},
    Spelling{Family::index, index::pages, 13, always, "c.relpages"},
    Spelling{Family::index, index::tuples, 13, always, "c.reltuples"},
    Spelling{Family::index, index::last_scan_s, 16, always, "extract(epoch from s.last_idx_scan)::bigint"},
};

// Aliases: s pg_stat_database, d pg_database.
constexpr std::array database_spellings{
    Spelling{Family::database, database::commits, 13, always, "s.xact_commit"},
    Spelling{Family::database, database::rollbacks, 13, always, "s.xact_rollback"},
    Spelling{Family::database, database::blocks_read, 13, always, "s.blks_read"},
    Spelling{Family::database, database::blocks_hit, 13, always, "s.blks_hit"},
    Spelling{Family::database, database::tup_returned, 13, always, "s.tup_returned"},
    Spelling{Family::database, database::tup_fetched, 13, always, "s.tup_fetched"},
    Spelling{Family::database, database::tup_inserted, 13, always, "s.tup_inserted"},
    Spelling{Family::database, database::tup_updated, 13, always, "s.tup_updated"},
    Spelling{Family::database, database::tup_deleted, 13, always, "s.tup_deleted"},
    Spelling{Family::database, database::conflicts, 13, always, "s.conflicts"},
    Spelling{Family::database, database::temp_files, 13, always, "s.temp_files"},
    Spelling{Family::database, database::temp_bytes, 13, always, "s.temp_bytes"},
    Spelling{Family::database, database::deadlocks, 13, always, "s.deadlocks"},
    Spelling{Family::database, database::read_ms, 13, always, "s.blk_read_time"},
    Spelling{Family::database, database::write_ms, 13, always, "s.blk_write_time"},
    Spelling{Family::database, database::session_ms, 14, always, "s.session_time"},
    Spelling{Family::database, database::active_ms, 14, always, "s.active_time"},
    Spelling{Family::database, database::idle_in_transaction_ms, 14, always, "s.idle_in_transaction_time"},
    Spelling{Family::database, database::sessions, 14, always, "s.sessions"},
    Spelling{Family::database, database::checksum_failures, 13, always, "s.checksum_failures"},
    Spelling{Family::database, database::frozen_xid, 13, always, "d.datfrozenxid::text::bigint"},
};

// Aliases: b pg_stat_bgwriter, k pg_stat_checkpointer, w pg_stat_wal.
constexpr std::array server_spellings{
    Spelling{Family::server, server::checkpoints_timed, 17, always, "k.num_timed"},
    Spelling{Family::server, server::checkpoints_timed, 13, 16, "b.checkpoints_timed"},
    Spelling{Family::server, server::checkpoints_requested, 17, always, "k.num_requested"},
    Spelling{Family::server, server::checkpoints_requested, 13, 16, "b.checkpoints_req"},
    Spelling{Family::server, server::checkpoint_write_ms, 17, always, "k.write_time"},
    Spelling{Family::server, server::checkpoint_write_ms, 13, 16, "b.checkpoint_write_time"},
    Spelling{Family::server, server::checkpoint_sync_ms, 17, always, "k.sync_time"},
    Spelling{Family::server, server::checkpoint_sync_ms, 13, 16, "b.checkpoint_sync_time"},
    Spelling{Family::server, server::buffers_checkpoint, 17, always, "k.buffers_written"},
    Spelling{Family::server, server::buffers_checkpoint, 13, 16, "b.buffers_checkpoint"},
    Spelling{Family::server, server::buffers_clean, 13, always, "b.buffers_clean"},
    Spelling{Family::server, server::maxwritten_clean, 13, always, "b.maxwritten_clean"},
    // 17 moved it to pg_stat_io (which exists since 16): what neither checkpointer nor background writer wrote.
    Spelling{Family::server, server::buffers_backend, 17, always,
             "(select sum(coalesce(i.writes, 0) + coalesce(i.extends, 0)) from pg_stat_io i"
             " where i.object = 'relation' and i.backend_type not in ('checkpointer', 'background writer'))"},
    Spelling{Family::server, server::buffers_backend, 13, 16, "b.buffers_backend"},
    Spelling{Family::server, server::buffers_alloc, 13, always, "b.buffers_alloc"},
    Spelling{Family::server, server::wal_records, 14, always, "w.wal_records"},
    Spelling{Family::server, server::wal_fpi, 14, always, "w.wal_fpi"},
    Spelling{Family::server, server::wal_bytes, 14, always, "w.wal_bytes"},
    Spelling{Family::server, server::wal_buffers_full, 14, always, "w.wal_buffers_full"},
};

constexpr std::array clauses{
    Clause{"statement.toplevel", 14, always, "s.toplevel"},
    Clause{"statement.toplevel", 9, 13, "true"},
    // dealloc, and when everything was reset last; follows the extension's version
    Clause{"statement.info", 14, always, "select i.dealloc, (extract(epoch from i.stats_reset) * 1000000)::bigint from {}.pg_stat_statements_info i"},
    Clause{"statement.info", 9, 13, ""},
    Clause{"index.nulls_not_distinct", 15, always, "i.indnullsnotdistinct"},
    Clause{"index.nulls_not_distinct", 13, 14, "false"},
    Clause{"server.from", 17, always, "pg_stat_bgwriter b, pg_stat_checkpointer k, pg_stat_wal w"},
    Clause{"server.from", 14, 16, "pg_stat_bgwriter b, pg_stat_wal w"},
    Clause{"server.from", 13, 13, "pg_stat_bgwriter b"},
    Clause{"server.resets", 17, always, "array[b.stats_reset, k.stats_reset, w.stats_reset]"},
    Clause{"server.resets", 14, 16, "array[b.stats_reset, w.stats_reset]"},
    Clause{"server.resets", 13, 13, "array[b.stats_reset]"},
    // Before 15 a statistics collector keeps the counters, and its books name the reset of each database after a crash
    // too. Since 15 a crash empties everything, the time stamp of the database included, and shows only as one time
    // that independent views share.
    Clause{"crash", 15, always,
           "(select case when a.stats_reset = b.stats_reset or a.stats_reset = w.stats_reset then a.stats_reset"
           " when b.stats_reset = w.stats_reset then b.stats_reset end"
           " from pg_stat_archiver a, pg_stat_bgwriter b, pg_stat_wal w)"},
    Clause{"crash", 13, 14, "null::timestamptz"},
};

template <class Row>
bool holds(const Row& row, int version) {
    return row.from <= version && version <= row.to;
}

std::span<const Spelling> spellings(Family family) {
    switch (family) {
        case Family::statement: return statement_spellings;
        case Family::table: return table_spellings;
        case Family::index: return index_spellings;
        case Family::database: return database_spellings;
        case Family::server: return server_spellings;
        default: return {};
    }
}

// pg_stat_statements: the first server version that brought the columns of an extension version.
struct ExtensionVersion {
    std::string_view text;
    int server;
};
constexpr std::array extension_versions{ExtensionVersion{"1.11", 17}, ExtensionVersion{"1.10", 15}, ExtensionVersion{"1.9", 14},
                                        ExtensionVersion{"1.8", 13},  ExtensionVersion{"1.7", 12},  ExtensionVersion{"1.6", 11},
                                        ExtensionVersion{"1.5", 10},  ExtensionVersion{"1.4", 9}};

}  // namespace

std::string select_list(Family family, int version) {
    const std::size_t size = columns(family).size();
    std::string list;
    for (std::size_t column = 0; column < size; ++column) {
        std::string_view sql = "0";
        for (const Spelling& spelling : spellings(family)) {
            if (spelling.column == column && holds(spelling, version)) sql = spelling.sql;
        }
        if (column > 0) list += ", ";
        list += sql;
    }
    return list;
}

std::string_view clause(std::string_view name, int version) {
    for (const Clause& row : clauses) {
        if (row.name == name && holds(row, version)) return row.sql;
    }
    return {};
}

int statements_version(std::string_view text) {
    for (const auto& known : extension_versions) {
        if (known.text == text) return known.server;
    }
    return newest_version;  // newer than this table: columns have only been added since
}

std::string_view statements_extension(int version) {
    for (const auto& known : extension_versions) {
        if (known.server <= version) return known.text;
    }
    return extension_versions.back().text;
}

}  // namespace dwopt::postgres
