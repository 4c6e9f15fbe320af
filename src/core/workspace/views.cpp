#include "views.hpp"

#include "families.hpp"

#include <fmt/format.h>

namespace dwopt::workspace {
namespace {

std::string time(std::string_view column) {
    return fmt::format("strftime('%Y-%m-%dT%H:%M:%SZ', {} / 1000000, 'unixepoch')", column);
}

// Patterns with what they consumed in all windows the workspace still has.
std::string query_patterns() {
    return fmt::format(R"sql(
CREATE VIEW query_patterns AS
WITH used AS (
  SELECT s.pattern, count(DISTINCT s.key) AS statements, sum(w.calls) AS calls, sum(w."rows") AS "rows",
         sum(w.exec_ms) AS total_ms, sum(w.shared_hit) AS blocks_hit, sum(w.shared_read) AS blocks_read,
         sum(w.temp_read + w.temp_written) AS temp_blocks, sum(w.wal_bytes) AS wal_bytes, max(n.window_to) AS last_seen
  FROM statement s JOIN statement_total t ON t.key = s.key
       JOIN statement_window w ON w.key = t.id JOIN snapshot n ON n.id = w.snapshot
  GROUP BY s.pattern)
SELECT p.id AS pattern, p.text AS query, u.statements, u.calls, u."rows", u.total_ms,
       u.total_ms / nullif(u.calls, 0) AS mean_ms,
       100.0 * u.total_ms / nullif(sum(u.total_ms) OVER (), 0) AS share_pct,
       u.blocks_hit, u.blocks_read, u.temp_blocks, u.wal_bytes, {} AS first_seen, {} AS last_seen
FROM pattern p LEFT JOIN used u ON u.pattern = p.id;
)sql",
                       time("p.first_seen"), time("u.last_seen"));
}

// One line a window: the statements' sums beside the database's and the server's own counters. NULL: did not move.
std::string performance_metrics() {
    return fmt::format(R"sql(
CREATE VIEW performance_metrics AS
WITH statements AS (
  SELECT snapshot, sum(calls) AS calls, sum("rows") AS "rows", sum(exec_ms) AS exec_ms
  FROM statement_window GROUP BY snapshot)
SELECT n.id AS snapshot, {} AS window_from, {} AS window_to, n.resolution,
       s.calls AS statement_calls, s."rows" AS statement_rows, s.exec_ms AS statement_exec_ms, {}, {}
FROM snapshot n LEFT JOIN statements s ON s.snapshot = n.id
     LEFT JOIN database_window d ON d.snapshot = n.id LEFT JOIN server_window v ON v.snapshot = n.id;
)sql",
                       time("n.window_from"), time("n.window_to"), column_list(Family::database, "d.{}"),
                       column_list(Family::server, "v.{}"));
}

// One line for each window and each thing of the family that moved in it.
std::string family_metrics(Family family, std::string_view names, std::string_view joins) {
    return fmt::format(R"sql(
CREATE VIEW {0}_metrics AS
SELECT n.id AS snapshot, {1} AS window_from, {2} AS window_to, n.resolution, t.key{3}, {4}
FROM snapshot n JOIN {0}_window w ON w.snapshot = n.id JOIN {0}_total t ON t.id = w.key {5};
)sql", name(family), time("n.window_from"), time("n.window_to"), names, column_list(family, "w.{}"), joins);
}

// The name behind an oid, as far as the catalog still knows it.
std::string object_join(std::string_view kind) {
    return fmt::format(
        "LEFT JOIN (SELECT o.schema, o.name, json_extract(b.body, '$.oid') AS oid FROM object o "
        "JOIN object_body b ON b.object = o.id WHERE o.kind = '{}' AND o.last_snapshot IS NULL) o ON o.oid = "
        "CAST(t.key AS INTEGER)",
        kind);
}

std::string recommendations() {
    return fmt::format(R"sql(
CREATE VIEW index_recommendations AS
SELECT id, kind, status, schema, name AS "table", json_extract(body, '$.summary') AS summary,
       json_extract(body, '$.index.name') AS index_name, json_extract(body, '$.index.method') AS method,
       json_extract(body, '$.index.keys') AS keys, json_extract(body, '$.index.include') AS include,
       json_extract(body, '$.index.predicate') AS predicate, json_extract(body, '$.index.size_bytes') AS size_bytes,
       json_extract(body, '$.benefit.before_cost') AS before_cost,
       json_extract(body, '$.benefit.after_cost') AS after_cost,
       json_extract(body, '$.benefit.saved_pct') AS saved_pct,
       json_extract(body, '$.benefit.saved_ms_per_day') AS saved_ms_per_day,
       json_extract(body, '$.confidence') AS confidence, json_extract(body, '$.evidence') AS evidence,
       json_extract(body, '$.ddl') AS ddl, json_extract(body, '$.undo') AS undo, {} AS first_seen, {} AS last_seen
FROM recommendation WHERE kind LIKE 'index.%';
)sql",
                       time("first_seen"), time("last_seen"));
}

constexpr const char* history = R"sql(
CREATE VIEW optimization_history AS
SELECT h.at, h.event, h.subject, coalesce(json_extract(d.body, '$.kind'), r.kind) AS kind,
       coalesce(json_extract(d.body, '$.summary'), json_extract(r.body, '$.summary')) AS summary, d.state, h.detail
FROM history h LEFT JOIN deployment d ON d.id = h.subject LEFT JOIN recommendation r ON r.id = h.subject
ORDER BY h.id;

CREATE VIEW deployment_steps AS
SELECT d.id AS deployment, d.recommendation, d.state AS deployment_state, s.seq, s.is_undo, s.state,
       json_extract(s.action, '$.sql') AS sql, s.undo, nullif(s.started_at, '') AS started_at, s.elapsed_ms,
       nullif(s.error, '') AS error
FROM deployment d JOIN step s ON s.deployment = d.id
ORDER BY d.seq, s.seq;
)sql";

}  // namespace

std::string views_sql() {
    std::string sql = query_patterns() + performance_metrics() + recommendations() + history;
    for (const auto family : all_families) {
        switch (family) {
            case Family::statement:
                sql += family_metrics(family, ", o.pattern, o.user_name", "LEFT JOIN statement o ON o.key = t.key");
                break;
            case Family::table: sql += family_metrics(family, ", o.schema, o.name", object_join("table")); break;
            case Family::index: sql += family_metrics(family, ", o.schema, o.name", object_join("index")); break;
            default: sql += family_metrics(family, "", ""); break;
        }
    }
    return sql;
}

}  // namespace dwopt::workspace
