#include "catalog.hpp"

namespace dwopt::postgres {

// The value a session of this role and database begins with, as dwopt has changed some (jit, search_path) for its own.
std::vector<Setting> ask_settings(pq::Connection& connection, int major) {
    const std::string_view icu = major < 15 ? "null" : major < 17 ? "d.daticulocale" : "case when d.datlocprovider = 'i' then d.datlocale end";
    const auto rows = ask(connection, fmt::format(R"(
select s.name, case when s.source = 'session' then s.reset_val else s.setting end, s.unit,
       case when s.source <> 'session' then s.source when s.reset_val is not distinct from s.boot_val then 'default' else 'other' end
from pg_settings s
where s.category like 'Query Tuning%' or s.category = 'Autovacuum' or s.name in (
    'block_size', 'work_mem', 'hash_mem_multiplier', 'effective_cache_size', 'max_parallel_workers',
    'max_parallel_workers_per_gather', 'max_parallel_maintenance_workers', 'max_worker_processes', 'jit', 'shared_buffers',
    'server_version_num', 'TimeZone', 'search_path', 'maintenance_work_mem', 'max_connections', 'max_wal_size',
    'checkpoint_timeout', 'track_io_timing', 'track_counts', 'hot_standby_feedback', 'wal_level', 'default_tablespace',
    'vacuum_freeze_min_age', 'vacuum_freeze_table_age', 'vacuum_failsafe_age')
union all
select v.name, v.value, null, 'database' from pg_database d
cross join lateral (values ('lc_collate', d.datcollate::text), ('lc_ctype', d.datctype::text), ('icu_locale', {}::text)) v(name, value)
where d.datname = current_database() and v.value is not null
order by 1)", icu));
    std::vector<Setting> settings;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        settings.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3)});
    }
    return settings;
}

}  // namespace dwopt::postgres
