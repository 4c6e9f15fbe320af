#include "server.hpp"

#include "versions.hpp"

namespace dwopt::postgres {
namespace {

void ask_state(pq::Connection& connection, Server& server) {
    const auto row = ask(connection, R"(
select (extract(epoch from clock_timestamp()) * 1000000)::bigint,
       (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint,
       pg_is_in_recovery(), pg_snapshot_xmax(pg_current_snapshot())::text, current_user,
       (select r.rolsuper from pg_roles r where r.rolname = current_user),
       (select d.oid from pg_database d where d.datname = current_database()),
       pg_has_role(current_user, 'pg_read_all_stats', 'usage'), pg_has_role(current_user, 'pg_read_all_settings', 'usage'),
       current_database())");
    ServerState& state = server.state;
    state.now = time_at(row, 0, 0);
    state.started_at = time_at(row, 0, 1);
    state.in_recovery = row.boolean(0, 2);
    state.next_xid = row.integer(0, 3);
    state.role = row.text(0, 4);
    state.superuser = row.boolean(0, 5);
    server.database = oid_at(row, 0, 6);
    server.reads_all_stats = row.boolean(0, 7);
    server.reads_all_settings = row.boolean(0, 8);
    state.target.database = row.text(0, 9);
}

// On a primary the name of the current WAL file has the timeline of this moment; the control file has the last checkpoint's.
void ask_identity(pq::Connection& connection, ServerState& state) {
    try {
        const auto row = ask(connection, R"(
select s.system_identifier::text,
       case when pg_is_in_recovery() then c.timeline_id
            else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end
from pg_control_system() s, pg_control_checkpoint() c)");
        state.target.system_identifier = row.text(0, 0);
        state.timeline = row.integer(0, 1);
    } catch (const pq::SqlError& error) {
        if (error.kind() != ErrorKind::privilege) throw;  // some hosts revoke these functions: then it stays unknown
    }
}

void ask_extensions(pq::Connection& connection, Server& server) {
    const auto rows = ask(connection, R"(
select e.extname, quote_ident(n.nspname), e.extversion from pg_extension e join pg_namespace n on n.oid = e.extnamespace)");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        server.extensions[rows.text(row, 0)] = {rows.text(row, 1), rows.text(row, 2)};
    }
}

}  // namespace

Server ask_server(pq::Connection& connection) {
    Server server;
    Target& target = server.state.target;
    target.server_version_num = connection.server_version_num();
    target.host = connection.host();
    target.port = connection.port();
    server.major = target.server_version_num / 10000;
    if (server.major < oldest_version) {
        throw Error(ErrorKind::connection, fmt::format("the server is PostgreSQL {}, which is too old", server.major),
                    fmt::format("Use PostgreSQL {} to {}.", oldest_version, newest_version));
    }
    ask_state(connection, server);
    ask_identity(connection, server.state);
    ask_extensions(connection, server);
    return server;
}

std::map<std::string, std::string> ask_values(pq::Connection& connection, const std::vector<std::string>& names) {
    const auto rows = ask(connection, "select s.name, s.setting from pg_settings s where s.name = any ($1::text[])", {array_literal(names)});
    std::map<std::string, std::string> values;
    for (std::size_t row = 0; row < rows.rows(); ++row) values[rows.text(row, 0)] = rows.text(row, 1);
    return values;
}

}  // namespace dwopt::postgres
