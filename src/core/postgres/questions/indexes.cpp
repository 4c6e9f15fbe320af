#include "catalog.hpp"

#include "model/identifier.hpp"
#include "versions.hpp"

#include <algorithm>

namespace dwopt::postgres {
namespace {

struct Shape {  // pg_index, where keys are numbers
    std::vector<int> columns, options;
    std::size_t keys = 0;
};

void add_keys(Index& index, const Shape& shape, const TableFacts& table) {
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
        const auto column = table.columns.find(shape.columns[i]);
        const std::string name = column == table.columns.end() ? "" : column->second;
        if (i >= shape.keys) {
            index.include.push_back(name);
            continue;
        }
        IndexKey key;
        key.column = name;
        const int option = i < shape.options.size() ? shape.options[i] : 0;
        key.descending = (option & 1) != 0;   // INDOPTION_DESC
        key.nulls_first = (option & 2) != 0;  // INDOPTION_NULLS_FIRST
        index.keys.push_back(std::move(key));
    }
}

Index index_at(const pq::Result& rows, std::size_t row, const Table& table) {
    Index index;
    index.oid = oid_at(rows, row, 0);
    index.table = table.name;
    index.name = {rows.text(row, 2), rows.text(row, 3)};
    index.method = rows.text(row, 4);
    index.unique = rows.boolean(row, 8);
    index.primary = rows.boolean(row, 9);
    index.exclusion = rows.boolean(row, 10);
    index.valid = rows.boolean(row, 11);
    index.ready = rows.boolean(row, 12);
    index.live = rows.boolean(row, 13);
    index.clustered = rows.boolean(row, 14);
    index.replica_identity = rows.boolean(row, 15);
    index.partitioned = rows.boolean(row, 16);
    index.tablespace = rows.text(row, 17);
    index.comment = rows.text(row, 18);
    index.definition = rows.text(row, 19);
    index.predicate = rows.text(row, 20);
    index.constraint = rows.text(row, 21);
    index.referenced_by_foreign_key = rows.boolean(row, 22);
    index.extension_dependent = rows.boolean(row, 23);
    if (rows.at(row, 24)) index.parent = RelationName{rows.text(row, 24), rows.text(row, 25)};
    return index;
}

void ask_index_list(pq::Connection& connection, CatalogReading& reading, const std::string& special, int major) {
    const auto rows = ask(connection, fmt::format(R"(
select i.indexrelid, i.indrelid, n.nspname, c.relname, m.amname, i.indnkeyatts, i.indkey, i.indoption, i.indisunique, i.indisprimary,
       i.indisexclusion, i.indisvalid, i.indisready, i.indislive, i.indisclustered, i.indisreplident, c.relkind = 'I', s.spcname,
       obj.description,
       case when i.indrelid <> all ($1::oid[]) and (i.indexprs is not null or i.indpred is not null or c.reloptions is not null
                or {} or i.indexrelid = any ($2::oid[])) then pg_get_indexdef(i.indexrelid) end,
       case when i.indpred is not null and i.indrelid <> all ($1::oid[]) then pg_get_expr(i.indpred, i.indrelid, true) end,
       own.conname, foreign_key.conindid is not null, depends.objid is not null or member.objid is not null, pn.nspname, p.relname,
       c.relpages, c.reltuples, c.relallvisible, i.indexprs is not null,
       i.indexprs is not null and has_any_column_privilege(i.indexrelid, 'select')
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class t on t.oid = i.indrelid and t.relkind in ('r', 'p', 'm')
join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_description obj on obj.objoid = c.oid and obj.classoid = 'pg_class'::regclass and obj.objsubid = 0
left join (select distinct on (k.conindid) k.conindid, k.conname from pg_constraint k where k.contype in ('p', 'u', 'x')
           order by k.conindid, k.conname) own on own.conindid = c.oid
left join (select distinct k.conindid from pg_constraint k where k.contype = 'f') foreign_key on foreign_key.conindid = c.oid
left join (select distinct d.objid from pg_depend d where d.classid = 'pg_class'::regclass and d.deptype in ('e', 'x')
                                    and d.refclassid = 'pg_extension'::regclass) depends on depends.objid = c.oid
left join (select distinct d.objid from pg_depend d where d.classid = 'pg_class'::regclass and d.deptype = 'e'
                                    and d.refclassid = 'pg_extension'::regclass) member on member.objid = t.oid
left join pg_inherits h on h.inhrelid = c.oid
left join pg_class p on p.oid = h.inhparent
left join pg_namespace pn on pn.oid = p.relnamespace
where {})", clause("index.nulls_not_distinct", major), user_schema), {oids_in(reading.locked), special});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Oid table_oid = oid_at(rows, row, 1);
        const auto facts = reading.facts.find(table_oid);
        if (facts == reading.facts.end()) continue;
        Index index = index_at(rows, row, reading.catalog.tables[facts->second.position]);
        add_keys(index, {numbers_in(rows.text(row, 6)), numbers_in(rows.text(row, 7)), static_cast<std::size_t>(rows.integer(row, 5))},
                 facts->second);
        // pg_statistic has rows for its expressions once the table has been analyzed.
        index.expression_statistics = rows.boolean(row, 29) && reading.sizes[table_oid].tuples >= 0;
        if (rows.boolean(row, 30)) reading.readable_indexes.insert(index.oid);
        reading.sizes[index.oid] = {rows.integer(row, 26), rows.number(row, 27), rows.integer(row, 28), {}, {}};
        reading.index_tables[index.oid] = table_oid;
        reading.catalog.indexes.push_back(std::move(index));
    }
}

// pg_get_indexdef() puts one pair of parentheses around anything but a bare function call.
std::string bare_expression(std::string text) {
    if (text.size() >= 2 && text.front() == '(' && text.back() == ')') return text.substr(1, text.size() - 2);
    return text;
}

// "siglen=32\nnumranges=100" → " (siglen='32', numranges='100')", as pg_get_indexdef() writes them.
std::string opclass_options(std::string_view text) {
    std::string list;
    while (!text.empty()) {
        const std::string_view option = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(option.size() + 1, text.size()));
        const std::size_t equals = std::min(option.find('='), option.size() - 1);
        if (!list.empty()) list += ", ";
        list += model::quote_identifier(option.substr(0, equals)) + "=" + model::quote_literal(option.substr(equals + 1));
    }
    return " (" + list + ")";
}

// A key with something that is not the rule: an expression, an operator class or collation of its own, a statistics target.
struct SpecialKey {
    std::size_t number = 0;  // from 1
    std::string expression, opclass, collation;
    int target = -1;
};
using SpecialKeys = std::unordered_map<Oid, std::vector<SpecialKey>>;  // by index

SpecialKeys ask_special_keys(pq::Connection& connection, const CatalogReading& reading) {
    // An operator class goes without saying if it is a default one, and the column's type has no other default of its own
    // (citext can use text_ops, the default of text).
    const auto rows = ask(connection, fmt::format(R"(
select k.index, k.n, case when k.attnum = 0 and k.table <> all ($1::oid[]) then pg_get_indexdef(k.index, k.n::int, true) end,
       case when not o.opcdefault or exact.oid <> o.oid or ia.attoptions is not null then
            case when onsp.nspname = 'pg_catalog' then '' else quote_ident(onsp.nspname) || '.' end || quote_ident(o.opcname) end,
       case when l.oid is not null then
            case when lnsp.nspname = 'pg_catalog' then '' else quote_ident(lnsp.nspname) || '.' end || quote_ident(l.collname) end,
       coalesce(ia.attstattarget, -1), array_to_string(ia.attoptions, E'\n')
from (select i.indexrelid as index, i.indrelid as table, u.attnum, u.opclass, u.coll, u.n
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
      cross join lateral unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[]) with ordinality u(attnum, opclass, coll, n)
      where u.opclass is not null and {}) k
join pg_opclass o on o.oid = k.opclass
join pg_namespace onsp on onsp.oid = o.opcnamespace
join pg_attribute ia on ia.attrelid = k.index and ia.attnum = k.n
left join pg_attribute a on a.attrelid = k.table and a.attnum = k.attnum and k.attnum <> 0
left join pg_type t on t.oid = a.atttypid
left join pg_opclass exact on exact.opcmethod = o.opcmethod and exact.opcdefault and exact.opcintype = coalesce(nullif(t.typbasetype, 0), t.oid)
left join pg_collation l on l.oid = k.coll and l.oid <> coalesce(a.attcollation, 100)
left join pg_namespace lnsp on lnsp.oid = l.collnamespace
where k.attnum = 0 or not o.opcdefault or exact.oid <> o.oid or ia.attoptions is not null or l.oid is not null or ia.attstattarget >= 0
order by k.index, k.n)", user_schema), {oids_in(reading.locked)});
    SpecialKeys special;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        SpecialKey key{static_cast<std::size_t>(rows.integer(row, 1)), bare_expression(rows.text(row, 2)), rows.text(row, 3),
                       rows.text(row, 4), static_cast<int>(rows.integer(row, 5))};
        if (rows.at(row, 6)) key.opclass += opclass_options(rows.text(row, 6));
        special[oid_at(rows, row, 0)].push_back(std::move(key));
    }
    return special;
}

void apply(const std::vector<SpecialKey>& special, Index& index) {
    for (const SpecialKey& key : special) {
        if (key.number == 0 || key.number > index.keys.size()) continue;
        IndexKey& target = index.keys[key.number - 1];
        if (target.column.empty()) target.expression = key.expression;
        target.opclass = key.opclass;
        target.collation = key.collation;
        if (key.target >= 0) index.statistics_targets.push_back({static_cast<int>(key.number), key.target});
    }
}

// What pg_get_indexdef() says of an index that has columns as keys and nothing special. The function itself takes a
// lock and builds the server's cache entry of the table, for each index: asked for all, it is half of a snapshot's time.
std::string plain_definition(const Index& index) {
    std::string keys, include;
    for (const IndexKey& key : index.keys) {
        keys += (keys.empty() ? "" : ", ") + model::quote_identifier(key.column);
        if (key.descending) keys += key.nulls_first ? " DESC" : " DESC NULLS LAST";
        else if (key.nulls_first) keys += " NULLS FIRST";
    }
    for (const std::string& column : index.include) include += (include.empty() ? "" : ", ") + model::quote_identifier(column);
    return fmt::format("CREATE {}INDEX {} ON {}{} USING {} ({}){}", index.unique ? "UNIQUE " : "", model::quote_identifier(index.name.name),
                       index.partitioned ? "ONLY " : "", model::qualified(index.table), model::quote_identifier(index.method), keys,
                       include.empty() ? "" : " INCLUDE (" + include + ")");
}

}  // namespace

void ask_indexes(pq::Connection& connection, CatalogReading& reading, int major) {
    const SpecialKeys special = ask_special_keys(connection, reading);
    std::vector<Oid> oids;
    for (const auto& [index, keys] : special) oids.push_back(index);
    ask_index_list(connection, reading, array_literal(oids), major);
    for (Index& index : reading.catalog.indexes) {
        if (const auto found = special.find(index.oid); found != special.end()) apply(found->second, index);
        if (index.definition.empty()) index.definition = plain_definition(index);
    }
}

}  // namespace dwopt::postgres
