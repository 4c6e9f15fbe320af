#include "deploy_questions.hpp"

#include "model/identifier.hpp"

namespace dwopt::postgres {

Target read_target(pq::Connection& connection) {
    const auto row = connection.query(
        "/* dwopt */ SELECT current_setting('server_version_num'), system_identifier, current_database() FROM pg_control_system()");
    Target target;
    target.server_version_num = static_cast<int>(row.integer(0, 0));
    target.system_identifier = row.text(0, 1);
    target.database = row.text(0, 2);
    target.host = connection.host();
    target.port = connection.port();
    return target;
}

void ready_session(pq::Connection& connection) {
    connection.execute("SET default_tablespace = ''");
    connection.execute("SET idle_in_transaction_session_timeout = '60s'");
    if (connection.server_version_num() >= 140000) connection.execute("SET client_connection_check_interval = '500ms'");
}

Backend own_backend(pq::Connection& connection) {
    const auto row = connection.query("/* dwopt */ SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()");
    return {static_cast<int>(row.integer(0, 0)), row.text(0, 1), {}};
}

bool terminate_if_same(pq::Connection& connection, const Backend& backend) {
    if (backend.pid == 0) return false;
    return connection
               .query("/* dwopt */ SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE pid = $1 AND backend_start = $2::timestamptz AND application_name LIKE '%' || $3",
                      {std::to_string(backend.pid), backend.start, backend.nonce})
               .rows() > 0;
}

IndexState read_index_state(pq::Connection& connection, const RelationName& index) {
    const auto row = connection.query(
        "/* dwopt */ SELECT x.indisvalid, x.indisready, pg_get_indexdef(c.oid), tn.nspname, t.relname, pn.nspname, p.relname"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index x ON x.indexrelid = c.oid"
        " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace"
        " LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent"
        " LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace"
        " WHERE n.nspname = $1 AND c.relname = $2",
        {index.schema, index.name});
    IndexState state;
    if (row.rows() == 0) return state;
    state.exists = true;
    state.valid = row.boolean(0, 0);
    state.ready = row.boolean(0, 1);
    state.definition = row.text(0, 2);
    state.table = {row.text(0, 3), row.text(0, 4)};
    if (row.at(0, 6)) state.parent = RelationName{row.text(0, 5), row.text(0, 6)};
    return state;
}

// REINDEX CONCURRENTLY builds under the name with "_ccnew" behind it, a number too where that is taken, and drops the old one as "_ccold";
// a name that would be too long is cut before.
std::vector<RelationName> read_rebuild_leftovers(pq::Connection& connection, const RelationName& index) {
    const auto rows = connection.query(
        "/* dwopt */ SELECT n.nspname, c.relname FROM pg_class o JOIN pg_namespace s ON s.oid = o.relnamespace JOIN pg_index x ON x.indexrelid = o.oid"
        " JOIN pg_index y ON y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid AND NOT y.indisvalid"
        " JOIN pg_class c ON c.oid = y.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " CROSS JOIN LATERAL regexp_replace(c.relname, '_cc(new|old)[0-9]*$', '') base"
        " WHERE s.nspname = $1 AND o.relname = $2 AND c.relname ~ '_cc(new|old)[0-9]*$'"
        " AND (base = o.relname OR starts_with(o.relname, base) AND octet_length(o.relname) + octet_length(c.relname) - octet_length(base) > 63) ORDER BY 2",
        {index.schema, index.name});
    std::vector<RelationName> leftovers;
    for (std::size_t row = 0; row < rows.rows(); ++row) leftovers.push_back({rows.text(row, 0), rows.text(row, 1)});
    return leftovers;
}

BuildProgress read_build_progress(pq::Connection& connection, const std::string& pid) {
    const auto row = connection.query(
        "/* dwopt */ SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted AND locktype = 'relation'),"
        " b.phase, b.blocks_done, b.blocks_total, b.tuples_done, b.tuples_total, b.lockers_done, b.lockers_total"
        " FROM (SELECT) one LEFT JOIN pg_stat_progress_create_index b ON b.pid = $1",
        {pid});
    BuildProgress progress;
    progress.waits_for_relation_lock = row.boolean(0, 0);
    progress.phase = row.at(0, 1) ? row.text(0, 1) : progress.waits_for_relation_lock ? "waiting for a lock" : "working";
    for (const int column : {2, 4, 6}) {
        const double total = row.number(0, column + 1);
        if (total > 0) progress.fraction = row.number(0, column) / total;
    }
    return progress;
}

std::string gentle_lock_target(pq::Connection& connection, const Action& action) {
    if (action.kind == ActionKind::create_parent_index) return {};  // an ordinary table's parent: autovacuum never works on it
    if (action.kind != ActionKind::attach_index && action.kind != ActionKind::drop_parent_index) return {};
    const IndexState state = read_index_state(connection, action.index);
    return state.exists ? model::qualified(state.table) : std::string();
}

}  // namespace dwopt::postgres
