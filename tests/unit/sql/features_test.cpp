#include "sql/features.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

using namespace dwopt;
using sql::CatalogLookup;
using sql::extract;

namespace {

Table table(std::string schema, std::string name, std::initializer_list<std::pair<const char*, const char*>> columns) {
    Table out;
    out.name = {std::move(schema), std::move(name)};
    for (const auto& [column, type] : columns) {
        Column one;
        one.name = column;
        one.type = type;
        out.columns.push_back(one);
    }
    return out;
}

const Catalog& catalog() {
    static const Catalog out = [] {
        Catalog made;
        made.tables = {table("bronze", "events", {{"id", "bigint"}, {"at", "timestamp"}, {"payload", "jsonb"}}),
                       table("public", "a", {{"x", "integer"}, {"y", "integer"}, {"z", "integer"}, {"s", "text"}, {"v", "character varying(9)"},
                                             {"b", "boolean"}, {"t", "timestamp"}, {"p", "jsonb"}, {"tags", "text[]"}}),
                       table("public", "b", {{"id", "integer"}, {"kind", "integer"}, {"w", "integer"}}),
                       table("silver", "b", {{"other", "integer"}})};
        return made;
    }();
    return out;
}

Features of(std::string_view sql) {
    static const CatalogLookup lookup(catalog());
    return extract(sql, lookup);
}

// "x equal, b.kind range |" : the predicates in words, a bar for one under an OR
std::string predicates(const Features& f) {
    std::string out;
    for (const auto& p : f.predicates) {
        if (!out.empty()) out += ", ";
        out += f.tables[p.table].alias + "." + (p.column.empty() ? "{" + p.expression + "}" : p.column) + " " + std::string(name(p.kind));
        if (p.disjunct) out += " |";
        if (p.joined) out += " joined";
    }
    return out;
}

std::string joins(const Features& f) {
    std::string out;
    for (const auto& j : f.joins)
        out += (out.empty() ? "" : ", ") + f.tables[j.left].alias + "." + j.left_column + "=" + f.tables[j.right].alias + "." + j.right_column;
    return out;
}

std::string orderings(const Features& f) {
    constexpr const char* purposes[] = {"group", "distinct", "window", "order"};
    std::string out;
    for (const auto& o : f.orderings) {
        out += std::string(out.empty() ? "" : ", ") + purposes[static_cast<int>(o.purpose)] + "(";
        for (std::size_t i = 0; i < o.columns.size(); ++i) {
            out += (i ? " " : "") + (o.columns[i].empty() ? "{" + o.expressions[i] + "}" : o.columns[i]) + (o.descending[i] ? "-" : "");
            if (o.nulls_first[i] != o.descending[i]) out += "!";
        }
        out += o.with_limit ? ")limit" : ")";
    }
    return out;
}

std::string columns(const Features& f, std::size_t use) {
    std::string out;
    for (const auto& c : f.tables.at(use).columns) out += (out.empty() ? "" : " ") + c;
    return out;
}

}  // namespace

TEST_CASE("predicates of every kind") {
    CHECK(predicates(of("select 1 from a where x = 1 and y in (1,2) and z between 1 and 2 and 5 < x and s is null and b and not b")) ==
          "a.x equal, a.y in_list, a.z range, a.x range, a.s is_null, a.b is_true, a.b is_false");
    CHECK(predicates(of("select 1 from a where s like 'ab%' and s like '%ab' and s like $1 and s ilike 'a%' and starts_with(s, 'a') and s !~~ 'a%'")) ==
          "a.s prefix, a.s pattern, a.s pattern, a.s prefix, a.s other");
    CHECK(predicates(of("select 1 from a where tags @> '{x}' and p ? 'k' and x = any($1) and $2 = any(tags) and x <> 3 and x not in (4)")) ==
          "a.tags contains, a.p contains, a.x in_list, a.x not_equal");
    CHECK(predicates(of("select 1 from a where not (x < 3) and not (y = 1 or z is null) and b is true and x in ($1)")) ==
          "a.x range, a.y not_equal, a.z is_not_null, a.b is_true, a.x equal");
    CHECK(predicates(of("select 1 from a where (x = 1 or y > 2) and (x, y) = (1, 2) and (x, z) > ($1, $2)")) ==
          "a.x equal |, a.y range |, a.x equal, a.y equal, a.x range, a.z range");
    CHECK(predicates(of("select 1 from a where x = y and x + y > z and 1 = 1")) == "");
    // Two columns of a row, the same however it is put; not of two rows.
    CHECK(predicates(of("select 1 from a where x < y and y > x and not (z < x) and not (y = x)")) == "a.{x < y} columns, a.{x <= z} columns");
    CHECK(predicates(of("select 1 from a, b where a.x < b.id or a.x >= a.y")) == "a.{y <= x} columns |");
    CHECK(predicates(of("select 1 from a where s like v and s not like v and s ilike v and s ^@ v and x <> y")) == "");
}

TEST_CASE("ranges that another table's columns set") {
    CHECK(predicates(of("select 1 from a, b where x = id and y between kind and w")) == "a.y range joined, b.kind range joined, a.y range joined, b.w range joined");
    CHECK(predicates(of("select 1 from a join b on a.x > b.id and not (a.y < b.w)")) == "a.x range joined, b.id range joined, a.y range joined, b.w range joined");
    CHECK(predicates(of("select 1 from a, b where a.x < b.id or a.y = 1")) == "a.y equal |");
}

TEST_CASE("expressions keep their text without qualification") {
    CHECK(predicates(of("select 1 from a q where lower(q.s) = 'x' and date_trunc('day', q.t) = $1 and q.p ->> 'type' = 'y'")) ==
          "q.{lower(s)} equal, q.{date_trunc('day', t)} equal, q.{p ->> 'type'} equal");
    CHECK(predicates(of("select 1 from a where v::text = 'x' and x::text = 'y' and x = '5'::int")) ==
          "a.v equal, a.{x::text} equal, a.x equal");
    CHECK(predicates(of("select 1 from a, b where lower(s) = 'x' and x + kind = 3")) == "a.{lower(s)} equal");
}

TEST_CASE("joins of every form") {
    CHECK(joins(of("select 1 from a, b where x = id and a.y > b.kind")) == "a.x=b.id");
    CHECK(joins(of("select 1 from a l join a r using (x) left join b on b.id = r.y")) == "l.x=r.x, b.id=r.y");
    CHECK(joins(of("select 1 from a natural join a c")).starts_with("a.x=c.x, a.y=c.y"));
    CHECK(joins(of("select 1 from a where exists (select 1 from b where id = x) and y in (select kind from b c) and (x, y) in (select id, w from b d)")) ==
          "b.id=a.x, a.y=c.kind, a.x=d.id, a.y=d.w");
    CHECK(joins(of("select 1 from a where x not in (select id from b)")) == "");
    CHECK(joins(of("select 1 from a, b where (x = id and y = 1) or (x = id and y = 2)")) == "a.x=b.id");
    CHECK(joins(of("select 1 from a, b where x = id or y = 2")) == "");
    CHECK(joins(of("select 1 from a where y > (select avg(kind) from b where id = x)")) == "b.id=a.x");
    CHECK(joins(of("select 1 from a, lateral (select count(*) from b where id = x) l")) == "b.id=a.x");
    CHECK(joins(of("with recursive r as (select x, y from a where z = 1 union all select c.x, c.y from a c join r on c.x = r.y) select 1 from r")) ==
          "c.x=a.y");
    CHECK(predicates(of("select 1 from a where exists (select 1 from b where id > x and w = x + 1)")) == "b.id range, b.w equal");
}

TEST_CASE("names lead through CTEs and subqueries") {
    CHECK(predicates(of("with c as (select x as k, y from a) select 1 from c where c.k = 1")) == "a.x equal");
    CHECK(predicates(of("with c as (select * from a) select 1 from c, c d where c.x = 1")) == "");
    CHECK(predicates(of("with c as materialized (select * from a) select 1 from c where c.x = 1")) == "");
    CHECK(predicates(of("select 1 from (select x, y from a union all select id, kind from b) u where u.y = 1")) == "a.y equal, b.kind equal");
    CHECK(predicates(of("select 1 from (select * from a) q where q.x = 1")) == "a.x equal");
    CHECK(predicates(of("select 1 from (select x from a order by y limit 3) q where q.x = 1")) == "");
    CHECK(predicates(of("select 1 from (select x, rank() over (order by y) from a) q where q.x = 1")) == "");
    CHECK(predicates(of("select 1 from (select sum(x) as x from a) q where q.x = 1")) == "");
    const auto shadow = of("with a as (select 1 as x) select 1 from a where x = 1");
    CHECK(shadow.tables.empty());
    CHECK(predicates(of("select 1 from a as r (k, l) where k = 1 and r.l = 2")) == "r.x equal, r.y equal");
}

TEST_CASE("orderings over one table") {
    CHECK(orderings(of("select y, x as k from a group by 1, k order by k desc, y desc nulls last limit 3")) == "group(y x)limit, order(x- y-!)");
    CHECK(orderings(of("select * from a order by t desc limit 3")) == "order(t-)limit");
    CHECK(orderings(of("select distinct on (x) x, y from a order by x, y desc")) == "distinct(x), order(x y-)");
    CHECK(orderings(of("select distinct x, y from a")) == "distinct(x y)");
    CHECK(orderings(of("select row_number() over (partition by x order by y desc) from a")) == "window(x y-)");
    CHECK(orderings(of("select sum(z) over w from a window w as (order by x)")) == "window(x)");
    CHECK(orderings(of("select 1 from a, b where x = id order by x, kind")) == "");
    CHECK(orderings(of("select count(*) from a group by date_trunc('day', t)")) == "group({date_trunc('day', t)})");
    CHECK(orderings(of("select date_trunc('day', t) as day, x, count(*) from a group by 1, x order by day desc, x")) ==
          "group({date_trunc('day', t)} x), order({date_trunc('day', t)}- x)");
    CHECK(orderings(of("select * from a order by lower(s), x limit 5")) == "order({lower(s)} x)limit");
    CHECK(orderings(of("select distinct lower(s) from a")) == "distinct({lower(s)})");
    CHECK(orderings(of("select x from (select lower(s) as x from a) q order by x")) == "");
    const auto once = of("select (select max(id) from b where id = x) as m from a order by m");
    CHECK(once.subqueries == 1);
    CHECK(once.tables.size() == 2);
    CHECK(orderings(once) == "order(id-)limit");  // of the inner one
    CHECK(orderings(of("select max(t), min(x) from a where y = 1")) == "order(t-)limit, order(x)limit");
    CHECK(orderings(of("select count(*) from b where exists (select lower(s) as kind from a group by kind)")) == "group({lower(s)})");
    CHECK(orderings(of("select x from a group by x, 'k'::text")) == "group(x)");
    CHECK(orderings(of("select max(t) from a group by y")) == "group(y)");
    CHECK(orderings(of("select max(t) from a, b")) == "");
    CHECK(orderings(of("select max(x + y) over (), sum(x) from a")) == "");
    CHECK(orderings(of("select y, count(*) as n from a group by y order by n desc")) == "group(y)");
}

TEST_CASE("columns read") {
    CHECK(columns(of("select count(*) from a"), 0) == "");
    CHECK(columns(of("select * from a where x = 1"), 0) == "*");
    CHECK(columns(of("select count(a) from a"), 0) == "*");
    CHECK(columns(of("select x + 1, max(y) from a where z = 1 group by x order by s"), 0) == "s x y z");
    CHECK(columns(of("select q.x from (select * from a) q"), 0) == "x");
    CHECK(columns(of("select 1 from b where exists (select * from a where x = id)"), 1) == "x");
    CHECK(columns(of("select count(*) from (select x, y from a union select id, w from b) u"), 0) == "x y");
}

TEST_CASE("changes") {
    const auto inserted = of("insert into a (x, y) select id, w from b where kind = 5 on conflict (x) do update set y = excluded.y where a.z = 3 returning s");
    CHECK(inserted.kind == StatementKind::insert);
    CHECK(inserted.tables.at(1).role == TableRole::insert);
    CHECK(inserted.tables.at(1).written == std::vector<std::string>{"y"});
    CHECK(columns(inserted, 0) == "id kind w");
    CHECK(predicates(inserted) == "b.kind equal, a.z equal");
    const auto updated = of("update a set y = w, x = 1 from b where id = x and z = 5");
    CHECK(updated.tables.at(0).role == TableRole::update);
    CHECK(updated.tables.at(0).written == std::vector<std::string>{"x", "y"});
    CHECK(joins(updated) == "b.id=a.x");
    CHECK(predicates(updated) == "a.z equal");
    const auto removed = of("delete from a using b where x = id and kind = 3");
    CHECK(removed.tables.at(0).role == TableRole::remove);
    CHECK(joins(removed) == "a.x=b.id");
    const auto merged = of("merge into a using b on x = id and kind = 4 when matched then update set y = w when not matched then insert (x) values (id)");
    CHECK(merged.kind == StatementKind::merge);
    CHECK(merged.tables.at(0).written == std::vector<std::string>{"y"});
    CHECK(joins(merged) == "a.x=b.id");
    CHECK(of("copy a from stdin").tables.at(0).role == TableRole::insert);
    CHECK(of("with d as (delete from a where x = 1 returning y) select * from d").tables.at(0).role == TableRole::remove);
}

TEST_CASE("wrapped statements, and no statement") {
    CHECK(predicates(of("explain select 1 from a where x = 1")) == "a.x equal");
    CHECK(of("explain select 1 from a").kind == StatementKind::utility);
    CHECK(of("prepare q as select 1 from a where x = $1 and y = $7").parameters == 7);
    CHECK(predicates(of("create table n as select 1 from a where x = 1")) == "a.x equal");
    CHECK(predicates(of("declare c cursor for select 1 from a where x = 1")) == "a.x equal");
    Features expected;
    expected.kind = StatementKind::utility;
    CHECK(of("vacuum a") == expected);
    expected.kind = StatementKind::unknown;
    expected.parameters = 3;
    CHECK(of("garbage $3") == expected);
    CHECK(of("") == Features{});
}

TEST_CASE("names are found as the search path says, and doubt is not settled by guessing") {
    CHECK(of("select 1 from events").tables.at(0).relation == RelationName{"bronze", "events"});  // the only one of that name
    CHECK(of("select 1 from b").tables.at(0).relation == RelationName{"public", "b"});
    CHECK(of("select 1 from silver.b").tables.at(0).relation == RelationName{"silver", "b"});
    const CatalogLookup silver(catalog(), {"$user", "silver"}, "nobody");
    CHECK(silver.find("", "b")->name.schema == "silver");
    CHECK(silver.find("", "a")->name.schema == "public");
    CHECK(silver.find("gold", "a") == nullptr);
    CHECK(CatalogLookup(catalog(), {"$user"}, "silver").find("", "b")->name.schema == "silver");
    CHECK(predicates(of("select 1 from a l, a r where x = 1")) == "");            // which one?
    CHECK(predicates(of("select 1 from somewhere, a where x = 1 and q = 2")) == "a.x equal, somewhere.q equal");
    CHECK(predicates(extract("select 1 from p, q where x = 1 and p.y = 2", sql::NoTables{})) == "p.y equal");
    CHECK(of("select 1 from gone.t").tables.at(0).relation == RelationName{"gone", "t"});
    CHECK(of("select 1 from public.a where public.a.x = 1").predicates.size() == 1);
}

TEST_CASE("a view is read as what it stands for") {
    auto with_views = catalog();
    const auto view = [&](const char* schema, const char* name, const char* sql) { with_views.definitions.push_back({"view", {schema, name}, sql}); };
    view("gold", "recent", "CREATE VIEW gold.recent AS SELECT a.x AS customer, a.t AS day, b.w FROM (public.a JOIN public.b ON ((b.id = a.y))) WHERE (a.z > 3)");
    view("gold", "totals", "CREATE VIEW gold.totals(who, amount) AS SELECT recent.customer, sum(recent.w) FROM gold.recent GROUP BY recent.customer");
    view("gold", "guarded", "CREATE VIEW gold.guarded WITH (security_barrier=true) AS SELECT a.x FROM public.a");
    view("gold", "round", "CREATE VIEW gold.round AS SELECT l.x FROM gold.round l, gold.round r");
    view("gold", "monthly", "CREATE MATERIALIZED VIEW gold.monthly AS SELECT a.x FROM public.a");
    const CatalogLookup lookup(with_views, {"gold"});
    const auto of = [&](std::string_view sql) { return extract(sql, lookup); };

    const auto recent = of("select r.w from recent r where r.customer = $1 and day < now() order by day");
    CHECK(predicates(recent) == "a.z range, a.x equal, a.t range");
    CHECK(joins(recent) == "b.id=a.y");
    REQUIRE(recent.tables.size() == 3);
    CHECK(recent.tables[0].relation == RelationName{"gold", "recent"});
    CHECK(recent.tables[0].columns.empty());
    CHECK(recent.tables[1].columns == std::vector<std::string>{"t", "x", "y", "z"});
    CHECK(recent.tables[2].columns == std::vector<std::string>{"id", "w"});
    CHECK(recent.orderings.size() == 1);

    CHECK(predicates(of("select amount from gold.totals where who = 5")) == "a.z range, a.x equal");  // through two, and a GROUP BY on it
    CHECK(predicates(of("select amount from gold.totals where amount > 5")) == "a.z range");
    CHECK(predicates(of("select 1 from guarded where x = 1")) == "");
    CHECK(predicates(of("select 1 from guarded g (y) where g.y = 1")) == "");
    CHECK(of("select * from gold.round").kind == StatementKind::select);
    CHECK(of("select x from monthly where x = 1").tables.at(0).relation == RelationName{"", "monthly"});
    CHECK(of("with recent as (select x as customer from a) select 1 from recent where customer = 1").tables.size() == 1);
}

TEST_CASE("columns that a statement holds to a literal") {
    static const CatalogLookup lookup(catalog());
    const auto fixed = [](std::string_view sql) {
        std::string out;
        for (const auto& one : sql::fixed_columns(sql, lookup)) out += (out.empty() ? "" : ", ") + std::to_string(one.table) + "." + one.column + "=" + one.literal;
        return out;
    };
    CHECK(fixed("select 1 from a where s = 'it''s' and 5 = x and y > 3 and b = false") == "0.b=false, 0.s='it''s', 0.x=5");
    CHECK(fixed("select 1 from a join b on b.id = a.x and kind = 2 where t = date '2024-01-01'") == "0.t='2024-01-01'::date, 1.kind=2");
    CHECK(fixed("select 1 from a where s = 'x' or y = 1") == "");
    CHECK(fixed("select 1 from a where not s = 'x' and x = y + 1 and z = $1") == "");
    CHECK(fixed("select 1 from (select x as q from a group by x) v where q = 7") == "0.x=7");
    CHECK(fixed("garbage") == "");
}

TEST_CASE("columns that a statement compares with a placeholder") {
    static const CatalogLookup lookup(catalog());
    const auto compared = [](std::string_view sql) {
        std::string out;
        for (const auto& one : sql::compared_columns(sql, lookup)) {
            out += fmt::format("{}{}.{}{}${}{}{}", out.empty() ? "" : ", ", one.table, one.column, one.op, one.number, one.offset > 0 ? fmt::format("±${}", one.offset) : one.added > 0 ? fmt::format("+${}", one.added) : "", one.arm > 0 ? fmt::format("|{}", one.arm) : "");
        }
        return out;
    };
    CHECK(compared("select 1 from a where x = $1 and $2 > y and t >= $3::date") == "0.t>=$3, 0.x=$1, 0.y<$2");
    CHECK(compared("select 1 from a join b on b.id = a.x where t between $1 and $2 and kind in ($3, $4)") == "0.t<=$2, 0.t>=$1, 1.kind=$3, 1.kind=$4");
    CHECK(compared("select 1 from (select x as q from a group by x) v where q = $7") == "0.x=$7");
    CHECK(compared("select 1 from a where x = $1 or y = $2 and t < $3") == "0.t<$3|2, 0.x=$1|1, 0.y=$2|2");
    CHECK(compared("select 1 from a where not x = $1 and y = z and z = 3 and t = now() - $2 and x + $3 = 4") == "");
    CHECK(compared("select 1 from a where s like $1 and $2 like s and s not like $3 and s ilike $4::text") == "0.s~~$1, 0.s~~*$4");
    CHECK(compared("select 1 from a where t >= date $1 and t < date $2 + interval $3 year") == "0.t<$2±$3, 0.t>=$1");
    CHECK(compared("select 1 from a where t between $1 and $1 - $2::interval and t > $3 * $4::interval and t > $5 + $6") == "0.t<=$1±$2, 0.t>$5+$6, 0.t>=$1");
    CHECK(compared("select 1 from a where x between $1 - $2 and $3 + $4 and y > $5::date + $6") == "0.x<=$3+$4, 0.x>=$1+$2");
    CHECK(compared("garbage") == "");
}

TEST_CASE("summary facts") {
    const auto f = of("select distinct count(*), sum(x) over () from a where x in (select id from b) union all (select 1, max(y) from a limit 3)");
    CHECK(f.aggregates == std::vector<std::string>{"count", "max"});
    CHECK(f.has_distinct);
    CHECK(f.has_limit);
    CHECK(f.has_window);
    CHECK(f.has_set_operation);
    CHECK(f.subqueries == 1);
    CHECK(f.tables.at(0).scope == 1);
}
