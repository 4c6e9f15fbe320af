#include "collect_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

using namespace dwopt;
using namespace dwopt::test;
using Fixture = CollectFixture;

TEST_CASE_FIXTURE(Fixture, "a session of ours is read-only, quiet about values, and can be cancelled") {
    pq::ConnectionOptions options = database.options();
    options.read_only = true;
    options.application_name = "dwopt/collect";
    pq::Connection connection(options);
    CHECK_FALSE(connection.pooled());
    CHECK(connection.query("SELECT current_setting('search_path') || current_setting('application_name')").text(0, 0) == "dwopt/collect");
    CHECK(connection.query("SELECT $1::int + 1", {"41"}).integer(0, 0) == 42);
    CHECK_FALSE(connection.query("SELECT $1::text", {std::nullopt}).at(0, 0).has_value());
    try {
        connection.execute("CREATE TABLE public.t ()");
        FAIL("written");
    } catch (const pq::SqlError& error) {
        CHECK(error.sqlstate() == "25006");
    }
    sql("CREATE TABLE public.u (a int PRIMARY KEY); INSERT INTO public.u VALUES (42)");
    try {
        sql("INSERT INTO public.u VALUES (42)");
        FAIL("duplicate");
    } catch (const pq::SqlError& error) {
        CHECK(std::string(error.what()).find("42") == std::string::npos);  // DETAIL has the value
    }
    const auto cost = connection.cost().statements;
    CHECK_THROWS_AS(connection.query("SELECT 1; SELECT 2"), pq::SqlError);
    CHECK(connection.cost().statements == cost + 1);
}

TEST_CASE_FIXTURE(Fixture, "every index is described as the server describes it") {
    sql(R"(CREATE SCHEMA "Odd "" schema"; CREATE EXTENSION citext SCHEMA extensions;
CREATE TABLE "Odd "" schema"."select" (id int PRIMARY KEY, "a b" text COLLATE "C", c timestamptz, d extensions.citext, j jsonb, n numeric[], e json);
SET search_path = "Odd "" schema", extensions;
CREATE INDEX plain ON "select" ("a b", c DESC, id DESC NULLS LAST) INCLUDE (d, j);
CREATE INDEX firsts ON "select" (c NULLS FIRST);
CREATE UNIQUE INDEX "Mixed ""case""" ON "select" (c);
CREATE UNIQUE INDEX nulls ON "select" (c) NULLS NOT DISTINCT;
CREATE INDEX partial ON "select" (c) WHERE "a b" = 'x''y';
CREATE INDEX expression ON "select" (lower("a b"), (id + 1) DESC);
CREATE INDEX pattern ON "select" ("a b" text_pattern_ops, "a b" COLLATE "POSIX");
CREATE INDEX ci ON "select" (d);
CREATE INDEX ci_text ON "select" (d text_ops);
CREATE INDEX gin ON "select" USING gin (j jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX hashed ON "select" USING hash (id);
CREATE INDEX brin ON "select" USING brin (c) WITH (pages_per_range = 8);
CREATE INDEX filled ON "select" (c) WITH (fillfactor = 70);
ALTER INDEX expression ALTER COLUMN 2 SET STATISTICS 7;
COMMENT ON INDEX plain IS 'it''s';
CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE part PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX parted_at ON parted (at);
CREATE TABLE child (parent int REFERENCES "select" (id)); SET search_path = '')");
    const Snapshot snapshot = collect();
    const auto truth = database.session().query(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('i', 'I') "
        "AND n.nspname LIKE 'Odd%'");
    REQUIRE(truth.rows() == snapshot.catalog.indexes.size());
    for (std::size_t i = 0; i < truth.rows(); ++i) {
        const auto* index = named(snapshot.catalog.indexes, truth.text(i, 0));
        REQUIRE(index != nullptr);
        CHECK(index->definition == truth.text(i, 1));
    }
    const auto& indexes = snapshot.catalog.indexes;
    const auto* plain = named(indexes, "plain");
    CHECK(plain->keys == std::vector<IndexKey>{{"a b", "", "", "", false, false}, {"c", "", "", "", true, true}, {"id", "", "", "", true, false}});
    CHECK(plain->include == std::vector<std::string>{"d", "j"});
    CHECK(plain->comment == "it's");
    CHECK(named(indexes, "partial")->predicate == "\"a b\" = 'x''y'::text");
    const auto* expression = named(indexes, "expression");
    CHECK(expression->keys[0].expression == "lower(\"a b\")");
    CHECK(expression->keys[1].expression == "id + 1");
    CHECK(expression->keys[1].descending);
    CHECK(expression->statistics_targets == std::vector<StatisticsTarget>{{2, 7}});
    CHECK(named(indexes, "pattern")->keys[0].opclass == "text_pattern_ops");
    CHECK(named(indexes, "pattern")->keys[1].collation == "\"POSIX\"");
    CHECK(named(indexes, "ci")->keys[0].opclass.empty());
    CHECK(named(indexes, "ci_text")->keys[0].opclass == "text_ops");
    CHECK(named(indexes, "select_pkey")->constraint == "select_pkey");
    CHECK(named(indexes, "select_pkey")->referenced_by_foreign_key);
    CHECK(named(indexes, "part_at_idx")->parent == RelationName{"Odd \" schema", "parted_at"});
    CHECK(named(indexes, "parted_at")->partitioned);

    const auto* table = named(snapshot.catalog.tables, "select");
    REQUIRE(table != nullptr);
    REQUIRE(table->columns.size() == 7);
    CHECK(table->columns[1].name == "a b");
    CHECK(table->columns[3].type == "extensions.citext");
    CHECK(table->columns[3].btree);
    CHECK(table->columns[5].btree);        // numeric[]
    CHECK_FALSE(table->columns[6].btree);  // json
    CHECK(named(snapshot.catalog.tables, "parted")->partition_key == "RANGE (at)");
    CHECK(named(snapshot.catalog.tables, "part")->partition_bound == "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");
    CHECK(named(snapshot.catalog.tables, "pg_stat_statements") == nullptr);
    const auto& constraints = snapshot.catalog.constraints;
    const auto foreign = std::find_if(constraints.begin(), constraints.end(), [](const auto& c) { return c.kind == 'f'; });
    REQUIRE(foreign != constraints.end());
    CHECK(foreign->columns == std::vector<std::string>{"parent"});
    CHECK(foreign->referenced_table.name == "select");
    CHECK(foreign->referenced_columns == std::vector<std::string>{"id"});
}

TEST_CASE_FIXTURE(Fixture, "sizes are those of the files, asked or not") {
    sql("CREATE TABLE public.quiet AS SELECT g AS a, repeat('x', 100) AS b FROM generate_series(1, 5000) g; CREATE INDEX qi ON public.quiet (a);"
        "CREATE TABLE public.busy AS TABLE public.quiet; CREATE TABLE public.wide (a text); ALTER TABLE public.wide ALTER a SET STORAGE EXTERNAL;"
        "INSERT INTO public.wide SELECT repeat('x', 100000) FROM generate_series(1, 20)");
    sql("ANALYZE public.quiet");
    sql("ANALYZE public.busy");
    sql("INSERT INTO public.busy SELECT * FROM public.busy; SELECT pg_stat_force_next_flush()");
    const Snapshot snapshot = collect();
    for (const std::string name : {"quiet", "busy", "wide"}) {
        const auto truth = database.session().query("SELECT pg_relation_size(oid), pg_indexes_size(oid), pg_total_relation_size(coalesce(nullif(reltoastrelid, 0), oid)) "
                                                    "FROM pg_class WHERE relname = $1", {name});
        const auto* table = named(snapshot.catalog.tables, name);
        REQUIRE(table != nullptr);
        CHECK(table->size.bytes.value == truth.integer(0, 0));
        CHECK(table->size.total_bytes.value >= truth.integer(0, 0) + truth.integer(0, 1));
        if (name == "wide") CHECK(table->size.total_bytes.value >= truth.integer(0, 2));
        CHECK(row(snapshot, Family::table, table->oid)->values[table::bytes] == static_cast<double>(truth.integer(0, 0)));
    }
}

TEST_CASE_FIXTURE(Fixture, "a statement's text is read once, and dwopt's own can be told") {
    sql("CREATE TABLE public.t (a int)");
    sql("SELECT count(*) FROM public.t WHERE a = 1");
    const Snapshot first = collect();
    CHECK(texts_with(first, "FROM public.t WHERE a = $1").size() == 1);
    CHECK(first.new_texts.front().user == first.server.role);
    REQUIRE(reading(first, Family::statement) != nullptr);
    CHECK_FALSE(reading(first, Family::statement)->epoch.empty());
    sql("SELECT count(*) FROM public.t WHERE a = 2");
    sql("SELECT 'new one', 2");
    const Snapshot second = collect();
    CHECK(texts_with(second, "FROM public.t WHERE a = $1").empty());
    CHECK(texts_with(second, "SELECT $1, $2").size() == 1);
    for (const auto& text : texts_with(second, "pg_stat_")) CHECK(text.substr(0, 11) == "/* dwopt */");
    collect();
    const Snapshot idle = collect();
    CHECK(idle.new_texts.empty());
    CHECK(idle.catalog.statistics.empty());
    CHECK(reading(idle, Family::statement)->epoch == reading(first, Family::statement)->epoch);
    CHECK(reading(idle, Family::table)->epoch == reading(first, Family::table)->epoch);
    sql("SELECT pg_stat_reset()");
    const Snapshot reset = collect();
    CHECK(reading(reset, Family::table)->epoch != reading(first, Family::table)->epoch);
    CHECK(reading(reset, Family::table)->reset_at.has_value());
    CHECK(reading(reset, Family::statement)->epoch == reading(first, Family::statement)->epoch);
    CHECK(reading(reset, Family::server)->epoch == reading(first, Family::server)->epoch);
}

TEST_CASE_FIXTURE(Fixture, "a table held exclusively is left out, neither waited for nor stumbled over") {
    sql("CREATE TABLE public.free (a int); CREATE TABLE public.held (a int PRIMARY KEY CHECK (a > 0), b text);"
        "CREATE INDEX held_b ON public.held (lower(b)) WHERE a > 1; CREATE STATISTICS public.held_s ON a, b FROM public.held;"
        "CREATE TABLE public.refers (a int REFERENCES public.held); INSERT INTO public.held SELECT g, g::text FROM generate_series(1, 999) g;");
    sql("ANALYZE");
    collect();
    pq::Connection other(database.options());
    other.execute("BEGIN; LOCK TABLE public.held IN ACCESS EXCLUSIVE MODE");
    const auto start = SteadyClock::now();
    const Snapshot snapshot = collect();
    CHECK(SteadyClock::now() - start < std::chrono::seconds(20));  // each wait would be cut at a second, so no hang
    CHECK(snapshot.locked == std::vector<RelationName>{{"public", "held"}});
    CHECK(warned(snapshot, "tables_locked"));
    CHECK(named(snapshot.catalog.tables, "held") == nullptr);
    CHECK(named(snapshot.catalog.tables, "free") != nullptr);
    CHECK(named(snapshot.catalog.indexes, "held_b") == nullptr);
    for (const auto& constraint : snapshot.catalog.constraints) {
        CHECK(constraint.table.name == "refers");
        CHECK(constraint.referenced_table.name == "held");
        CHECK(constraint.referenced_columns == std::vector<std::string>{"a"});
    }
    other.execute("ROLLBACK");
    const Snapshot after = collect();
    CHECK(after.locked.empty());
    CHECK(named(after.catalog.indexes, "held_b")->predicate == "a > 1");
}

TEST_CASE_FIXTURE(Fixture, "somebody who waits for an exclusive lock is not waited behind") {
    sql("CREATE TABLE public.held (a int CHECK (a > 0)); CREATE TABLE public.free (a int)");
    pq::Connection reader(database.options());
    reader.execute("BEGIN; SELECT * FROM public.held");
    pq::ConnectionOptions patient = database.options();
    patient.lock_timeout = std::chrono::seconds(60);
    pq::Connection writer(patient);
    std::atomic<bool> ended{false};
    std::thread waiting([&] {
        CHECK_THROWS_AS(writer.execute("BEGIN; LOCK TABLE public.held IN ACCESS EXCLUSIVE MODE"), pq::SqlError);  // cancelled below
        ended = true;
    });
    const auto queued = [&] {
        return database.session().query("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'").integer(0, 0) > 0;
    };
    while (!queued() && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const Snapshot snapshot = collect();
    writer.cancel();
    waiting.join();
    CHECK(snapshot.locked == std::vector<RelationName>{{"public", "held"}});
    CHECK(named(snapshot.catalog.tables, "free") != nullptr);
}
