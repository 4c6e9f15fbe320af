// What would make a step wait for hours, fail at its end, or do something else than was proposed. Asked before the
// journal is touched: a refusal leaves no trace.
#include "deploy_questions.hpp"
#include "model/identifier.hpp"
#include "questions/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace dwopt::postgres {
namespace {

using Found = std::vector<Obstacle>;

struct Question {
    pq::Connection& connection;
    const Action& action;
    Bytes size;
    Duration max_snapshot_age;
};

bool creates(ActionKind kind) { return kind == ActionKind::create_index || kind == ActionKind::create_parent_index; }
bool drops(ActionKind kind) { return kind == ActionKind::drop_index || kind == ActionKind::drop_parent_index; }

void read_only(Question& q, Found& found) {
    if (q.connection.query("/* dwopt */ SELECT pg_is_in_recovery()").boolean(0, 0)) {
        found.push_back({"read_only", "the server is a standby", "Deploy to the primary: set deploy.dsn in dwopt.toml."});
    }
}

// A pooler hands out its own number as the session's process; the statements of a build would wander between servers.
void pooler(Question& q, Found& found) {
    const auto real = q.connection.query("/* dwopt */ SELECT pg_backend_pid()").integer(0, 0);
    if (real != q.connection.backend_pid()) {
        found.push_back({"pooler", "the connection goes through a connection pooler",
                         "Set deploy.dsn in dwopt.toml to the server itself: a build needs one session from begin to end."});
    }
}

// Until 14.4 a concurrent build could miss rows that were updated in place meanwhile, without a word (release notes of 14.4).
void broken_builds(Question& q, Found& found) {
    const int version = q.connection.server_version_num();
    if (version < 140000 || version >= 140004) return;
    found.push_back({"server_bug", "CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY can corrupt indexes on PostgreSQL 14.0 to 14.3", "Update the server to 14.4 or later first."});
}

void old_snapshot(Question& q, Found& found) {
    const auto row = q.connection.query(
        "/* dwopt */ SELECT count(*), max(extract(epoch FROM clock_timestamp() - xact_start) * 1000)::bigint FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        " AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start < clock_timestamp() - $1::interval",
        {fmt::format("{} milliseconds", q.max_snapshot_age.count())});
    if (row.integer(0, 0) == 0) return;
    found.push_back({"old_snapshot",
                     fmt::format("{} transaction(s) hold an old snapshot, the oldest for {}", row.integer(0, 0),
                                 human(Millis{row.number(0, 1)})),
                     "A concurrent build would wait for them to end; try again later, or raise deploy.max_snapshot_age in dwopt.toml."});
}

void build_running(Question& q, Found& found) {
    const auto row = q.connection.query(
        "/* dwopt */ SELECT p.pid FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
        {q.action.table.schema, q.action.table.name});
    if (row.rows() == 0) return;
    found.push_back({"build_running",
                     fmt::format("server process {} is building an index on '{}'", row.integer(0, 0), model::shown(q.action.table)),
                     "Two builds on one table can deadlock; try again when it is done."});
}

void name_taken(Question& q, Found& found) {
    const IndexState state = read_index_state(q.connection, q.action.index);
    if (!state.exists) return;
    if (!state.valid) {
        found.push_back({"invalid_leftover", fmt::format("an invalid index '{}' is in the way", model::shown(q.action.index)),
                         fmt::format("It is not in this workspace's journal; remove it with DROP INDEX CONCURRENTLY {}.",
                                     model::qualified(q.action.index))});
    } else {
        found.push_back({"drift", fmt::format("an index '{}' exists already", model::shown(q.action.index)),
                         "The warehouse has changed since the plan was made; run 'dwopt collect' and 'dwopt recommend' again."});
    }
}

void table_gone(Question& q, Found& found) {
    const auto row = q.connection.query(
        "/* dwopt */ SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relname = $2",
        {q.action.table.schema, q.action.table.name});
    if (row.rows() == 0) {
        found.push_back({"drift", fmt::format("table '{}' does not exist", model::shown(q.action.table)),
                         "The warehouse has changed since the plan was made; run 'dwopt collect' and 'dwopt recommend' again."});
    } else if (!row.boolean(0, 0)) {
        found.push_back({"privilege", fmt::format("this role does not own table '{}'", model::shown(q.action.table)),
                         "Building an index needs the table's owner: set deploy.dsn or deploy.role in dwopt.toml ('dwopt doctor' shows the grants)."});
    }
}

// What is to be dropped must still be there.
void index_gone(Question& q, Found& found) {
    if (read_index_state(q.connection, q.action.index).exists) return;
    found.push_back({"drift", fmt::format("index '{}' does not exist", model::shown(q.action.index)),
                     "The warehouse has changed since the plan was made; run 'dwopt collect' and 'dwopt recommend' again."});
}

// The advice may have gone by an estimate, or the index have been mended since.
void not_bloated(Question& q, Found& found) {
    constexpr double worth_it = 0.2;
    constexpr auto limit = std::chrono::seconds(4);
    const auto fills = ask_index_fills(q.connection, {q.action.index}, {limit, limit});
    const double freed = fills.empty() ? 1 : 1 - fills.front().packed / fills.front().size;
    if (freed >= worth_it) return;
    found.push_back({"not_bloated", fmt::format("pgstattuple finds that a rebuild of '{}' would free {:.0f} % of it", model::shown(q.action.index), std::max(0.0, freed * 100)),
                     "Run 'dwopt collect' and 'dwopt recommend' again; if it is proposed once more, the size was estimated wrongly."});
}

// Free space can be known only on the server's own host, and only where this process may look.
void disk(Question& q, Found& found) {
    const auto row = q.connection.query(
        "/* dwopt */ SELECT inet_server_addr() IS NULL, (SELECT setting FROM pg_settings WHERE name = 'data_directory')");
    if (!row.boolean(0, 0) || row.text(0, 1).empty()) return;
    std::error_code unknown;
    const auto space = std::filesystem::space(row.text(0, 1), unknown);
    const double needed = static_cast<double>(q.size.value) * 2;  // the index and the sort's temporary files
    if (unknown || static_cast<double>(space.available) > needed) return;
    found.push_back({"disk",
                     fmt::format("{} free, about {} needed", human(Bytes{static_cast<std::int64_t>(space.available)}),
                                 human(Bytes{static_cast<std::int64_t>(needed)})),
                     "Free some space, or lower --budget in 'dwopt recommend'."});
}

}  // namespace

std::vector<Obstacle> find_obstacles(pq::Connection& connection, const Action& action, Bytes size, Duration max_snapshot_age) {
    Action asked = action;  // a drop does not name its table; the catalog does
    if (asked.table.name.empty()) asked.table = read_index_state(connection, action.index).table;
    Question question{connection, asked, size, max_snapshot_age};
    Found found;
    read_only(question, found);
    pooler(question, found);
    const bool rebuilds = action.kind == ActionKind::rebuild_index;
    if (drops(action.kind) || rebuilds) index_gone(question, found);
    if (creates(action.kind) || rebuilds) {
        table_gone(question, found);
        if (!rebuilds) name_taken(question, found);
        disk(question, found);
        broken_builds(question, found);
    }
    if (rebuilds && found.empty()) not_bloated(question, found);
    if (rebuilds || action.kind == ActionKind::create_index || action.kind == ActionKind::drop_index) {
        old_snapshot(question, found);
        build_running(question, found);
    }
    return found;
}

}  // namespace dwopt::postgres
