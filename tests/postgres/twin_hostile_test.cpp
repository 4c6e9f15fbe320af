// A bundle is anybody's text: what it brings may run on the twin, but never as somebody who could do harm.
#include "twin_fixture.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using namespace dwopt::test;
namespace fs = std::filesystem;

TEST_CASE_FIXTURE(TwinFixture, "a hostile schema gets nowhere, and the rest of it still stands") {
    TwinImage image;
    image.server_version_num = 150000;
    const auto mark = (fs::temp_directory_path() / fmt::format("dwopt-hostile-{}", getpid())).string();
    image.schema = fmt::format(R"sql(
COPY (SELECT 1) TO '{0}';
CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ begin copy (select 1) to '{0}'; return 1; end $$;
CREATE FUNCTION evil_sql() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.pg_read_file('/etc/hostname') $$;
CREATE EXTENSION file_fdw;
CREATE TABLE t (a int CHECK (a > evil()));
CREATE TABLE p (a int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (evil()) TO (100000);
CREATE INDEX i ON t ((a + evil()));
ALTER ROLE dwopt_schema SUPERUSER;
GRANT dwopt TO dwopt_schema;
)sql", mark);
    image.relations = {{{"public", "t"}, 'r', 100, 1000, 0, Bytes{100 * 8192}, std::nullopt}, {{"pg_catalog", "pg_class"}, 'r', 1, 1, 0, Bytes{1LL << 40}, std::nullopt}};
    const auto twin = build(image);
    CHECK_FALSE(twin->report().warnings.empty());
    const auto oracle = twin::open_oracle(twin);
    CHECK(oracle->estimate(query("select * from t"), {}).failure == "");
    CHECK_FALSE(oracle->estimate(query("select * from t where evil_sql() = 'x'"), {}).failure.empty());
    CHECK_FALSE(oracle->estimate(query("select 1; drop table t"), {}).failure.empty());
    pq::Connection admin(twin->admin());
    CHECK(admin.query("select count(*) from pg_roles where rolsuper").integer(0, 0) == 1);
    CHECK_FALSE(fs::exists(mark));
}

// Harmless while its owner makes them, and then left where the twin's own sessions may come across them.
TEST_CASE_FIXTURE(TwinFixture, "functions that wait for a superuser wait in vain") {
    TwinImage image;
    image.server_version_num = 150000;
    const auto mark = (fs::temp_directory_path() / fmt::format("dwopt-ambush-{}", getpid())).string();
    image.schema = fmt::format(R"sql(
CREATE FUNCTION public.strike() RETURNS int LANGUAGE sql VOLATILE AS $$ COPY (SELECT 1) TO '{0}'; SELECT 0 $$;
CREATE FUNCTION public.ambush() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN current_setting('is_superuser') = 'on' THEN public.strike() ELSE 0 END $$;
CREATE DOMAIN public.trap AS text CHECK (VALUE > '' AND public.ambush() = 0);
CREATE DOMAIN public.outer_trap AS public.trap CHECK (public.ambush() = 0);
CREATE TYPE public.pair AS (a int, b public.trap);
CREATE TABLE public.t (a int CHECK (a > public.ambush()), d public.outer_trap, c public.pair, l public.trap[], b int DEFAULT public.ambush());
CREATE TABLE public.p (a int, b text) PARTITION BY RANGE (a);
CREATE INDEX i ON public.t (a);
CREATE INDEX j ON public.t ((a + public.ambush()));
CREATE INDEX k ON public.t (a) WHERE public.ambush() = 0;
CREATE SCHEMA dwopt_whatif;
CREATE TABLE dwopt_whatif.divided (original oid, double oid);
CREATE FUNCTION dwopt_whatif.order_back() RETURNS int LANGUAGE sql AS 'select public.ambush()';
CREATE FUNCTION dwopt_whatif.unite(a oid) RETURNS int LANGUAGE sql AS 'select public.ambush()';
CREATE SCHEMA dwopt_objects;
CREATE SCHEMA dwopt_twin;
CREATE VIEW dwopt_twin.statistics AS SELECT public.ambush()::text AS schema, ''::text AS name, ''::text AS fingerprint;
CREATE VIEW public.holds_on AS SELECT * FROM dwopt_twin.statistics;
)sql", mark);
    image.relations = {{{"public", "t"}, 'r', 1000, 100000, 0, Bytes{1000 * 8192}, std::nullopt}, {{"public", "i"}, 'i', 300, 100000, 0, Bytes{300 * 8192}, 200000000}};
    const auto column = [](const char* name, const char* values) {
        ColumnStatistics statistics;
        statistics.column = name;
        statistics.avg_width = 8;
        statistics.n_distinct = 10;
        statistics.most_common_vals = values;
        statistics.most_common_freqs = "{0.5}";
        return statistics;
    };
    image.statistics = {{{"public", "t"}, {column("a", "{1}"), column("d", "{x}"), column("c", R"v({"(1,x)"})v"), column("l", R"v({"{x}"})v")}}};
    const auto twin = build(image);
    const auto oracle = twin::open_oracle(twin);
    auto expression = index_on({"b"});
    expression.keys.front() = {"", "(b + public.ambush())", {}, {}, false, false};
    for (const auto& spec : {index_on({"a", "b"}), expression}) {
        (void)oracle->estimate(query("select * from t where a = 1 and b = 2"), {{{spec, {{spec.table, Bytes{1 << 20}, 100000, 1}}}}, {}});
    }
    const WhatIfPartitions partitions{{"public", "t"}, {{PartitionMethod::hash, "a", {}, false, 4}}};
    (void)oracle->estimate(query("select * from t where a = 1"), {{}, {}, {partitions}});
    (void)postgres::open_warehouse(twin->planner())->snapshot({}, true, silent);
    CHECK(oracle->estimate(query("select * from t where d = 'x'"), {}).failure == "");
    pq::Connection admin(twin->admin());
    CHECK(admin.query("select most_common_vals::text from pg_catalog.pg_stats where tablename = 't' and attname = 'd'").text(0, 0) == "{x}");
    CHECK_FALSE(admin.query("select most_common_vals::text from pg_catalog.pg_stats where tablename = 't' and attname = 'c'").at(0, 0).has_value());
    CHECK_FALSE(fs::exists(mark));
    pq::Connection planner(twin->planner());
    CHECK_THROWS_AS(planner.query("create temp table x (a int)"), pq::SqlError);
    CHECK_THROWS_AS(planner.query("insert into dwopt_whatif.homes values (1, 1)"), pq::SqlError);
    admin.query("select public.ambush()");  // it would have worked
    CHECK(fs::remove(mark));
}
