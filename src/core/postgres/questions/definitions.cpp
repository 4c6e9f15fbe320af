// What a planner twin needs beyond tables, indexes and constraints: statements that make the objects those stand on. Asked by
// name and pg_get_*def(); pg_dump would lock every table.
#include "catalog.hpp"

#include <algorithm>

namespace dwopt::postgres {
namespace {

void add(pq::Connection& connection, CatalogReading& reading, const char* kind, const std::string& sql,
         const std::vector<std::optional<std::string>>& parameters = {}) {
    const auto rows = ask(connection, sql, parameters);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        reading.catalog.definitions.push_back({kind, {rows.text(row, 0), rows.text(row, 1)}, rows.text(row, 2)});
    }
}

constexpr const char* not_of_an_extension =
    "not exists (select from pg_depend d where d.classid = '{}'::regclass and d.objid = {}.oid and d.deptype = 'e')";

// Bodies may hold anything: only those that a planner can look into are asked for.
constexpr const char* functions = R"(
select n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       case when l.lanname in ('sql', 'internal') then rtrim(pg_get_functiondef(p.oid), E'\n') else
         format('CREATE OR REPLACE FUNCTION %I.%I(%s) RETURNS %s LANGUAGE plpgsql %s %s PARALLEL %s COST %s%s AS ''begin return null; end''',
                n.nspname, p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
                case p.provolatile when 'i' then 'IMMUTABLE' when 's' then 'STABLE' else 'VOLATILE' end,
                case when p.proisstrict then 'STRICT' else '' end,
                case p.proparallel when 's' then 'SAFE' when 'r' then 'RESTRICTED' else 'UNSAFE' end, p.procost,
                case when p.proretset then ' ROWS ' || p.prorows else '' end) end
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype) and {} and {}
order by 1, 2)";

constexpr const char* types = R"(
select n.nspname, t.typname, case t.typtype
  when 'e' then format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
       (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
  when 'd' then format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
  when 'r' then (select format('CREATE TYPE %I.%I AS RANGE (subtype = %s)', n.nspname, t.typname, format_type(r.rngsubtype, null))
       from pg_range r where r.rngtypid = t.oid)
  else format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname,
       (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
        from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)) end
from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
where (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c') and {} and {}
order by 1, 2)";

// Where a name of the collation's locale stands differs between versions.
constexpr const char* collations = R"(
select n.nspname, l.collname, format('CREATE COLLATION %I.%I (provider = %s, locale = %L, deterministic = %s)', n.nspname, l.collname,
       case l.collprovider when 'i' then 'icu' else 'libc' end,
       coalesce(to_jsonb(l) ->> 'colliculocale', to_jsonb(l) ->> 'colllocale', l.collcollate::text), l.collisdeterministic::text)
from pg_collation l join pg_namespace n on n.oid = l.collnamespace where {} and {} order by 1, 2)";

// A view's text can only be had with a lock on what it reads.
constexpr const char* views = R"(
select n.nspname, c.relname, format('CREATE %s %I.%I%s AS %s%s', case c.relkind when 'm' then 'MATERIALIZED VIEW' else 'VIEW' end, n.nspname, c.relname,
       case when c.relkind = 'v' and c.reloptions is not null then format(' WITH (%s)', array_to_string(c.reloptions, ', ')) end, rtrim(pg_get_viewdef(c.oid), ';'), case c.relkind when 'm' then ' WITH NO DATA' else '' end)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and {} and {} and c.oid <> all ($1::oid[])
  and not exists (select from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                  where r.ev_class = c.oid and d.refclassid = 'pg_class'::regclass and d.refobjid = any ($1::oid[]))
order by 1, 2)";

}  // namespace

void ask_definitions(pq::Connection& connection, CatalogReading& reading) {
    const auto own = [](const char* catalog, const char* alias) { return fmt::format(fmt::runtime(not_of_an_extension), catalog, alias); };
    add(connection, reading, "schema", fmt::format(R"(
select '', n.nspname, format('CREATE SCHEMA %I', n.nspname) from pg_namespace n
where {} and n.nspname <> 'public' and {} order by 2)", user_schema, own("pg_namespace", "n")));
    add(connection, reading, "extension", R"(
select n.nspname, e.extname, format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', e.extname, n.nspname)
from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql' order by 2)");
    add(connection, reading, "type", fmt::format(fmt::runtime(collations), user_schema, own("pg_collation", "l")));
    add(connection, reading, "type", fmt::format(fmt::runtime(types), user_schema, own("pg_type", "t")));
    add(connection, reading, "function", fmt::format(fmt::runtime(functions), user_schema, own("pg_proc", "p")));
    add(connection, reading, "view", fmt::format(fmt::runtime(views), user_schema, own("pg_class", "c")), {oids_in(reading.locked)});
}

}  // namespace dwopt::postgres
