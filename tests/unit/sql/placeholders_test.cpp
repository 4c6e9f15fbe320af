#include "sql/placeholders.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace dwopt;
using sql::plannable;

namespace {

Catalog catalog() {
    Table table;
    table.name = {"public", "t"};
    for (const auto& [name, type] : std::vector<std::pair<const char*, const char*>>{
             {"i", "integer"}, {"n", "numeric(10,2)"}, {"s", "text"}, {"d", "date"}, {"ts", "timestamp without time zone"}, {"a", "integer[]"}}) {
        Column column;
        column.name = name;
        column.type = type;
        table.columns.push_back(column);
    }
    Catalog out;
    out.tables.push_back(table);
    return out;
}

}  // namespace

TEST_CASE("texts become plannable by themselves") {
    const std::vector<std::pair<const char*, const char*>> cases{
        {"select date $1, interval $2", "select $1::date, $2::interval"},
        {"select interval $1 day to second(3), interval(2) $2", "select $1::interval day to second(3), $2::interval(2)"},
        {"select timestamp with time zone $1, timestamptz $2, double precision $3",
         "select $1::timestamp with time zone, $2::timestamptz, $3::double precision"},
        {"select x from t where d >= date $1 - interval $2 day", "select x from t where d >= $1::date - $2::interval day"},
        {"select extract($1 from x), cast($2 as date), $3::text", "select date_part($1::text, x), cast($2 as date), $3::text"},
        {"select $1 + $2, - $3, x + $4", "select $1::integer + $2::integer, - $3::integer, x + $4"},
        {"select x from t where d between $1::date and $2 + $3", "select x from t where d between $1::date and $2::integer + $3::integer"},
        {"select now() - $1, current_date - $2 where now() - $3 > y", "select now() - $1::interval, current_date - $2::integer where now() - $3::interval > y"},
        {"select count($1), sum($2), sum(case when a then $3 else $4 end), max($5)",
         "select count($1::text), sum($2::integer), sum(case when a then $3::integer else $4::integer end), max($5)"},
        {"select coalesce(x, $1), case when a then $2 else $3 end, round(x, $4), $5 || $6 from t limit $7",
         "select coalesce(x, $1), case when a then $2 else $3 end, round(x, $4), $5 || $6 from t limit $7"},
        {"select x from generate_series($1, $2) g", "select x from generate_series($1::integer, $2::integer) g"},
        {"select x from generate_series($1, $2, interval $3) g", "select x from generate_series($1::timestamptz, $2::timestamptz, $3::interval) g"},
        {"select x from t where i in ($1, $2) and i = any(array[$3,$4]) and i <> all(array[$5])",
         "select x from t where i in ($1, $2) and i IN ($3,$4) and i NOT IN ($5)"},
        {"select substring(a from $1 for $2), substr(a, $3), position($4 in a) from t",
         "select substring(a from $1::integer for $2::integer), substr(a, $3), position($4 in a) from t"},
        {"select x from t where $1 is null or x = $1", "select x from t where $2::text is null or x = $1"},
        {"select date_trunc($1, ts), sum(n) from t group by date_trunc($2, ts) order by date_trunc($3, ts)",
         "select date_trunc($1, ts), sum(n) from t group by date_trunc($1, ts) order by date_trunc($1, ts)"},
        {"select x from t where a = $2 and b = $5", "select x from t where a = $1 and b = $2"},
        {"prepare p (int) as select x from t where a = date $1", "select x from t where a = $1::date"},
        {"declare c cursor with hold for select $1 + x", "select $1 + x"},
        {"create table n as select x from t where a = date $1 with no data", "select x from t where a = $1::date"},
        {"copy (select count($1) from t) to $2 with (delimiter $3)", "select count($1::text) from t"},
        {"explain (analyze, buffers) select count($1) from t", "select count($1::text) from t"},
        {"select 1 +", "select 1 +"}};
    for (const auto& [from, to] : cases) CHECK(plannable(from) == std::string(to));
}

TEST_CASE("columns' types help") {
    const auto tables = catalog();
    const sql::CatalogLookup lookup(tables);
    CHECK(plannable("select i from t where d > d + $1 and i < $2 + $3", lookup) ==
          "select i from t where d > d + $1::integer and i < $2::integer + $3::integer");
    CHECK(plannable("select i from t where n < $1 * $2 and a && array[$3,$4]", lookup) ==
          "select i from t where n < $1::numeric * $2::numeric and a && array[$3::integer,$4]");
    CHECK(plannable("select i from t where d > $1 + $2 and ts < $3 - $4", lookup) ==
          "select i from t where d > $1::date + $2::interval and ts < $3::timestamp without time zone - $4::interval");
    CHECK(plannable("select t.i from (values ($1,$2)) v (id, name) join t on t.i = v.id", lookup) ==
          "select t.i from (values ($1::integer,$2)) v (id, name) join t on t.i = v.id");
    CHECK(plannable("update t set i = case when s = $1 then $2 else $3 end, d = d + $4", lookup) ==
          "update t set i = case when s = $1 then $2::integer else $3::integer end, d = d + $4::integer");
    CHECK(plannable("with recursive r(k) as (values ($1) union all select k + $2 from r where k < $3) select k from r", lookup) ==
          "with recursive r(k) as (values ($1::integer) union all select k + $2::integer from r where k < $3) select k from r");
}

TEST_CASE("literals take the place of placeholders that stand alone") {
    CHECK(sql::with_literals("select '$1', $1 + $12, $2 -- $1", {{1, "'it''s'"}, {12, "3"}}) == "select '$1', 'it''s' + 3, $2 -- $1");
    CHECK(sql::with_literals("select $1, $1", {{1, "2"}}) == std::nullopt);
    CHECK(sql::with_literals("select $1", {{2, "2"}}) == std::nullopt);
    CHECK(sql::with_literals("select $1", {}) == "select $1");
}

TEST_CASE("parameters are counted outside of strings only") {
    CHECK(sql::parameter_count("select $1, $12, '$99', \"$98\" -- $97") == 12);
    CHECK(sql::parameter_count("select 1") == 0);
    CHECK(sql::parameter_count("") == 0);
    CHECK(sql::parameter_count("select $99999999999999999999") == 0);
}
