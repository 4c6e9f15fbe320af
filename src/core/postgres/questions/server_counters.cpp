#include "counters.hpp"

#include "versions.hpp"

namespace dwopt::postgres {
namespace {

constexpr std::string_view microseconds = "(extract(epoch from {}) * 1000000)::bigint";

std::string in_microseconds(std::string_view expression) { return fmt::format(fmt::runtime(microseconds), expression); }

}  // namespace

DatabaseAnswer ask_database_counters(pq::Connection& connection, const Server& server) {
    const auto rows = ask(connection, fmt::format(R"(
select {0}, {1}, pg_database_size(d.oid), d.datname, {2}
from pg_stat_database s join pg_database d on d.oid = s.datid where d.oid = $1::oid)",
                                                  in_microseconds("s.stats_reset"), in_microseconds(clause("crash", server.major)),
                                                  select_list(Family::database, server.major)),
                          {std::to_string(server.database)});
    DatabaseAnswer answer;
    answer.reading.family = Family::database;
    if (rows.rows() == 0) return answer;
    const std::string reset = rows.text(0, 0), crash = rows.text(0, 1);
    answer.book.epoch = reset + "/" + crash;
    if (rows.at(0, 0)) answer.book.reset_at = time_at(rows, 0, 0);
    else if (rows.at(0, 1)) answer.book.reset_at = time_at(rows, 0, 1);
    answer.reading.epoch = answer.book.epoch;
    answer.reading.reset_at = answer.book.reset_at;
    CounterRow row{rows.text(0, 3), values_at(rows, 0, 4, Family::database)};
    row.values[database::bytes] = rows.number(0, 2);
    answer.reading.rows.push_back(std::move(row));
    return answer;
}

CounterReading ask_server_counters(pq::Connection& connection, const Server& server) {
    const auto rows = ask(connection, fmt::format(R"(
select array_to_string({0}, '/', '-'), (select {1} from unnest({0}) t), {2} from {3})",
                                                  clause("server.resets", server.major), in_microseconds("max(t)"),
                                                  select_list(Family::server, server.major),
                                                  clause("server.from", server.major)));
    CounterReading reading;
    reading.family = Family::server;
    if (rows.rows() == 0) return reading;
    reading.epoch = rows.text(0, 0);
    if (rows.at(0, 1)) reading.reset_at = time_at(rows, 0, 1);
    reading.rows.push_back({"server", values_at(rows, 0, 2, Family::server)});
    return reading;
}

}  // namespace dwopt::postgres
