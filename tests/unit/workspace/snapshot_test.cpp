// What collect stores comes back, and only what changed is stored.
#include "scratch.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <limits>

using namespace dwopt;
using scratch::reading;
using scratch::start;
using scratch::values;

namespace {

constexpr auto minute = std::chrono::minutes(1);
const std::string hostile = "it's \"q\"\nñ🐘";

Snapshot first_snapshot() {
    Snapshot s;
    s.server.target = {150020, "7", "tpch", "db1", 5432};
    s.server.now = start;
    s.readings = {reading(Family::statement, {{"-1/10/5/t", values(Family::statement, {3, 30, 1.25})},
                                              {"2/10/5/t", values(Family::statement, {1})}}),
                  reading(Family::table, {{"100", values(Family::table, {1, 1000})}}),
                  reading(Family::index, {{"200", values(Family::index, {5, 5, 5, 1, 1, 12, 3000, 98304})}})};
    s.readings[0].reset_at = start - minute;
    s.readings[0].dealloc = 4;
    s.catalog.tables = {scratch::table(100, "silver", "orders"), scratch::table(101, hostile, std::string(63, 'n'))};
    s.readings[1].rows[0].values[table::tuples] = 1e6;
    s.readings[1].rows[0].values[table::pages] = 42;
    s.readings[1].rows[0].values[table::total_bytes] = 9e9;
    Index index;
    index.oid = 200;
    index.name = {"silver", "orders_pkey"};
    index.table = {"silver", "orders"};
    index.keys = {{"id", "", "", "", false, false}};
    s.catalog.indexes = {index};
    s.catalog.constraints = {{"orders_pkey", {"silver", "orders"}, 'p', {"id"}, {}, {}, "PRIMARY KEY (id)"}};
    s.catalog.extended_statistics = {{{"silver", "s1"}, {"silver", "orders"}, "CREATE STATISTICS …"}};
    ColumnStatistics column;
    column.column = hostile;
    column.most_common_vals = "{a,b}";
    column.n_distinct = -0.5;
    s.catalog.statistics = {{{"silver", "orders"}, {column}}, {{hostile, hostile}, {}}};
    s.statistics_versions = {{{"silver", "orders"}, "v1"}, {{hostile, hostile}, "v1"}};
    s.catalog.settings = {{"work_mem", "4096", "kB", "default"}};
    return s;
}

// As the second collect would bring it: nothing moved, no statistics read again.
Snapshot idle_snapshot(int minutes) {
    auto s = first_snapshot();
    s.server.now = start + minutes * minute;
    s.catalog.statistics.clear();
    return s;
}

StoredSnapshot put(Store& store, const Snapshot& snapshot, const std::vector<CounterDelta>& deltas = {}) {
    return store.save(snapshot, {snapshot.server.now - minute, snapshot.server.now}, deltas, {}, {}, {});
}

int count(const scratch::Directory& scratch, const std::string& query) {
    SQLite::Database db((scratch / "w/dwopt.db").string(), SQLite::OPEN_READONLY);
    return db.execAndGet(query).getInt();
}

}  // namespace

TEST_CASE("an empty workspace knows nothing and says so") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    CHECK_FALSE(store->target());
    CHECK_FALSE(store->known_state().has_snapshot);
    CHECK(store->last_readings().empty());
    CHECK_FALSE(store->last_server());
    CHECK(store->snapshots().empty());
    CHECK(store->catalog().tables.empty());
    CHECK_FALSE(store->last_advice());
    CHECK(store->deployments().empty());
}

TEST_CASE("a workspace belongs to one warehouse, which may be upgraded in place") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    const Target target{150020, "7", "tpch", "db1", 5432};
    store->bind_target(target);
    CHECK(store->target() == target);
    store->bind_target({150021, "7", "tpch", "db1", 5433});
    CHECK(store->target()->server_version_num == 150021);
    for (const Target& other : {Target{150020, "8", "tpch", "db1", 5432}, Target{150020, "7", "x", "db1", 5432},
                                Target{150020, "7", "tpch", "clone", 5432}}) {
        CHECK_THROWS_AS(store->bind_target(other), Error);
    }
    CHECK(store->target()->host == "db1");
}

TEST_CASE("a snapshot comes back whole, in another process's eyes too") {
    const scratch::Directory scratch;
    const auto writer = workspace::open(scratch / "w", workspace::Access::read_write);
    const auto snapshot = first_snapshot();
    const Statement statement{{-1, 10, 5, true}, hostile, "00000000000000ff", true, false};
    const std::vector<Discontinuity> cuts{{Family::table, Discontinuity::Cause::restart, 0}};
    const auto stored = writer->save(snapshot, {start - minute, start}, {}, cuts, {statement},
                                     {{"00000000000000ff", "select $1 -- " + hostile}});
    const auto reader = workspace::open(scratch / "w", workspace::Access::read_only);

    CHECK(reader->last_server() == snapshot.server);
    const auto known = reader->known_state();
    CHECK(known.has_snapshot);
    CHECK(known.statements == std::vector{statement.key});
    CHECK(known.statistics_versions == snapshot.statistics_versions);
    CHECK(reader->statements() == std::vector{statement});
    CHECK(reader->pattern_texts().at("00000000000000ff") == "select $1 -- " + hostile);
    REQUIRE(reader->snapshots().size() == 1);
    CHECK(reader->snapshots()[0].window == stored.window);
    CHECK(reader->snapshots()[0].discontinuities == cuts);

    const auto readings = reader->last_readings();
    REQUIRE(readings.size() == 3);
    CHECK(readings[0].dealloc == 4);
    CHECK(readings[0].reset_at == start - minute);
    CHECK(readings[0].epoch == "epoch 1");
    REQUIRE(readings[0].rows.size() == 2);
    CHECK(readings[0].rows[0].key == "-1/10/5/t");
    CHECK(readings[0].rows[0].values == snapshot.readings[0].rows[0].values);

    const auto catalog = reader->catalog();
    REQUIRE(catalog.tables.size() == 2);
    CHECK(catalog.tables[1].name == RelationName{"silver", "orders"});
    CHECK(catalog.tables[1].size == RelationSize{42, 1e6, 0, {0}, {9'000'000'000}});
    CHECK(catalog.tables[0] == snapshot.catalog.tables[1]);
    CHECK(catalog.indexes.at(0).size == RelationSize{12, 3000, 0, {98304}, {98304}});
    CHECK(catalog.constraints == snapshot.catalog.constraints);
    CHECK(catalog.extended_statistics == snapshot.catalog.extended_statistics);
    CHECK(catalog.settings == snapshot.catalog.settings);
    CHECK(catalog.statistics.at(1) == snapshot.catalog.statistics[0]);
}

TEST_CASE("an idle snapshot stores no object again and keeps unread statistics") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    put(*store, first_snapshot());
    const int objects = count(scratch, "SELECT count(*) FROM object");
    put(*store, idle_snapshot(1));
    CHECK(count(scratch, "SELECT count(*) FROM object") == objects);
    CHECK(store->catalog().statistics.size() == 2);
    CHECK(store->known_state().statistics_versions.size() == 2);
}

TEST_CASE("a changed object is versioned, a vanished one is closed") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    put(*store, first_snapshot());
    auto next = idle_snapshot(1);
    next.catalog.tables[0].owner = "somebody";
    next.catalog.tables.pop_back();
    next.catalog.constraints.clear();
    next.statistics_versions.erase({hostile, hostile});
    next.statistics_versions[{"silver", "orders"}] = "v2";
    next.catalog.statistics = {first_snapshot().catalog.statistics[0]};  // read again, and the same
    put(*store, next);
    const auto catalog = store->catalog();
    REQUIRE(catalog.tables.size() == 1);
    CHECK(catalog.tables[0].owner == "somebody");
    CHECK(catalog.constraints.empty());
    CHECK(catalog.statistics.size() == 1);
    CHECK(store->known_state().statistics_versions == next.statistics_versions);
    CHECK(count(scratch, "SELECT count(*) FROM object WHERE kind = 'table' AND last_snapshot = 1") == 2);
    CHECK(count(scratch, "SELECT count(*) FROM object WHERE kind = 'statistics' AND name = 'orders'") == 1);
}

TEST_CASE("the last readings mirror the server: rows and families come and go") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    put(*store, first_snapshot());
    auto next = idle_snapshot(1);
    next.readings.pop_back();                         // no index view this time
    next.readings[0].rows.erase(next.readings[0].rows.begin());
    next.readings[0].rows[0].values[0] = std::numeric_limits<double>::quiet_NaN();
    next.readings[0].epoch = "epoch 2";
    next.readings[0].rows.push_back({"9/9/9/t", {7}});  // a short row
    put(*store, next);
    auto readings = store->last_readings();
    REQUIRE(readings.size() == 2);
    CHECK(readings[0].epoch == "epoch 2");
    REQUIRE(readings[0].rows.size() == 2);
    CHECK(readings[0].rows[0].values[0] == 0);
    CHECK(readings[0].rows[1].values == values(Family::statement, {7}));
    put(*store, idle_snapshot(2));                    // the first ones are back
    readings = store->last_readings();
    REQUIRE(readings.size() == 3);
    CHECK(readings[0].rows[0].key == "-1/10/5/t");
    CHECK(readings[0].rows[0].values[2] == 1.25);
}

TEST_CASE("windows are visited in order, one family, ends inclusive") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    put(*store, first_snapshot());
    for (int i = 1; i <= 3; ++i) {
        put(*store, idle_snapshot(i),
            {{Family::statement,
              {{"2/10/5/t", values(Family::statement, {double(i), 0.1, 1e300})},
               {"gone/1/1/t", values(Family::statement, {1})}}},
             {Family::table, {{"100", values(Family::table, {9})}}}});
    }
    std::vector<double> calls;
    std::vector<std::int64_t> ids;
    store->each_delta(Family::statement, start + minute, start + 3 * minute,
                      [&](const StoredSnapshot& snapshot, const CounterRow& row) {
                          if (row.key != "2/10/5/t") return;
                          ids.push_back(snapshot.id);
                          calls.push_back(row.values[0]);
                          CHECK(row.values == values(Family::statement, {row.values[0], 0.1, 1e300}));
                          CHECK(snapshot.window.to - snapshot.window.from == minute);
                          (void)store->known_state();  // reading while visiting is fine
                      });
    CHECK(calls == std::vector<double>{2, 3});
    CHECK(ids == std::vector<std::int64_t>{3, 4});
}

TEST_CASE("a reader keeps its view while another connection writes") {
    const scratch::Directory scratch;
    const auto writer = workspace::open(scratch / "w", workspace::Access::read_write);
    const auto reader = workspace::open(scratch / "w", workspace::Access::read_write);
    put(*writer, first_snapshot());
    for (int i = 1; i <= 2; ++i)
        put(*writer, idle_snapshot(i), {{Family::table, {{"100", values(Family::table, {1})}}}});
    int rows = 0;
    reader->each_delta(Family::table, start - minute, start + std::chrono::hours(1),
                       [&](const StoredSnapshot&, const CounterRow&) {
                           if (rows++ == 0)
                               put(*writer, idle_snapshot(3), {{Family::table, {{"100", values(Family::table, {1})}}}});
                       });
    CHECK(rows == 2);
    CHECK(reader->snapshots().size() == 4);
}

TEST_CASE("users can query the views") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    const Statement statement{{2, 10, 5, true}, "etl", "00000000000000ff", false, false};
    store->save(first_snapshot(), {start - minute, start}, {}, {}, {statement}, {{"00000000000000ff", "select $1"}});
    put(*store, idle_snapshot(1),
        {{Family::statement, {{to_string(statement.key), values(Family::statement, {4, 8, 20})}}},
         {Family::table, {{"100", values(Family::table, {1, 77})}}},
         {Family::database, {{"5", values(Family::database, {12})}}}});
    SQLite::Database db((scratch / "w/dwopt.db").string(), SQLite::OPEN_READONLY);
    SQLite::Statement patterns(
        db, "SELECT pattern, query, statements, calls, mean_ms, share_pct, last_seen FROM query_patterns");
    REQUIRE(patterns.executeStep());
    CHECK(patterns.getColumn(1).getString() == "select $1");
    CHECK(patterns.getColumn(3).getDouble() == 4);
    CHECK(patterns.getColumn(4).getDouble() == 5);
    CHECK(patterns.getColumn(5).getDouble() == 100);
    CHECK(patterns.getColumn(6).getString() == "2026-01-01T00:01:00Z");
    SQLite::Statement metrics(
        db, "SELECT window_from, statement_calls, commits FROM performance_metrics ORDER BY snapshot DESC");
    REQUIRE(metrics.executeStep());
    CHECK(metrics.getColumn(0).getString() == "2026-01-01T00:00:00Z");
    CHECK(metrics.getColumn(1).getDouble() == 4);
    CHECK(metrics.getColumn(2).getDouble() == 12);
    SQLite::Statement tables(db, "SELECT schema, name, seq_tup_read FROM table_metrics");
    REQUIRE(tables.executeStep());
    CHECK(tables.getColumn(1).getString() == "orders");
    CHECK(tables.getColumn(2).getDouble() == 77);
    for (const auto family : all_families) {
        CHECK_NOTHROW(db.execAndGet("SELECT count(*) FROM " + std::string(name(family)) + "_metrics"));
    }
}
