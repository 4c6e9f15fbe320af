// pg_stat_statements. Which columns it has depends on the version of the extension as installed in this database, not on
// the server's. dwopt's own statements are in it too: their counters cannot be told from others' without the texts, and
// reading those at every poll is what must not be done. So they come home like any other, once, with a text that begins
// with `mark`; who builds the workload leaves out what begins with it.
#include "counters.hpp"

#include "versions.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace dwopt::postgres {
namespace {

constexpr std::string_view hidden_text = "<insufficient privilege>";

int columns_version(const Server& server) { return statements_version(server.extension("pg_stat_statements")->version); }

// Entries of other users that this role may not see carry no queryid, so they could not be told apart from one snapshot to
// the next: they are added up. Means and deviations combine as those of samples do.
void add_hidden(std::vector<double>& sum, const std::vector<double>& row) {
    namespace s = statement;
    const double calls = sum[s::calls] + row[s::calls];
    double mean = 0, square = 0;
    if (calls > 0) {
        mean = (sum[s::calls] * sum[s::exec_mean_ms] + row[s::calls] * row[s::exec_mean_ms]) / calls;
        const auto squares = [](const std::vector<double>& v) {
            return v[s::calls] * (v[s::exec_stddev_ms] * v[s::exec_stddev_ms] + v[s::exec_mean_ms] * v[s::exec_mean_ms]);
        };
        square = (squares(sum) + squares(row)) / calls;
    }
    const double minimum = sum[s::calls] > 0 ? std::min(sum[s::exec_min_ms], row[s::exec_min_ms]) : row[s::exec_min_ms];
    const double maximum = std::max(sum[s::exec_max_ms], row[s::exec_max_ms]);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
    sum[s::exec_mean_ms] = mean;
    sum[s::exec_stddev_ms] = std::sqrt(std::max(0.0, square - mean * mean));
    sum[s::exec_min_ms] = minimum;
    sum[s::exec_max_ms] = maximum;
}

void ask_info(pq::Connection& connection, const Server& server, CounterReading& reading) {
    const std::string_view sql = clause("statement.info", columns_version(server));
    if (sql.empty()) return;  // before 1.9 it keeps no books
    const auto row = ask(connection, fmt::format(fmt::runtime(sql), server.extension("pg_stat_statements")->schema));
    if (row.rows() == 0) return;
    reading.dealloc = row.integer(0, 0);
    reading.epoch = row.text(0, 1);
    if (row.at(0, 1)) reading.reset_at = time_at(row, 0, 1);
}

StatementKey key_at(const pq::Result& rows, std::size_t row, Oid database) {
    return {rows.integer(row, 0), oid_at(rows, row, 1), database, rows.boolean(row, 2, true)};
}

}  // namespace

StatementsAnswer ask_statements(pq::Connection& connection, const Server& server) {
    StatementsAnswer answer;
    answer.schema = server.extension("pg_stat_statements")->schema;
    answer.reading.family = Family::statement;
    ask_info(connection, server, answer.reading);
    const int version = columns_version(server);
    const auto rows = ask(connection, fmt::format("select s.queryid, s.userid, {}, {} from {}.pg_stat_statements(false) s where s.dbid = $1::oid",
                                                  clause("statement.toplevel", version), select_list(Family::statement, version),
                                                  answer.schema),
                          {std::to_string(server.database)});
    std::map<StatementKey, std::vector<double>> hidden;
    answer.reading.rows.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        StatementKey key = key_at(rows, row, server.database);
        std::vector<double> values = values_at(rows, row, 3, Family::statement);
        if (rows.at(row, 0)) {
            answer.reading.rows.push_back({to_string(key), std::move(values)});
            answer.keys.push_back(key);
        } else {
            key.toplevel = true;
            add_hidden(hidden.try_emplace(key, values.size()).first->second, values);
        }
    }
    for (auto& [key, values] : hidden) {
        answer.reading.rows.push_back({to_string(key), std::move(values)});
        answer.hidden.push_back({key, "", std::string(hidden_text)});
    }
    sort_by_key(answer.reading.rows);
    std::sort(answer.keys.begin(), answer.keys.end());
    return answer;
}

TextsAnswer ask_statement_texts(pq::Connection& connection, const Server& server, const std::vector<StatementKey>& keys) {
    std::vector<std::int64_t> ids;
    for (const auto& key : keys) ids.push_back(key.queryid);
    const auto rows = ask(connection, fmt::format(R"(
select s.queryid, s.userid, {}, coalesce(r.rolname, s.userid::text), left(s.query, 1000000)
from {}.pg_stat_statements(true) s left join pg_roles r on r.oid = s.userid
where s.dbid = $1::oid and s.queryid = any ($2::bigint[]))",
                                                  clause("statement.toplevel", columns_version(server)),
                                                  server.extension("pg_stat_statements")->schema),
                          {std::to_string(server.database), array_literal(ids)});
    TextsAnswer answer;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const StatementKey key = key_at(rows, row, server.database);
        if (!std::binary_search(keys.begin(), keys.end(), key)) continue;
        if (rows.at(row, 4)) answer.texts.push_back({key, rows.text(row, 3), rows.text(row, 4)});
        else ++answer.lost;
    }
    std::sort(answer.texts.begin(), answer.texts.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return answer;
}

}  // namespace dwopt::postgres
