#include "evidence.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace dwopt;
using dwopt::test::mib;
using dwopt::test::noon;

TEST_CASE("an empty warehouse has no bottlenecks, only the word that nothing was collected") {
    const auto analysis = analyze({}, {});
    CHECK(analysis.bottlenecks.empty());
    REQUIRE(analysis.warnings.size() == 1);
    CHECK(analysis.warnings[0].code == "no_window");
}

TEST_CASE("sequential scans are blamed on statements that want few rows and have no index") {
    test::Warehouse w;
    const auto orders = w.table("orders", 100, 1e6);
    w.grown(orders, table::seq_scan) = 500;
    w.grown(orders, table::seq_tup_read) = 500e6;
    w.select("aaaa", orders.name, {"customer_id"}, 500, 3);

    SUBCASE("found, with the pattern and the column named") {
        const auto found = w.findings("sequential_scan");
        REQUIRE(found.size() == 1);
        CHECK(found[0].relation == orders.name);
        CHECK(found[0].value == doctest::Approx(500));
        CHECK(found[0].severity == Severity::warning);
        CHECK(found[0].advice.find("customer_id") != std::string::npos);
        const auto& e = found[0].evidence;
        CHECK(std::any_of(e.begin(), e.end(), [](const auto& pair) { return pair.first == "pattern aaaa"; }));
    }
    SUBCASE("an index on the column is there") {
        w.index("i", orders.name, {"customer_id", "x"});
        CHECK(w.findings("sequential_scan").empty());
    }
    SUBCASE("an index that leads with another column is no way in") {
        w.index("i", orders.name, {"x", "customer_id"});
        CHECK(w.findings("sequential_scan").size() == 1);
    }
    SUBCASE("the statement wants a large share of the rows") {
        w.evidence.workload.patterns[0].usage.rows = 500 * 2e5;
        CHECK(w.findings("sequential_scan").empty());
    }
    SUBCASE("a sum of rows says nothing of how many were wanted, unless the column's statistics do") {
        w.evidence.workload.patterns[0].features.aggregates = {"sum"};
        CHECK(w.findings("sequential_scan").empty());
        w.evidence.catalog.statistics = {{orders.name, {{"customer_id", false, 0, 8, -0.1, {}, "", "", "", "", "", ""}}}};
        CHECK(w.findings("sequential_scan").size() == 1);
        w.evidence.catalog.statistics[0].columns[0].n_distinct = 3;
        CHECK(w.findings("sequential_scan").empty());
    }
    SUBCASE("small tables, rare scans and rare statements are left alone") {
        Thresholds t;
        t.scan_table_size = {101 * mib};
        CHECK(w.findings("sequential_scan", t).empty());
        w.evidence.workload.patterns[0].usage.calls = 5;
        w.evidence.workload.patterns[0].usage.rows = 15;
        CHECK(w.findings("sequential_scan").empty());
        w.evidence.activity.covered_days = 100;
        CHECK(w.findings("sequential_scan").empty());
    }
    SUBCASE("a few scans in a short while are not called many a day") {
        w.evidence.activity.covered_days = w.evidence.workload.covered_days = 1.0 / 1440;
        CHECK(w.findings("sequential_scan").at(0).summary.find("500 times in 1 min") != std::string::npos);
        w.grown(orders, table::seq_scan) = 5;
        CHECK(w.findings("sequential_scan").empty());
    }
    SUBCASE("a condition under OR is no way in") {
        w.evidence.workload.patterns[0].features.predicates[0].disjunct = true;
        CHECK(w.findings("sequential_scan").empty());
    }
}

TEST_CASE("a partitioned table is judged as one, its partitions taken together") {
    test::Warehouse w;
    auto& parent = w.table("events", 0, -1);
    parent.kind = RelationKind::partitioned;
    const auto parent_name = parent.name;
    for (const char* name : {"events_1", "events_2"}) {
        auto& leaf = w.table(name, 6, 50000);
        leaf.partition_parent = parent_name;
        w.grown(leaf, table::seq_scan) = 40;
        w.grown(leaf, table::seq_tup_read) = 40 * 50000;
    }
    w.select("aaaa", parent_name, {"kind"}, 40, 2);
    const auto found = w.findings("sequential_scan");
    REQUIRE(found.size() == 1);
    CHECK(found[0].relation == parent_name);
    CHECK(found[0].value == doctest::Approx(40));
    CHECK(w.findings("stale_statistics").size() == 1);  // the parent, never analyzed
}

TEST_CASE("temporary files a call, against the threshold") {
    test::Warehouse w;
    auto& p = w.select("aaaa", {"silver", "orders"}, {}, 10, 1);
    p.usage.temp_blocks = 10 * 16 * mib / 8192.0;
    auto found = w.findings("temp_spill");
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == "aaaa");
    CHECK(found[0].severity == Severity::info);
    CHECK(found[0].advice.find("work_mem = '32MB'") != std::string::npos);
    p.usage.temp_blocks *= 1000;
    found = w.findings("temp_spill");
    CHECK(found[0].severity == Severity::warning);
    CHECK(found[0].advice.find("'1024MB'") != std::string::npos);
    p.usage.temp_blocks = 10;
    CHECK(w.findings("temp_spill").empty());
}

TEST_CASE("tables: cache, statistics, dead rows") {
    test::Warehouse w;
    const auto t = w.table("orders", 100, 1e6);
    CHECK(analyze(w.evidence, {}).bottlenecks.empty());

    w.grown(t, table::heap_read) = 6000;
    w.grown(t, table::heap_hit) = 3000;
    CHECK(w.findings("cache_poor").empty());  // too few blocks to speak of
    w.grown(t, table::heap_hit) = 4000;
    REQUIRE(w.findings("cache_poor").size() == 1);
    CHECK(w.findings("cache_poor")[0].value == doctest::Approx(40));

    w.latest(t, table::n_mod_since_analyze) = 199'000;
    CHECK(w.findings("stale_statistics").empty());
    w.latest(t, table::n_mod_since_analyze) = 500'000;
    REQUIRE(w.findings("stale_statistics").size() == 1);
    CHECK(w.findings("stale_statistics")[0].severity == Severity::warning);
    w.latest(t, table::tuples) = -1;
    CHECK(w.findings("stale_statistics")[0].summary.find("never analyzed") != std::string::npos);

    w.latest(t, table::n_dead_tup) = 9'000;
    CHECK(w.findings("dead_rows").empty());
    w.latest(t, table::n_dead_tup) = 400'000;
    REQUIRE(w.findings("dead_rows").size() == 1);
    CHECK(w.findings("dead_rows")[0].value == doctest::Approx(100 * 4.0 / 14));
}

TEST_CASE("names go into advice quoted, and into summaries without control characters") {
    test::Warehouse w;
    const auto t = w.table("Or\"ders\n; DROP", 100, 1e6);
    w.latest(t, table::n_dead_tup) = 400'000;
    const auto f = w.findings("dead_rows").at(0);
    CHECK(f.advice.find("silver.\"Or\"\"ders") != std::string::npos);
    CHECK(f.summary.find('\n') == std::string::npos);
}

TEST_CASE("wraparound is measured on the circle of 32 bits") {
    test::Warehouse w;
    const auto t = w.table("orders", 1, 10);
    const auto distance = [&](std::int64_t next, double frozen) {
        w.evidence.server.next_xid = next;
        w.latest(t, table::frozen_xid) = frozen;
        const auto found = w.findings("wraparound");
        return found.empty() ? 0.0 : found[0].value;
    };
    CHECK(distance(1'200'000'000, 100) == doctest::Approx(55.88).epsilon(0.001));
    CHECK(w.findings("wraparound")[0].severity == Severity::warning);
    CHECK(distance((7LL << 32) + 1'700'000'000, 100) == doctest::Approx(79.16).epsilon(0.001));  // epochs do not matter
    CHECK(w.findings("wraparound")[0].severity == Severity::critical);
    CHECK(distance((3LL << 32) + 100'000'000, 4'294'967'295.0 - 1'100'000'000) == doctest::Approx(55.88).epsilon(0.001));  // across zero
    CHECK(distance(1'200'000'000, 1'200'000'001) == 0);  // ahead
    CHECK(distance(1'200'000'000, 0) == 0);              // no storage
    CHECK(distance(0, 5) == 0);
    w.evidence.server.next_xid = 1'800'000'000;
    w.latest(t, table::frozen_xid) = 1'799'999'000;
    w.evidence.lifetime.database.assign(database::columns.size(), 0);
    w.evidence.lifetime.database[database::frozen_xid] = 50;
    REQUIRE(w.findings("wraparound").size() == 1);
    CHECK(w.findings("wraparound")[0].relation.name.empty());
}

TEST_CASE("foreign keys without an index on the referencing side") {
    test::Warehouse w;
    const auto customers = w.table("customers", 1, 1000);
    const auto orders = w.table("orders", 50, 1e6);
    w.evidence.catalog.constraints = {{"orders_fk", orders.name, 'f', {"customer_id", "region"}, customers.name, {"id", "region"}, ""}};
    REQUIRE(w.findings("missing_foreign_key_index").size() == 1);
    CHECK(w.findings("missing_foreign_key_index")[0].severity == Severity::info);
    w.grown(customers, table::n_tup_del) = 5;
    CHECK(w.findings("missing_foreign_key_index")[0].severity == Severity::warning);
    auto& index = w.index("i", orders.name, {"region", "id", "customer_id"});
    CHECK(w.findings("missing_foreign_key_index").size() == 1);
    std::swap(index.keys[1], index.keys[2]);
    CHECK(w.findings("missing_foreign_key_index").empty());
    index.predicate = "(region IS NOT NULL)";
    CHECK(w.findings("missing_foreign_key_index").empty());
    index.predicate = "(region > 3)";
    CHECK(w.findings("missing_foreign_key_index").size() == 1);
}

TEST_CASE("a foreign key of a partitioned table is told once, and an index on every partition is enough") {
    test::Warehouse w;
    const auto customers = w.table("customers", 1, 1000).name;
    w.table("orders", 0, -1).kind = RelationKind::partitioned;
    const RelationName orders{"silver", "orders"};
    for (const char* leaf : {"orders_1", "orders_2"}) w.table(leaf, 50, 1e6).partition_parent = orders;
    for (const char* on : {"orders", "orders_1", "orders_2"}) {
        w.evidence.catalog.constraints.push_back({"fk", {"silver", on}, 'f', {"customer_id"}, customers, {"id"}, ""});
    }
    REQUIRE(w.findings("missing_foreign_key_index").size() == 1);
    CHECK(w.findings("missing_foreign_key_index")[0].relation == orders);
    for (const char* leaf : {"orders_1", "orders_2"}) w.index(std::string(leaf) + "_i", {"silver", leaf}, {"customer_id"});
    CHECK(w.findings("missing_foreign_key_index").empty());
}

TEST_CASE("invalid, unused and duplicate indexes are found, with the caveat of standbys") {
    test::Warehouse w;
    const auto t = w.table("orders", 50, 1e6).name;
    w.index("broken_ccnew", t, {"a"}).valid = false;
    w.index("one", t, {"a", "b"});
    w.index("two", t, {"a", "b"});
    CHECK(w.findings("invalid_index").at(0).advice.find("DROP INDEX CONCURRENTLY silver.broken_ccnew") != std::string::npos);
    CHECK(w.findings("duplicate_index").size() == 2);  // the broken one is a prefix
    const auto unused = w.findings("unused_index");
    REQUIRE(unused.size() == 2);
    CHECK(unused[0].advice.find("standby") == std::string::npos);
    w.evidence.lifetime.replication["standby1"] = {0, 0, 1};
    CHECK(w.findings("unused_index").at(0).advice.find("standby") != std::string::npos);
    Thresholds careful;
    careful.standby_may_read = true;
    CHECK(w.findings("unused_index", careful).empty());
    const auto warnings = analyze(w.evidence, careful).warnings;
    CHECK(std::any_of(warnings.begin(), warnings.end(), [](const Warning& x) { return x.code == "unused_withheld"; }));
}

TEST_CASE("sessions idle in a transaction") {
    test::Warehouse w;
    w.evidence.lifetime.waits["idle/Client/ClientRead"] = {3, 9e9};
    w.evidence.lifetime.waits["idle in transaction/Client/ClientRead"] = {1, 60e3};
    CHECK(w.findings("idle_in_transaction").empty());
    w.evidence.lifetime.waits["idle in transaction (aborted)/Client/ClientRead"] = {1, 7200e3};
    REQUIRE(w.findings("idle_in_transaction").size() == 1);
    CHECK(w.findings("idle_in_transaction")[0].severity == Severity::critical);
}

TEST_CASE("findings come worst first, always in the same order, with ids of their own") {
    test::Warehouse w;
    for (int i = 0; i < 20; ++i) {
        const auto t = w.table("t" + std::to_string(i), 100, 1e6);
        w.latest(t, table::n_dead_tup) = 400'000 + 1000 * (i % 3);
        w.latest(t, table::n_mod_since_analyze) = 3e6;
    }
    const auto first = analyze(w.evidence, {}).bottlenecks;
    std::reverse(w.evidence.catalog.tables.begin(), w.evidence.catalog.tables.end());
    const auto second = analyze(w.evidence, {}).bottlenecks;
    REQUIRE(first.size() == 40);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < first.size(); ++i) {
        CHECK(first[i].id == second[i].id);
        ids.insert(first[i].id);
        if (i > 0) CHECK(first[i].severity <= first[i - 1].severity);
    }
    CHECK(ids.size() == 40);
}

TEST_CASE("what limits the conclusions is said") {
    test::Warehouse w;
    auto& p = w.select("hidden-1", {}, {}, 10, 1);
    p.hidden = true;
    p.share_pct = 40;
    w.evidence.workload.discontinuities = {{Family::statement, Discontinuity::Cause::eviction, 7}};
    std::set<std::string> codes;
    for (const auto& warning : analyze(w.evidence, {}).warnings) codes.insert(warning.code);
    CHECK(codes == std::set<std::string>{"hidden_statements", "evicted_statements"});
}
