#include "database.hpp"
#include "dwopt/open.hpp"
#include "postgres/warehouse.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

using namespace dwopt;

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Fixture {
    test::Database database;
    Silent silent;
    KnownState known;

    Fixture() { sql("CREATE SCHEMA extensions; CREATE EXTENSION pg_stat_statements SCHEMA extensions"); }
    void sql(const std::string& text) { database.session().execute(text); }

    // What the workspace would remember is remembered in `known`.
    Snapshot collect(const std::string& user = "", bool with_values = true) {
        const auto warehouse = postgres::open_warehouse(database.options(user));
        Snapshot snapshot = warehouse->snapshot(known, with_values, silent);
        known.has_snapshot = true;
        known.statistics_versions = snapshot.statistics_versions;
        for (const auto& text : snapshot.new_texts) known.statements.push_back(text.key);
        std::sort(known.statements.begin(), known.statements.end());
        return snapshot;
    }
};

// A role of the cluster, gone with the case.
struct Role {
    explicit Role(Fixture& owner) : fixture(owner), name(fmt::format("dwopt \"case\" {}", getpid())) {
        fixture.sql("CREATE ROLE " + quoted() + " LOGIN");
    }
    ~Role() {
        try {
            fixture.sql(fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", quoted()));
        } catch (const std::exception&) {  // it may own nothing that can be dropped any more
        }
    }
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;
    [[nodiscard]] std::string quoted() const { return fmt::format("\"dwopt \"\"case\"\" {}\"", getpid()); }
    [[nodiscard]] std::string conninfo() const { return "'" + name + "'"; }
    Fixture& fixture;
    std::string name;
};

template <class List>
auto* named(List& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.name.name == name; });
    return found == list.end() ? nullptr : &*found;
}

const CounterReading* reading(const Snapshot& snapshot, Family family) {
    const auto found = std::find_if(snapshot.readings.begin(), snapshot.readings.end(), [&](const auto& r) { return r.family == family; });
    return found == snapshot.readings.end() ? nullptr : &*found;
}

const CounterRow* row(const Snapshot& snapshot, Family family, Oid oid) {
    const CounterReading* found = reading(snapshot, family);
    if (found == nullptr) return nullptr;
    const auto at = std::find_if(found->rows.begin(), found->rows.end(), [&](const auto& r) { return r.key == std::to_string(oid); });
    return at == found->rows.end() ? nullptr : &*at;
}

bool warned(const Snapshot& snapshot, const std::string& code) {
    return std::any_of(snapshot.warnings.begin(), snapshot.warnings.end(), [&](const auto& warning) { return warning.code == code; });
}

std::vector<std::string> texts_with(const Snapshot& snapshot, const std::string& part) {
    std::vector<std::string> found;
    for (const auto& text : snapshot.new_texts) {
        if (text.text.find(part) != std::string::npos) found.push_back(text.text);
    }
    return found;
}

const RelationStatistics* statistics_of(const Snapshot& snapshot, const std::string& name) {
    const auto& all = snapshot.catalog.statistics;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.relation.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

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

TEST_CASE_FIXTURE(Fixture, "column statistics come again only when they may have changed") {
    sql("CREATE TABLE public.a AS SELECT g AS x, 'v' || g % 3 AS y FROM generate_series(1, 1000) g; CREATE TABLE public.b AS TABLE public.a;"
        "CREATE INDEX a_upper ON public.a (upper(y))");
    const auto analyzed = SteadyClock::now();
    sql("ANALYZE");
    const Snapshot first = collect();
    REQUIRE(statistics_of(first, "a") != nullptr);
    REQUIRE(statistics_of(first, "a")->columns.size() == 2);
    CHECK(statistics_of(first, "a")->columns[0].histogram_bounds.front() == '{');
    CHECK(statistics_of(first, "a")->columns[1].most_common_vals.find("v1") != std::string::npos);
    REQUIRE(statistics_of(first, "a_upper") != nullptr);
    CHECK(statistics_of(first, "a_upper")->columns.size() == 1);
    CHECK(named(first.catalog.indexes, "a_upper")->expression_statistics);
    sql("INSERT INTO public.a VALUES (1001, 'w')");
    sql("ANALYZE public.a");
    const Snapshot second = collect();
    CHECK(statistics_of(second, "a") != nullptr);
    // One seen younger than ten seconds is asked for once more when it is older.
    if (SteadyClock::now() - analyzed < std::chrono::seconds(9)) CHECK(statistics_of(second, "b") == nullptr);
    sql("ALTER TABLE public.b RENAME COLUMN x TO z");
    const Snapshot third = collect();
    REQUIRE(statistics_of(third, "b") != nullptr);
    CHECK(statistics_of(third, "b")->columns[1].column == "z");

    const Snapshot bare = collect("", false);
    REQUIRE(statistics_of(bare, "a") != nullptr);
    CHECK(statistics_of(bare, "a")->columns[0].n_distinct != 0);
    for (const auto& relation : bare.catalog.statistics) {
        for (const auto& column : relation.columns) {
            CHECK(column.most_common_vals.empty());
            CHECK(column.histogram_bounds.empty());
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "a role that may not look is told so, and the grants that doctor prints change it") {
    sql("CREATE TABLE public.t AS SELECT g AS a FROM generate_series(1, 100) g; CREATE TABLE public.secret AS TABLE public.t;"
        "ALTER TABLE public.secret ENABLE ROW LEVEL SECURITY");
    sql("ANALYZE");
    const Role role(*this);
    sql("SELECT count(*), 'by another user' FROM public.t");
    const auto remedy_of = [&](const std::string& name) {
        for (const auto& capability : postgres::open_warehouse(database.options(role.conninfo()))->capabilities()) {
            if (capability.name == name) return capability.remedy;
        }
        return std::string();
    };
    const Snapshot blind = collect(role.conninfo());
    CHECK(warned(blind, "statistics_hidden"));
    CHECK(warned(blind, "monitor_missing"));
    CHECK(warned(blind, "statements_missing"));  // it may not enter the extension's schema
    CHECK(blind.statistics_versions.empty());
    CHECK(named(blind.catalog.tables, "t") != nullptr);
    sql(remedy_of("pg_stat_statements"));
    const Snapshot peeping = collect(role.conninfo());
    CHECK(warned(peeping, "statements_hidden"));
    const auto hidden = std::count_if(peeping.new_texts.begin(), peeping.new_texts.end(), [](const auto& text) { return text.key.queryid == 0; });
    CHECK(hidden >= 1);
    CHECK(texts_with(peeping, "by another user").empty());

    auto warehouse = postgres::open_warehouse(database.options(role.conninfo()));
    int remedies = 0;
    for (const Capability& capability : warehouse->capabilities()) {
        CAPTURE(capability.name);
        if (capability.state == Capability::State::ok) continue;
        CHECK_FALSE(capability.without.empty());
        CHECK_FALSE(capability.remedy.empty());
        // Restarts and packages are not ours to give here.
        if (capability.remedy.find("shared_preload") != std::string::npos || capability.remedy.find("-- first") != std::string::npos) continue;
        CHECK_NOTHROW(sql(capability.remedy));
        ++remedies;
    }
    CHECK(remedies >= 3);
    warehouse = postgres::open_warehouse(database.options(role.conninfo()));
    for (const Capability& capability : warehouse->capabilities()) {
        CAPTURE(capability.name);
        CAPTURE(capability.detail);
        if (capability.name == "pg_stat_kcache" || capability.name == "pg_qualstats") continue;
        CHECK(capability.state == Capability::State::ok);
    }
    const Snapshot seeing = collect(role.conninfo());
    CHECK_FALSE(warned(seeing, "statistics_hidden"));
    CHECK_FALSE(warned(seeing, "statements_hidden"));
    CHECK(statistics_of(seeing, "secret") != nullptr);
}

TEST_CASE_FIXTURE(Fixture, "a superuser gets SQL for a reading role that can be pasted") {
    const auto warehouse = postgres::open_warehouse(database.options());
    for (const Capability& capability : warehouse->capabilities()) {
        if (capability.name != "planning role" || capability.state == Capability::State::ok) continue;
        CHECK_NOTHROW(sql("BEGIN; " + capability.remedy + "; ROLLBACK"));
    }
}

TEST_CASE("without pg_stat_statements the rest still comes, with a warning") {
    test::Database database;
    Silent silent;
    const Snapshot snapshot = postgres::open_warehouse(database.options())->snapshot({}, true, silent);
    CHECK(warned(snapshot, "statements_missing"));
    CHECK(reading(snapshot, Family::statement) == nullptr);
    CHECK(reading(snapshot, Family::database)->rows.size() == 1);
    CHECK(snapshot.cost.statements > 5);
}

TEST_CASE("a database without an encoding gives texts that are UTF-8 all the same") {
    pq::Connection admin(test::options_for("postgres"));
    const std::string name = fmt::format("dwopt_ascii_{}", getpid());
    admin.execute("CREATE DATABASE " + name + " ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    {
        pq::Connection session(test::options_for(name));
        session.execute("SET client_encoding = 'SQL_ASCII'");
        session.execute("CREATE TABLE public.\"caf\xE9\" (a text); INSERT INTO public.\"caf\xE9\" VALUES ('\xE4'), ('\xE4');");
        session.execute("ANALYZE");
        Silent silent;
        const Snapshot snapshot = postgres::open_warehouse(test::options_for(name))->snapshot({}, true, silent);
        REQUIRE(snapshot.catalog.tables.size() == 1);
        CHECK(snapshot.catalog.tables[0].name.name == "caf\xEF\xBF\xBD");
    }
    // Its texts would make pg_stat_statements unreadable in every other database of the cluster.
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
    admin.execute("SELECT public.pg_stat_statements_reset(0, oid, 0) FROM pg_catalog.pg_database WHERE datname = '" + name + "'");
    admin.execute("DROP DATABASE " + name + " WITH (FORCE)");
}
