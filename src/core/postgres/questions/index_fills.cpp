#include "catalog.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

namespace dwopt::postgres {
namespace {

// A fresh btree's leaves are nine tenths full.
IndexFill measure(pq::Connection& connection, const std::string& schema, const RelationName& index, std::chrono::milliseconds limit) {
    ask(connection, fmt::format("select set_config('statement_timeout', '{}', true), set_config('lock_timeout', '100ms', true)", limit.count()));
    const auto row = ask(connection, fmt::format("select index_size, (ceil(leaf_pages * avg_leaf_density / 90) + internal_pages + 1) * current_setting('block_size')::int"
                                                 " from {}.pgstatindex($1::regclass)", model::quote_identifier(schema)),
                         {model::qualified(index)});
    return {index, Bytes{row.integer(0, 0)}, Bytes{static_cast<std::int64_t>(row.number(0, 1))}};
}

}  // namespace

std::vector<IndexFill> ask_index_fills(pq::Connection& connection, const std::vector<RelationName>& btrees, TimeToMeasure time) {
    std::vector<IndexFill> fills;
    if (btrees.empty() || connection.pooled()) return fills;  // settings for a transaction of several statements need a session
    const auto extension = ask(connection, "select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgstattuple'");
    if (extension.rows() == 0) return fills;
    const auto begun = std::chrono::steady_clock::now();
    for (const auto& index : btrees) {
        if (std::chrono::steady_clock::now() - begun > time.all) break;
        connection.execute(fmt::format("{}BEGIN", mark));
        try {
            fills.push_back(measure(connection, extension.text(0, 0), index, time.each));
        } catch (const pq::SqlError&) {  // no right to it, a lock, or too large for the time
        }
        connection.execute(fmt::format("{}ROLLBACK", mark));
    }
    return fills;
}

}  // namespace dwopt::postgres
