#include "counters.hpp"

#include "versions.hpp"

namespace dwopt::postgres {

TableCountersAnswer ask_table_counters(pq::Connection& connection, const Server& server, const CounterBook& book) {
    // An ANALYZE books its end shortly before its statistics become visible. One seen that young is marked, so that the
    // text changes once more when it has grown older, and what became visible late is asked for again.
    const auto rows = ask(connection, fmt::format(R"(
select s.relid, concat_ws('/', s.last_analyze, s.last_autoanalyze, s.analyze_count + s.autoanalyze_count,
                          case when greatest(s.last_analyze, s.last_autoanalyze) > clock_timestamp() - interval '10 s' then 'young' end),
       {}
from pg_stat_all_tables s
join pg_class c on c.oid = s.relid
join pg_namespace n on n.oid = c.relnamespace
left join pg_statio_all_tables io on io.relid = s.relid
where {} and c.relkind in ('r', 'p', 'm'))", select_list(Family::table, server.major), user_schema));
    TableCountersAnswer answer;
    answer.reading.family = Family::table;
    answer.reading.epoch = book.epoch;
    answer.reading.reset_at = book.reset_at;
    answer.reading.rows.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        answer.reading.rows.push_back({rows.text(row, 0), values_at(rows, row, 2, Family::table)});
        answer.analyzed[oid_at(rows, row, 0)] = rows.text(row, 1);
    }
    sort_by_key(answer.reading.rows);
    return answer;
}

}  // namespace dwopt::postgres
