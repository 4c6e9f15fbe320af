#include "rights.hpp"

#include "versions.hpp"

namespace dwopt::postgres {
namespace {

void ask_tables_rights(pq::Connection& connection, Rights& rights) {
    const auto rows = ask(connection, fmt::format(R"(
select n.nspname, pg_get_userbyid(c.relowner), count(*), count(*) filter (where p.readable),
       count(*) filter (where p.readable and c.relrowsecurity and row_security_active(c.oid)), bool_and(p.owned)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (select has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'),
                           pg_has_role(c.relowner, 'usage')) p(readable, owned)
where c.relkind in ('r', 'p', 'm', 'f') and {}
group by 1, 2 order by 1, 2)", user_schema));
    std::set<std::string> schemas, owners;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        rights.tables += rows.integer(row, 2);
        rights.readable += rows.integer(row, 3);
        rights.row_security += rows.integer(row, 4);
        if (rows.integer(row, 3) < rows.integer(row, 2)) schemas.insert(rows.text(row, 0));
        if (rows.boolean(row, 5)) rights.owned += rows.integer(row, 2);
        else owners.insert(rows.text(row, 1));
    }
    rights.unreadable_schemas.assign(schemas.begin(), schemas.end());
    rights.other_owners.assign(owners.begin(), owners.end());
}

// For an expression index pg_stats asks for a grant on the index, which there is none of but for those who may read all; for
// extended statistics pg_stats_ext asks for one on every column.
void ask_derived_rights(pq::Connection& connection, Rights& rights) {
    const auto row = ask(connection, fmt::format(R"(
select count(*), count(*) filter (where d.readable) from (
  select has_table_privilege(i.indexrelid, 'select') as readable
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where i.indexprs is not null and {0}
  union all
  select coalesce((select bool_and(has_column_privilege(e.stxrelid, k, 'select')) from unnest(e.stxkeys::int2[]) k), true)
  from pg_statistic_ext e join pg_namespace n on n.oid = e.stxnamespace where {0}) d)", user_schema));
    rights.derived = row.integer(0, 0);
    rights.derived_readable = row.integer(0, 1);
}

}  // namespace

Rights ask_rights(pq::Connection& connection) {
    Rights rights;
    ask_tables_rights(connection, rights);
    ask_derived_rights(connection, rights);
    const auto row = ask(connection, R"(
select exists (select from pg_roles r where r.rolname = 'dwopt_reader'), (select count(*) from pg_stat_replication),
       (select l.version from pg_stat_ssl l where l.pid = pg_backend_pid() and l.ssl))");
    rights.reader_role = row.boolean(0, 0);
    rights.standbys = row.integer(0, 1);
    rights.tls = row.text(0, 2);
    const auto names = ask(connection, "select a.name from pg_available_extensions a");
    for (std::size_t i = 0; i < names.rows(); ++i) rights.available.insert(names.text(i, 0));
    return rights;
}

StatementCapacity ask_statement_capacity(pq::Connection& connection, const Server& server) {
    const Extension& extension = *server.extension("pg_stat_statements");
    const auto counts = ask(connection, fmt::format("select count(*), count(*) filter (where s.queryid is null) from {}.pg_stat_statements(false) s",
                                                    extension.schema));
    StatementCapacity capacity;
    capacity.entries = counts.integer(0, 0);
    capacity.hidden = counts.integer(0, 1);
    const std::string_view sql = clause("statement.info", statements_version(extension.version));
    if (sql.empty()) return capacity;
    const auto info = ask(connection, fmt::format(fmt::runtime(sql), extension.schema));
    capacity.dealloc = info.integer(0, 0);
    capacity.days = std::chrono::duration<double>(server.state.now - time_at(info, 0, 1)).count() / 86400.0;
    return capacity;
}

}  // namespace dwopt::postgres
