// The planner twin against the server it was made from: same plans, same costs, to the last digit where nothing stands in
// the way.
#include "twin_fixture.hpp"

#include "dwopt/loop.hpp"
#include "model/index_sql.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

using namespace dwopt;
using Fixture = test::TwinFixture;
using test::index_on;
using test::query;
namespace fs = std::filesystem;

namespace {

void compare(Fixture& fixture, CostOracle& oracle, const std::string& sql, double within = 1.0001) {
    CAPTURE(sql);
    const auto plan = oracle.estimate(query(sql), {});
    CHECK(plan.failure == "");
    const double truth = fixture.cost_here(sql);
    CAPTURE(truth);
    CAPTURE(plan.total.value);
    CHECK(plan.total.value <= truth * within);
    CHECK(plan.total.value >= truth / within);
    CHECK(plan.shape == fixture.shape_here(sql));
}

constexpr const char* table_of_all_sorts = R"sql(
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glad');
CREATE DOMAIN price AS numeric(10, 2);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t (id int PRIMARY KEY, n numeric, tx text, qt varchar(40), c char(8), b bytea, ts timestamptz, d date, iv interval, r int4range, ia int[], ta text[],
  j jsonb, m mood, p price, u uuid, ip inet, fl float8, bo boolean, tsv tsvector, pr pair, x int, s int) WITH (autovacuum_enabled = off);
INSERT INTO t SELECT g, g % 977, 'word ' || g % 53 || repeat('x', g % 30), CASE g % 4 WHEN 0 THEN 'a "quoted" one' WHEN 1 THEN E'new\nline' WHEN 2 THEN '' ELSE 'back\slash {,}' END,
  'c' || g % 9, decode(md5(g::text), 'hex'), '2024-01-01 00:00+00'::timestamptz + g * interval '13 min', '2024-01-01'::date + g % 700, g % 50 * interval '1 h', int4range(g, g + g % 20),
  ARRAY[g % 5, g % 7, g % 11], ARRAY['tag' || g % 6, 'é' || g % 3], jsonb_build_object('k', g % 9, 'deep', jsonb_build_object('x', g % 4)),
  (ARRAY['sad', 'it''s ok', 'glad']::mood[])[1 + g % 3], g % 300, md5((g % 400)::text)::uuid, ('10.0.' || g % 200 || '.1')::inet, sqrt(g), g % 3 = 0,
  to_tsvector('simple', 'lorem w' || g % 40), ROW(g % 5, 'z' || g % 4)::pair, CASE WHEN g % 10 = 0 THEN NULL ELSE g END, (g * 7919) % 1000
FROM generate_series(1, 40000) g;
CREATE INDEX t_expression ON t (lower(tx));
CREATE INDEX t_json ON t ((j ->> 'k'));
CREATE INDEX t_partial ON t (ts) WHERE bo;
CREATE INDEX t_gin ON t USING gin (j);
CREATE INDEX t_brin ON t USING brin (ts);
CREATE INDEX t_hash ON t USING hash (u);
CREATE INDEX t_include ON t (d, x) INCLUDE (n);
CREATE STATISTICS t_both (ndistinct, dependencies) ON x, s, d FROM t;
CREATE VIEW v AS SELECT d, count(*) AS n FROM t GROUP BY d;
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION opaque(a int) RETURNS int LANGUAGE plpgsql STABLE COST 500 AS $$ begin return a; end $$)sql";

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a twin plans a table of all sorts of types as its server does") {
    sql(table_of_all_sorts);
    sql("VACUUM ANALYZE t");
    const auto twin = build(image());
    for (const auto& warning : twin->report().warnings) MESSAGE(warning.message);
    CHECK(twin->report().warnings.empty());
    const auto oracle = twin::open_oracle(twin);
    for (const char* text : {"select * from t where id = 5", "select * from t where n = 7", "select * from t where n between 5 and 90", "select * from t where tx = 'word 7xxx'",
                             "select * from t where tx like 'word 1%'", "select * from t where qt = 'a \"quoted\" one'", "select * from t where qt = E'new\\nline'",
                             "select * from t where qt = 'back\\slash {,}'", "select * from t where c = 'c3'", "select * from t where b > '\\x80'", "select * from t where ts > '2024-06-01'",
                             "select * from t where bo and ts < '2024-01-03'", "select * from t where d = '2024-02-03' and x > 5", "select d, x, n from t where d < '2024-01-09'",
                             "select * from t where iv > '20 h'", "select * from t where ia @> '{3}'", "select * from t where ta && '{tag1}'",
                             "select * from t where j ->> 'k' = '3'", "select * from t where m = 'it''s ok'", "select * from t where p > 250", "select * from t where u = md5('7')::uuid",
                             "select * from t where ip << '10.0.3.0/24'", "select * from t where fl < 12.5", "select * from t where bo", "select * from t where tsv @@ 'w7'::tsquery",
                             "select * from t where pr = row(1, 'z1')::pair", "select * from t where x is null", "select * from t where lower(tx) = 'word 9'", "select * from v where n > 5",
                             "select m, count(*) from t group by m", "select x, s, count(*) from t group by x, s", "select * from t where x = 5 and s = 595", "select * from t where d = '2024-03-03' and s = 7", "select a.* from t a join t b on a.x = b.s where b.n = 4 order by a.ts limit 10",
                             "select * from t where id = twice(21)", "select * from t where opaque(x) = 4", "select * from t where x > 39990", "select max(ts) from t", "delete from t where id = 9",
                             "update t set n = 1 where d = '2024-05-05'", "insert into t (id) values (7)"}) {
        compare(*this, *oracle, text);
    }
    compare(*this, *oracle, "select * from t where j @> '{\"k\": 3}'", 1.01);  // nobody tells how many entries a GIN index has
}

TEST_CASE_FIXTURE(Fixture, "partitions, inheritance and foreign keys are on the twin") {
    sql(R"sql(
CREATE SCHEMA "S ""x";
CREATE TABLE "S ""x".customers (id int PRIMARY KEY, name text);
CREATE TABLE sales (id int, customer int REFERENCES "S ""x".customers, at date, amount int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE sales_2 PARTITION OF sales FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE sales_rest PARTITION OF sales DEFAULT;
CREATE INDEX ON sales (customer);
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
INSERT INTO "S ""x".customers SELECT g, 'n' || g FROM generate_series(1, 500) g;
INSERT INTO sales SELECT g, 1 + g % 500, '2024-01-01'::date + g % 70, g % 100 FROM generate_series(1, 20000) g;
INSERT INTO parent SELECT g, 'x' FROM generate_series(1, 1000) g;
INSERT INTO child SELECT g, 'y', g FROM generate_series(1, 3000) g;
ANALYZE)sql");
    const auto twin = build(image());
    for (const auto& warning : twin->report().warnings) MESSAGE(warning.message);
    CHECK(twin->report().warnings.empty());
    const auto oracle = twin::open_oracle(twin);
    for (const char* text : {"select * from sales where at = '2024-01-15'", "select * from sales where customer = 7", "select * from sales where at >= '2024-02-10' and amount > 50",
                             "select c.name, sum(s.amount) from sales s join \"S \"\"x\".customers c on c.id = s.customer group by c.name", "select * from parent where a < 10"}) {
        compare(*this, *oracle, text);
    }
    // A what-if index on the partitioned table is one on each partition.
    IndexSpec spec;
    spec.table = {"public", "sales"};
    spec.name = "wish";
    spec.keys = {{"amount", {}, {}, {}, false, false}};
    WhatIfIndex wish{spec, {}};
    for (const char* part : {"sales_1", "sales_2", "sales_rest"}) wish.extents.push_back({{"public", part}, Bytes{20 * 8192}, 6000, 1});
    const auto plan = oracle->estimate(query("select * from sales where amount = 3 and at < '2024-02-01'"), {{wish}, {}});
    CHECK(plan.failure == "");
    CHECK(std::any_of(plan.nodes.begin(), plan.nodes.end(), [](const PlanNode& node) { return node.index == "wish"; }));
}

// Every kind of index: what the twin says before it exists, against what the server says once it is built.
TEST_CASE_FIXTURE(Fixture, "a what-if index costs what the built one will") {
    std::string text = table_of_all_sorts;
    sql(text.substr(0, text.find("CREATE INDEX t_expression")));
    sql("VACUUM ANALYZE t");
    const auto twin = build(image());
    const auto oracle = twin::open_oracle(twin);
    auto expression = index_on({""});
    expression.keys[0].expression = "x % 100";
    auto partial = index_on({"ts"});
    partial.predicate = "bo";
    auto include = index_on({"s"});
    include.include = {"x", "n"};
    auto descending = index_on({"d", "x"});
    descending.keys[1].descending = descending.keys[1].nulls_first = true;
    auto trigram = index_on({"tx"}, "gin");
    trigram.keys[0].opclass = "public.gin_trgm_ops";
    sql("CREATE EXTENSION pageinspect");
    struct Case { IndexSpec spec; std::vector<std::string> queries; double within; };
    const std::vector<Case> cases{
        {index_on({"s"}), {"select * from t where s = 5", "select * from t where s < 3", "select count(*) from t a join t b on a.s = b.id where b.n = 5"}, 1.0001},
        {index_on({"tx", "s"}), {"select tx from t where tx > 'word 5' and s = 3", "select tx, s from t order by tx, s limit 5"}, 1.0001},
        {include, {"select x, n from t where s = 77", "select x from t where s between 5 and 9"}, 1.0001},
        {descending, {"select d, x from t where d = '2024-03-03' order by x desc limit 3", "select * from t order by d, x desc limit 10"}, 1.0001},
        {partial, {"select ts from t where bo and ts > '2024-11-01'", "select * from t where bo and ts < '2024-01-20'"}, 1.01},
        {index_on({"u"}, "hash"), {"select * from t where u = md5('3')::uuid"}, 1.01},
        {index_on({"ts"}, "brin"), {"select * from t where ts > '2024-12-20'", "select * from t where ts < '2024-01-02'"}, 1.05},
        {index_on({"j"}, "gin"), {"select * from t where j @> '{\"k\": 3, \"deep\": {\"x\": 1}}'"}, 1.1},
        {index_on({"ia"}, "gin"), {"select * from t where ia @> '{3, 6, 10}'"}, 1.1},
        {trigram, {"select * from t where tx like '%ord 17xxxxx%'"}, 1.1},
    };
    for (const auto& one : cases) {
        const auto ddl = model::create_index_sql(one.spec, model::CreateForm::plain);
        CAPTURE(ddl);
        sql(ddl);
        const auto figures = database.session().query("select pg_relation_size('wish'), reltuples from pg_class where relname = 'wish'");
        const auto levels = one.spec.method == "btree" ? database.session().query("select fastlevel from bt_metap('wish')").integer(0, 0) : 0;
        const WhatIfIndex wish{one.spec, {{one.spec.table, Bytes{figures.integer(0, 0)}, figures.number(0, 1), static_cast<int>(levels)}}};
        for (const auto& text_of_query : one.queries) {
            CAPTURE(text_of_query);
            const auto plan = oracle->estimate(query(text_of_query), {{wish}, {}});
            CHECK(plan.failure == "");
            const double truth = cost_here(text_of_query);
            CAPTURE(truth);
            CAPTURE(plan.total.value);
            CHECK(std::max(truth / plan.total.value, plan.total.value / truth) <= one.within);
        }
        sql("DROP INDEX wish");
    }
    // Hiding an index is what dropping it would be.
    const std::string by_key = "select * from t where id = 5";
    const auto hidden = oracle->estimate(query(by_key), {{}, {{"public", "t_pkey"}}});
    sql("ALTER TABLE t DROP CONSTRAINT t_pkey");
    CHECK(hidden.total.value == doctest::Approx(cost_here(by_key)).epsilon(0.0001));
}

TEST_CASE_FIXTURE(Fixture, "a twin is reused while nothing changes, and survives the death of its server") {
    sql("CREATE TABLE t WITH (autovacuum_enabled = off) AS SELECT g AS a FROM generate_series(1, 20000) g; ANALYZE");
    const auto first = image();
    const auto cost_of = [&](const std::shared_ptr<twin::Twin>& twin) { return twin::open_oracle(twin)->estimate(query("select * from t where a < 100"), {}).total.value; };
    double cost = 0;
    {
        const auto twin = build(first);
        CHECK_FALSE(twin->report().reused);
        cost = cost_of(twin);
        CHECK(cost == cost_here("select * from t where a < 100"));
    }
    {
        const auto twin = build(first);
        CHECK(twin->report().reused);
        pq::Connection admin(twin->admin());
        CHECK(admin.query("select current_setting('listen_addresses')").text(0, 0).empty());
        const auto data = admin.query("select current_setting('data_directory')").text(0, 0);
        const auto socket = admin.query("select current_setting('unix_socket_directories')").text(0, 0);
        const auto directory = socket.substr(socket.front() == '"' ? 1 : 0, socket.size() - (socket.front() == '"' ? 2 : 0));
        CHECK((fs::status(directory).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
        CHECK((fs::status(data).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
        int pid = 0;
        std::ifstream(fs::path(data) / "postmaster.pid") >> pid;
        REQUIRE(pid > 1);
        kill(pid, SIGKILL);
    }
    CHECK(cost_of(build(first)) == cost);
    // Other figures and statistics go into the twin that stands; another schema needs a new one.
    sql("CREATE INDEX t_a ON t (a)");
    const auto place = [](const std::shared_ptr<twin::Twin>& twin) { return pq::Connection(twin->admin()).query("select current_setting('unix_socket_directories')").text(0, 0); };
    const auto stood = place(build(image()));
    for (const char* change : {"INSERT INTO t SELECT g FROM generate_series(20001, 90000) g; ANALYZE", "DELETE FROM t WHERE a % 3 <> 0"}) {
        CAPTURE(change);
        sql(change);
        sql("VACUUM FULL ANALYZE");
        const auto refreshed = build(image());
        CHECK_FALSE(refreshed->report().reused);
        CHECK(place(refreshed) == stood);
        CHECK(refreshed->report().columns == 1);
        for (const char* text : {"select * from t where a < 100", "select count(*) from t", "select * from t where a = 7"}) {
            CHECK(twin::open_oracle(refreshed)->estimate(query(text), {}).total.value == cost_here(text));
        }
    }
    sql("ALTER TABLE t ADD b int");
    CHECK(place(build(image())) != stood);
    CHECK(twin::drop(options));
    CHECK_FALSE(twin::drop(options));
}

TEST_CASE_FIXTURE(Fixture, "a twin whose programs were upgraded meanwhile is started with the new ones") {
    const auto installed = twin::server_programs(0, {});
    const auto root = fs::temp_directory_path() / fmt::format("dwopt-programs-{}", getpid());
    const auto major = installed.parent_path().filename();
    options.bindir = root / "lib/postgresql" / major / "bin";
    fs::create_directories(options.bindir);
    fs::create_directories(root / "share");
    fs::create_symlink(installed.parent_path() / "lib", options.bindir.parent_path() / "lib");
    fs::create_symlink("/usr/share/postgresql", root / "share/postgresql");
    for (const char* program : {"postgres", "initdb"}) fs::copy_file(installed / program, options.bindir / program);
    sql("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 2000) g; ANALYZE");
    const auto first = image();
    const auto began = [](const std::shared_ptr<twin::Twin>& twin) { return pq::Connection(twin->admin()).query("select pg_postmaster_start_time()").text(0, 0); };
    const auto before = began(build(first));
    CHECK(began(build(first)) == before);
    fs::rename(options.bindir / "postgres", root / "old");  // as a package manager does it
    fs::copy_file(root / "old", options.bindir / "postgres");
    fs::remove(root / "old");
    CHECK(began(build(first)) != before);
    CHECK(build(first)->report().reused);
    twin::drop(options);
    fs::remove_all(root);
}

TEST_CASE_FIXTURE(Fixture, "what a large search has left behind is cleared, though no transaction could lock all of it") {
    sql("CREATE TABLE t (a int); ANALYZE");
    const auto twin = build(image());
    (void)twin::open_oracle(twin)->estimate(query("SELECT * FROM t"), {});
    pq::Connection admin(twin->admin());
    admin.execute("CREATE SCHEMA IF NOT EXISTS dwopt_objects");
    constexpr int more_than_its_lock_table_holds = 20;
    for (int n = 0; n < more_than_its_lock_table_holds; ++n) {
        admin.execute(fmt::format("DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE 'CREATE UNLOGGED TABLE dwopt_objects.t{}_' || i || ' ()'; END LOOP; END $$", n));
    }
    CHECK(twin::open_oracle(twin)->estimate(query("SELECT * FROM t"), {}).failure == "");
    CHECK(admin.query("select count(*) from pg_catalog.pg_class where relname ~ '^t[0-9]+_'").integer(0, 0) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a warehouse of ten terabytes takes no room") {
    TwinImage image;
    image.server_version_num = 150000;
    image.schema = "CREATE TABLE huge (a int, b text); CREATE INDEX huge_a ON huge (a);";
    const std::int64_t pages = (10LL << 40) / 8192;
    image.relations = {{{"public", "huge"}, 'r', pages, 1e11, 0, Bytes{pages * 8192}, std::nullopt}, {{"public", "huge_a"}, 'i', pages / 20, 1e11, 0, Bytes{pages / 20 * 8192}, 4}};
    const auto twin = build(image);
    CHECK(twin->report().disk < Bytes{200LL << 20});
    const auto plan = twin::open_oracle(twin)->estimate(query("select * from huge"), {});
    CHECK(plan.failure == "");
    CHECK(plan.total.value > static_cast<double>(pages));
}

// Where a histogram's edges lie depends on how texts sort.
TEST_CASE("texts sort on the twin as they do in the warehouse") {
    for (const char* locale : {"LOCALE_PROVIDER icu ICU_LOCALE 'de-DE-u-co-phonebk'", "LOCALE_PROVIDER libc LOCALE 'C'"}) {
        CAPTURE(locale);
        Fixture fixture(fmt::format("TEMPLATE template0 ENCODING 'UTF8' {}", locale));
        fixture.sql("CREATE COLLATION mine (provider = icu, locale = 'sv'); CREATE TABLE t (a text, b text COLLATE mine, c text COLLATE \"C\");"
                    "INSERT INTO t SELECT w, w, w FROM (SELECT (ARRAY['Ä', 'a', 'Z', 'ö', 'o', 'Zebra', 'ß'])[1 + g % 7] || md5(g::text) AS w FROM generate_series(1, 20000) g) x; ANALYZE");
        const auto twin = fixture.build(fixture.image());
        for (const auto& warning : twin->report().warnings) FAIL_CHECK(warning.message);
        const auto oracle = twin::open_oracle(twin);
        for (const char* text : {"select * from t where a < 'b'", "select * from t where b > 'z'", "select * from t where c between 'A' and 'a'", "select * from t where a > 'öz'"}) {
            compare(fixture, *oracle, text);
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "a version without server programs is refused with the package's name") {
    TwinImage image;
    image.server_version_num = 120003;
    image.schema = "CREATE TABLE t (a int)";
    try {
        (void)build(image);
        FAIL("it was built");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::refused);
        CHECK(error.hint().find("postgresql-12") != std::string::npos);
    }
}
