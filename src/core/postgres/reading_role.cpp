#include "reading_role.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

namespace dwopt::postgres {
namespace {

// The first thing that role could do besides reading; empty if it merely reads. Memberships count as far as SET ROLE
// would reach them, as planning runs functions that might use it. Grants to PUBLIC count.
constexpr const char* beyond_reading = R"(/* dwopt */
select case
  when r.rolsuper then 'it is a superuser'
  when r.rolcreaterole or r.rolreplication or r.rolbypassrls then 'it may create roles, replicate or pass row security'
  when exists (select 1 from pg_catalog.pg_roles s where s.rolsuper and pg_catalog.pg_has_role(r.oid, s.oid, 'member'))
    then 'it is a member of a superuser'
  when exists (select 1 from pg_catalog.pg_roles p
               where p.rolname in ('pg_write_all_data', 'pg_write_server_files', 'pg_read_server_files',
                                   'pg_execute_server_program', 'pg_signal_backend')
                 and pg_catalog.pg_has_role(r.oid, p.oid, 'member'))
    then 'it is a member of a role that writes, runs programs or reads files'
  when exists (select 1 from pg_catalog.pg_class c
               where c.relkind in ('r', 'p', 'm', 'f', 'v') and c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace
                 and pg_catalog.pg_has_role(r.oid, c.relowner, 'member'))
    then 'it owns tables'
  when exists (select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'p', 'f', 'v') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
                 and (pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                      or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')))
    then 'it may write to tables'
  else '' end
from pg_catalog.pg_roles r where r.rolname = $1)";

}  // namespace

std::string reading_role_sql(const std::string& role, int server_version_num) {
    const std::string name = model::quote_identifier(role);
    if (server_version_num >= 140000) return fmt::format("CREATE ROLE {0} NOLOGIN; GRANT pg_read_all_data TO {0};", name);
    return fmt::format("CREATE ROLE {0} NOLOGIN; and for each schema: GRANT USAGE ON SCHEMA … TO {0}; GRANT SELECT ON ALL TABLES IN SCHEMA … TO {0};", name);
}

std::string step_down(pq::Connection& connection, const std::string& role) {
    const auto me = connection.query("/* dwopt */ select current_user::pg_catalog.text, rolsuper from pg_catalog.pg_roles where rolname = current_user");
    if (!me.boolean(0, 1)) return me.text(0, 0);
    const std::string make = reading_role_sql(role, connection.server_version_num());
    const auto found = connection.query(beyond_reading, {role});
    if (found.rows() == 0) {
        throw Error(ErrorKind::refused, fmt::format("a superuser is connected, and there is no role '{}' to plan captured statements with", role),
                    fmt::format("Make it with: {} Then run the same command again.", make));
    }
    if (const auto why = found.text(0, 0); !why.empty()) {
        throw Error(ErrorKind::refused, fmt::format("a superuser is connected, and role '{}' may not plan captured statements: {}", role, why),
                    fmt::format("Name a role that merely reads in the configuration, or make one: {}",
                                reading_role_sql("dwopt_reader", connection.server_version_num())));
    }
    connection.execute("/* dwopt */ set role " + model::quote_identifier(role));
    return role;
}

}  // namespace dwopt::postgres
