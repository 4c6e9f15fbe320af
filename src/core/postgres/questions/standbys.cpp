#include "counters.hpp"

#include <fmt/format.h>

namespace dwopt::postgres {
namespace {

// Objects have the same oids on a physical standby, whose own counters say what is read there.
void read_standby(const pq::ConnectionOptions& options, const Server& primary, const std::string& name, std::vector<CounterRow>& rows) {
    pq::Connection connection(options);
    const auto who = ask(connection, R"(
select pg_is_in_recovery(), (select system_identifier::text from pg_control_system()), current_database(),
       extract(epoch from greatest(pg_postmaster_start_time(), s.stats_reset))::bigint
from pg_stat_database s where s.datname = current_database())");
    const auto& target = primary.state.target;
    if (!who.boolean(0, 0) || who.text(0, 1) != target.system_identifier || who.text(0, 2) != target.database) {
        throw Error(ErrorKind::usage, "it is no standby of this warehouse", "Name a hot standby of the same server, and the same database.");
    }
    const auto scanned = ask(connection, "select s.indexrelid, s.idx_scan from pg_stat_all_indexes s where s.idx_scan > 0 and s.schemaname !~ '^pg_'");
    double sum = 0;
    for (std::size_t row = 0; row < scanned.rows(); ++row) {
        sum += scanned.number(row, 1);
        rows.push_back({name + "/" + scanned.text(row, 0), {scanned.number(row, 1), who.number(0, 3)}});
    }
    rows.push_back({name, {sum, who.number(0, 3)}});
}

}  // namespace

CounterReading ask_standbys(const std::vector<pq::ConnectionOptions>& standbys, const Server& primary, std::vector<Warning>& warnings) {
    CounterReading reading;
    reading.family = Family::standby;
    for (std::size_t n = 0; n < standbys.size(); ++n) {
        const auto name = fmt::to_string(n + 1);
        const auto before = reading.rows.size();
        try {
            read_standby(standbys[n], primary, name, reading.rows);
        } catch (const Error& error) {
            reading.rows.resize(before);
            reading.rows.push_back({name, {0, 0}});
            warnings.push_back({"standby_unreadable", fmt::format("standby {} of collect.standbys could not be read: {}", name, error.what()),
                                error.hint().empty() ? "Until it can be, no index is called unused: it may be used there." : error.hint()});
        }
    }
    sort_by_key(reading.rows);
    return reading;
}

}  // namespace dwopt::postgres
