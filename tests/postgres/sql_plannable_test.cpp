// Statements run on the server, their texts taken from pg_stat_statements, normalised, made plannable, and prepared there.
#include "database.hpp"

#include "sql/features.hpp"
#include "sql/normalise.hpp"
#include "sql/placeholders.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace dwopt;

namespace {

constexpr const char* tables =
    "CREATE EXTENSION pg_stat_statements SCHEMA public; CREATE TYPE public.mood AS ENUM ('a', 'b');"
    "CREATE TABLE public.t (i int, n numeric(10,2), s text, d date, ts timestamp, tz timestamptz, b boolean, a int[], j jsonb,"
    "                       e public.mood, u uuid, UNIQUE (i, n, s))";

const std::vector<const char*> statements{
    "select d from t where d >= date '2020-01-01' and d < date '2020-01-01' + interval '1 month'",
    "select d from t where ts >= timestamp '2020-01-01' - interval '90' day and tz >= timestamptz '2020-01-01' - interval '1' day * 3",
    "select d from t where tz > timestamp with time zone '2020-01-01' and tz < timestamp(3) with time zone '2020-01-01'",
    "select extract(year from d), count(*) from t where extract(month from ts) = 5 group by extract(year from d) order by extract(year from d)",
    "select date_trunc('day', ts), sum(n) from t group by date_trunc('day', ts) order by date_trunc('day', ts) desc",
    "select date_trunc('day', ts) as x, sum(n) from t group by x having date_trunc('day', ts) > '2020-01-01'",
    "select distinct lower(s || 'x') from t order by lower(s || 'x')",
    "select i + 1, 1 + 2, -5 + i, 'a' || 'b', s || 'c', -(-i), 2 * 3.5 from t",
    "select 1 as one, 'x', null, true from t limit 5 offset 10",
    "select * from t where i in (1,2,3) and n between 1 and 2.5 and s like 'a%' escape '!' and s similar to '%(a|b)%' and s ~ '^x'",
    "select coalesce(n, 0), coalesce(s, 'x'), nullif(i, 0), greatest(i, 5), least(1, 2), coalesce(null, 5) + 1 from t",
    "select case when i > 3 then 1 else 0 end, case i when 1 then 'a' when 2 then 'b' else 'c' end from t",
    "select sum(case when i > 3 then 1 else 0 end), sum(n * (1 - n)), round(n, 2), avg(1), max(5), min('x'), count(1) from t group by n",
    "select * from t where ts > now() - '1 day'::interval and d > current_date - 30 and d - 5 > '2020-01-01' and d + 7 < current_date",
    "select * from t where now() - ts > '1 hour' and ts at time zone 'UTC' > '2020-01-01'",
    "select * from generate_series(1, 10) g(x), t where t.i = g.x",
    "select * from generate_series(date '2020-01-01', date '2020-02-01', interval '1 day') g",
    "select position('x' in s), substring(s from 1 for 3), substr(s, 2, 3), trim('x' from s), overlay(s placing 'x' from 2 for 3) from t",
    "select * from t where s = any(array['a','b']) and i = any(array[1,2]) and i <> all(array[3,4]) and a = array[1,2] and a @> array[1]",
    "select * from t where j ->> 'type' = 'x' and j @> '{\"a\":1}' and j ? 'k' and (j->>'n')::int > 5 and j->'a'->>'b' = 'c'",
    "select * from t where (i, s) = (1, 'x') or (i, n) in ((1, 2), (3, 4)) and (i, s) > (5, 'y')",
    "select x.a + 1 from (select 1 as a, 'y' as b) x where x.a > 0 and x.b = 'y'",
    "with recursive r(n) as (values (1) union all select n + 1 from r where n < 10) select sum(n) from r",
    "select * from (values (1,'a'),(2,'b')) v(id, name) join t on t.i = v.id",
    "select 'web' as channel, sum(n) from t group by 1 union all select 'store', 0 union all select s, n from t",
    "select ntile(4) over (order by i), lag(i, 1, 0) over (order by i), sum(n) over (order by i rows between 5 preceding and current row) from t",
    "select percentile_cont(0.5) within group (order by n), string_agg(s, ','), array_agg(1), concat('a', 1, max(s)) from t",
    "select to_char(ts, 'YYYY'), to_char(5, '999'), to_date('2020', 'YYYY'), age(ts, '2020-01-01'), extract(epoch from now() - ts) / 60 from t",
    "select interval '1' year, interval '1-2' year to month, interval '3' second(2), interval(3) '1 day', interval '1 2:03' day to minute",
    "insert into t (i, n, s) values (1, 2.5, 'x'), (2, 3.5, 'y') on conflict do nothing",
    "insert into t (i, s, d) select 5, 'x', '2020-01-01' from t where i = 3",
    "update t set n = n + 1, s = 'x', d = d + 1, ts = ts + interval '1 day', i = case when i > 5 then 1 else 2 end where i = 5",
    "delete from t where d < current_date - 90 and i % 5 = 0",
    "select i / 2, i * 2.5, 2 ^ 3, abs(-5), ceil(2.5), sqrt(4), power(2, 3), mod(5, 3), trunc(5.5), random() * 5 from t",
    "select * from t where i + 1 = 2 * 3 and n * 1.1 > 100 - 5 and i between 5 and 10 + 5",
    "select exists (select 1 from t where i = 5), (select 5), array(select 1), (select max(i) from t where s = 'x') + 1",
    "select i from t where n > (select 0.5 * avg(n) from t) and i = (select 7)",
    "select json '{\"a\":1}', numeric '5.5', uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', b'101', '1'::text, cast('2' as int) from t",
    "select row(1, 'a'), array[1,2,3], array[['a'],['b']], a[1], a[1:2] from t",
    "select i, count(*) filter (where n > 5) from t group by rollup (i, lower(s || 'a')) having count(*) > 5",
    "select 5 is null, n is distinct from 5, b = true from t where b is not true and (ts, ts) overlaps ('2020-01-01', '2020-02-01')",
    "select * from t where ('x' is null or s = 'x') and (5 is null or i = 5) and e = 'a' and e in ('a','b')",
    "select * from t order by case when i = 1 then 0 else 1 end, s fetch first 5 rows with ties",
    "merge into t using (select 1 as i, 'x' as s) q on t.i = q.i when matched and t.n > 5 then update set s = 'y', n = 3 "
    "when not matched then insert (i, s) values (5, 'z')",
    "select * from t t1 join t t2 on t1.i = t2.i + 1 and t2.d > t1.d + 5 and t2.ts between t1.ts and t1.ts + interval '1 hour' where t1.n > 1.2 * t2.n",
    "create temp table kept as select * from t where d > date '2020-01-01' and i + 1 > 5 with no data",
    "copy (select count(1) from t where i = 3) to '/dev/null'"};

Catalog catalog_of(pq::Connection& session) {
    const auto columns = session.query("select attname, pg_catalog.format_type(atttypid, atttypmod) from pg_catalog.pg_attribute "
                                       "where attrelid = 'public.t'::pg_catalog.regclass and attnum > 0 order by attnum");
    Table table;
    table.name = {"public", "t"};
    for (std::size_t row = 0; row < columns.rows(); ++row) {
        Column column;
        column.name = columns.text(row, 0);
        column.type = columns.text(row, 1);
        table.columns.push_back(column);
    }
    Catalog catalog;
    catalog.tables.push_back(table);
    return catalog;
}

}  // namespace

TEST_CASE("texts of pg_stat_statements can be prepared once they are plannable") {
    test::Database database;
    auto& session = database.session();
    session.execute(tables);
    session.execute("SET search_path = public");
    for (const auto* sql : statements) session.execute(sql);
    const auto texts = session.query("select query from public.pg_stat_statements s join pg_catalog.pg_database d on d.oid = s.dbid "
                                     "where d.datname = pg_catalog.current_database() and query ~* 'from t|select|insert|update|delete' "
                                     "and query !~ 'pg_catalog|CREATE ' order by query");
    CHECK(texts.rows() >= statements.size() - 2);  // a few may share an entry
    const auto catalog = catalog_of(session);
    const sql::CatalogLookup lookup(catalog);
    int failed_as_they_are = 0;
    for (std::size_t row = 0; row < texts.rows(); ++row) {
        const auto text = sql::normalise(texts.text(row, 0)).text;
        const auto sql = sql::plannable(text, lookup);
        INFO(text << "\n  ->  " << sql);
        CHECK_NOTHROW(session.execute("PREPARE ready AS " + sql + "; DEALLOCATE ready"));
        try {
            session.execute("PREPARE raw AS " + text + "; DEALLOCATE raw");
        } catch (const pq::SqlError&) {
            ++failed_as_they_are;
        }
    }
    CHECK(failed_as_they_are > 20);  // else this test would show nothing
}
