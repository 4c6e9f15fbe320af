#include "counters.hpp"

#include <algorithm>
#include <map>

namespace dwopt::postgres {

CounterReading ask_waits(pq::Connection& connection) {
    // A running statement's time counts from its start, an idle session's from when it became idle.
    const auto rows = ask(connection, R"(
select concat_ws('/', a.state, coalesce(a.wait_event_type, '-'), coalesce(a.wait_event, '-')), count(*),
       greatest(0, max(extract(epoch from clock_timestamp() - case when a.state = 'active' then a.query_start else a.state_change end))) * 1000
from pg_stat_activity a
where a.datid = (select d.oid from pg_database d where d.datname = current_database())
  and a.pid <> pg_backend_pid() and a.state is not null
group by 1)");
    CounterReading reading;
    reading.family = Family::wait;
    for (std::size_t row = 0; row < rows.rows(); ++row) reading.rows.push_back({rows.text(row, 0), values_at(rows, row, 1, Family::wait)});
    sort_by_key(reading.rows);
    return reading;
}

CounterReading ask_replication(pq::Connection& connection) {
    const auto rows = ask(connection, R"(
with here as (select case when pg_is_in_recovery() then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                          else pg_current_wal_lsn() end as lsn)
select coalesce(nullif(r.application_name, ''), 'walsender'), coalesce(pg_wal_lsn_diff(here.lsn, r.replay_lsn), 0), coalesce(extract(epoch from r.replay_lag) * 1000, 0),
       -- Subscribers of a logical slot, backups and archivers replay nothing that anybody could query here. What may not be seen may be a standby.
       (r.state is null or r.state in ('startup', 'catchup')
        or (r.state = 'streaming' and r.replay_lsn is not null and not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')))::int
from pg_stat_replication r, here
union all
select s.slot_name, coalesce(pg_wal_lsn_diff(here.lsn, s.restart_lsn), 0), 0, (s.active and s.slot_type = 'physical')::int
from pg_replication_slots s, here
where s.active_pid is null or s.active_pid not in (select r.pid from pg_stat_replication r))");
    std::map<std::string, std::vector<double>> worst;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto values = values_at(rows, row, 1, Family::replication);
        auto& kept = worst.try_emplace(rows.text(row, 0), values).first->second;
        kept[replication::lag_bytes] = std::max(kept[replication::lag_bytes], values[replication::lag_bytes]);
        kept[replication::lag_ms] = std::max(kept[replication::lag_ms], values[replication::lag_ms]);
        kept[replication::active] = std::max(kept[replication::active], values[replication::active]);
    }
    CounterReading reading;
    reading.family = Family::replication;
    for (auto& [name, values] : worst) reading.rows.push_back({name, std::move(values)});
    return reading;
}

}  // namespace dwopt::postgres
