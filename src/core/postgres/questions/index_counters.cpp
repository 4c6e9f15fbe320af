#include "counters.hpp"

#include "versions.hpp"

namespace dwopt::postgres {

CounterReading ask_index_counters(pq::Connection& connection, const Server& server, const CounterBook& book) {
    const auto rows = ask(connection, fmt::format(R"(
select s.indexrelid, {}
from pg_stat_all_indexes s
join pg_class c on c.oid = s.indexrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_statio_all_indexes io on io.indexrelid = s.indexrelid
where {})", select_list(Family::index, server.major), user_schema));
    CounterReading reading;
    reading.family = Family::index;
    reading.epoch = book.epoch;
    reading.reset_at = book.reset_at;
    reading.rows.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        reading.rows.push_back({rows.text(row, 0), values_at(rows, row, 1, Family::index)});
    }
    sort_by_key(reading.rows);
    return reading;
}

}  // namespace dwopt::postgres
