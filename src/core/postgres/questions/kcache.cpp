// pg_stat_kcache and pg_qualstats: what the operating system and the executor say of statements, where somebody has
// installed them. Both keep no books on resets, so their epoch is always the same and a reset shows as counters that shrink.
#include "counters.hpp"

#include <cstdlib>
#include <utility>

namespace dwopt::postgres {
namespace {

// "2.2.1" → {2, 2}
std::pair<int, int> version_of(const Extension& extension) {
    const std::size_t dot = extension.version.find('.');
    const auto number = [](const std::string& text) { return text.empty() ? 0 : std::atoi(text.c_str()); };
    return {number(extension.version), dot == std::string::npos ? 0 : number(extension.version.substr(dot + 1))};
}

// The reading, or nothing if the library is not loaded (55000) or this role may not ask.
std::optional<CounterReading> reading_of(pq::Connection& connection, Family family, const std::string& sql, const Server& server) {
    CounterReading reading;
    reading.family = family;
    try {
        const auto rows = ask(connection, sql, {std::to_string(server.database)});
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            reading.rows.push_back({rows.text(row, 0), values_at(rows, row, 1, family)});
        }
    } catch (const pq::SqlError& error) {
        if (error.sqlstate() != "55000" && error.kind() != ErrorKind::privilege) throw;
        return std::nullopt;
    }
    sort_by_key(reading.rows);
    return reading;
}

}  // namespace

std::optional<CounterReading> ask_kcache(pq::Connection& connection, const Server& server) {
    const Extension* extension = server.extension("pg_stat_kcache");
    if (extension == nullptr || version_of(*extension) < std::pair(2, 2)) return std::nullopt;
    return reading_of(connection, Family::kcache, fmt::format(R"(
select concat_ws('/', k.queryid, k.userid, k.dbid, case when k.top then 't' else 'f' end), k.exec_user_time * 1000,
       k.exec_system_time * 1000, k.exec_reads, k.exec_writes
from {}.pg_stat_kcache() k where k.dbid = $1::oid and k.queryid <> 0)", extension->schema), server);
}

std::optional<CounterReading> ask_quals(pq::Connection& connection, const Server& server) {
    const Extension* extension = server.extension("pg_qualstats");
    if (extension == nullptr) return std::nullopt;
    return reading_of(connection, Family::qual, fmt::format(R"(
select concat_ws('/', q.queryid, coalesce(q.lrelid, q.rrelid), coalesce(q.lattnum, q.rattnum), q.opno),
       sum(q.occurences), sum(q.execution_count), sum(q.nbfiltered)
from {}.pg_qualstats() q
where q.dbid = $1::oid and q.queryid is not null and coalesce(q.lrelid, q.rrelid) is not null
group by 1)", extension->schema), server);
}

}  // namespace dwopt::postgres
