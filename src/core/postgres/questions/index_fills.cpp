#include "catalog.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::postgres {
namespace {

// A fresh btree's leaves are nine tenths full, and take as many pages above them as the leaves there are now.
IndexFill measure(pq::Connection& connection, const std::string& schema, const RelationName& index, std::chrono::milliseconds limit) {
    const Transaction ours(connection);
    ask(connection, fmt::format("select set_config('statement_timeout', '{}', true), set_config('lock_timeout', '100ms', true)", limit.count()));
    const auto row = ask(connection, fmt::format(R"(
select index_size, (ceil(packed) + ceil(internal_pages * packed / greatest(leaf_pages, 1)) + 1) * current_setting('block_size')::int
from (select *, leaf_pages * coalesce(nullif(avg_leaf_density, 'NaN'), 0) / 90 as packed from {}.pgstatindex($1::regclass)) i)", model::quote_identifier(schema)),
                         {model::qualified(index)});
    return {index, Bytes{row.integer(0, 0)}, Bytes{static_cast<std::int64_t>(row.number(0, 1))}};
}

}  // namespace

std::vector<IndexFill> ask_index_fills(pq::Connection& connection, const std::vector<RelationName>& btrees, TimeToMeasure time) {
    constexpr int failures_borne = 3;
    std::vector<IndexFill> fills;
    if (btrees.empty() || connection.pooled()) return fills;  // settings for a transaction of several statements need a session
    const auto extension = ask(connection, "select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgstattuple'");
    if (extension.rows() == 0) return fills;
    const auto end = std::chrono::steady_clock::now() + time.all;
    int failures = 0;
    for (const auto& index : btrees) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() < 1 || failures == failures_borne) break;
        try {
            fills.push_back(measure(connection, extension.text(0, 0), index, std::min(time.each, left)));
        } catch (const pq::SqlError& error) {  // no right to it, a lock, or too large for the time
            if (error.kind() == ErrorKind::privilege) break;
            ++failures;
        }
    }
    return fills;
}

}  // namespace dwopt::postgres
