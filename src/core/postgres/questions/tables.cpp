#include "catalog.hpp"

#include <algorithm>

namespace dwopt::postgres {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Table table_at(const pq::Result& rows, std::size_t row) {
    Table table;
    table.oid = oid_at(rows, row, 0);
    table.name = {rows.text(row, 1), rows.text(row, 2)};
    table.kind = static_cast<RelationKind>(rows.text(row, 3).front());
    table.owner = rows.text(row, 4);
    table.tablespace = rows.text(row, 5);
    table.persistence = rows.text(row, 6).front();
    if (rows.at(row, 7)) table.partition_parent = RelationName{rows.text(row, 7), rows.text(row, 8)};
    table.partition_key = rows.text(row, 9);
    table.partition_bound = rows.text(row, 10);
    table.inherits = rows.boolean(row, 11);
    table.extension_member = rows.boolean(row, 12);
    table.replica_identity = rows.text(row, 13).front();
    table.options = lines_of(rows.text(row, 14));
    table.parents = rows.text(row, 22);
    return table;
}

}  // namespace

std::vector<int> numbers_in(std::string_view text) {
    std::vector<int> numbers;
    bool inside = false;
    bool negative = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (!inside) numbers.push_back(0);
            inside = true;
            numbers.back() = numbers.back() * 10 + (negative ? '0' - c : c - '0');
        } else {
            inside = false;
            negative = c == '-';
        }
    }
    return numbers;
}

std::string oids_in(const std::unordered_set<Oid>& oids) { return array_literal(std::vector<Oid>(oids.begin(), oids.end())); }

std::unordered_set<Oid> ask_locked(pq::Connection& connection) {
    const auto rows = ask(connection, R"(
select distinct l.relation from pg_locks l
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_backend_pid()
  and l.database = (select d.oid from pg_database d where d.datname = current_database()))");
    std::unordered_set<Oid> locked;
    for (std::size_t row = 0; row < rows.rows(); ++row) locked.insert(oid_at(rows, row, 0));
    return locked;
}

void ask_tables(pq::Connection& connection, CatalogReading& reading) {
    // The bound of a partition names no column, so pg_get_expr() needs no relation, and so no lock.
    const auto rows = ask(connection, fmt::format(R"(
select c.oid, n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner), s.spcname, c.relpersistence, pn.nspname, p.relname,
       case when c.relkind = 'p' and c.oid <> all ($1::oid[]) then pg_get_partkeydef(c.oid) end,
       pg_get_expr(c.relpartbound, 0),
       not c.relispartition and (h.inhrelid is not null
           or c.relkind <> 'p' and exists (select from pg_inherits k where k.inhparent = c.oid)),
       exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
                                         and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'),
       c.relreplident, array_to_string(c.reloptions, E'\n'), c.relpages, c.reltuples, c.relallvisible, c.relfilenode, c.reltoastrelid,
       has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'),
       c.relrowsecurity and row_security_active(c.oid),
       case when not c.relispartition then (select string_agg(format('%I.%I', an.nspname, a.relname), ', ' order by i.inhseqno)
           from pg_inherits i join pg_class a on a.oid = i.inhparent join pg_namespace an on an.oid = a.relnamespace where i.inhrelid = c.oid) end
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_inherits h on h.inhrelid = c.oid and h.inhseqno = 1
left join pg_class p on c.relispartition and p.oid = h.inhparent
left join pg_namespace pn on pn.oid = p.relnamespace
where c.relkind in ('r', 'p', 'm', 'f') and {})", user_schema), {oids_in(reading.locked)});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        TableFacts facts;
        facts.position = reading.catalog.tables.size();
        facts.storage = rows.text(row, 18);
        facts.toast = oid_at(rows, row, 19);
        facts.row_security = rows.boolean(row, 21);
        facts.readable = rows.boolean(row, 20) && !facts.row_security;
        reading.catalog.tables.push_back(table_at(rows, row));
        const Oid oid = reading.catalog.tables.back().oid;
        reading.facts.emplace(oid, std::move(facts));
        reading.sizes[oid] = {rows.integer(row, 15), rows.number(row, 16), rows.integer(row, 17), {}, {}};
    }
}

void ask_columns(pq::Connection& connection, CatalogReading& reading) {
    // A type can be a btree key if it, the type its domain is made of, or a type it is binary coercible to has a default
    // operator class. Enums, ranges and composites have one each; an array needs one of its elements.
    const auto rows = ask(connection, fmt::format(R"(
with relation as materialized (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm', 'f') and {}
), ordered as materialized (
    select o.opcintype as type from pg_opclass o where o.opcdefault and o.opcmethod = (select a.oid from pg_am a where a.amname = 'btree')
), comparable as materialized (
    select type from ordered
    union select k.castsource from pg_cast k join ordered o on o.type = k.casttarget where k.castmethod = 'b' and k.castcontext = 'i'
    union select t.oid from pg_type t where t.typtype in ('e', 'r', 'm', 'c')
), used as materialized (
    select distinct a.atttypid as oid from pg_attribute a where a.attrelid in (select oid from relation) and a.attnum > 0 and a.atttypid <> 0
), type as materialized (
    select u.oid, t.typcategory, t.typcollation,
           case when b.typcategory = 'A' and b.typelem <> 0 then b.typelem in (select type from comparable)
                else b.oid in (select type from comparable) end as btree
    from used u
    join pg_type t on t.oid = u.oid
    left join pg_type d on d.oid = t.typbasetype and t.typtype = 'd'
    join pg_type b on b.oid = coalesce(nullif(d.typbasetype, 0), d.oid, t.oid)
)
select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), t.typcategory, a.attnotnull, t.btree,
       coalesce(l.collisdeterministic, true),
       case when a.attcollation <> t.typcollation then
            (select format('%I.%I', ln.nspname, l.collname) from pg_namespace ln where ln.oid = l.collnamespace) end,
       case when a.attgenerated <> '' and a.attrelid <> all ($1::oid[]) then
            (select pg_get_expr(e.adbin, e.adrelid) from pg_attrdef e where e.adrelid = a.attrelid and e.adnum = a.attnum) end
from pg_attribute a
join type t on t.oid = a.atttypid
left join pg_collation l on l.oid = a.attcollation
where a.attrelid in (select oid from relation) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum)", user_schema), {oids_in(reading.locked)});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto facts = reading.facts.find(oid_at(rows, row, 0));
        if (facts == reading.facts.end()) continue;  // created since the tables were asked for
        Column column;
        column.name = rows.text(row, 2);
        column.type = rows.text(row, 3);
        column.type_category = rows.text(row, 4).front();
        column.not_null = rows.boolean(row, 5);
        column.btree = rows.boolean(row, 6);
        column.deterministic = rows.boolean(row, 7, true);
        column.collation = rows.text(row, 8);
        column.generated = rows.text(row, 9);
        facts->second.columns.emplace(static_cast<int>(rows.integer(row, 1)), column.name);
        reading.catalog.tables[facts->second.position].columns.push_back(std::move(column));
    }
}

}  // namespace dwopt::postgres
