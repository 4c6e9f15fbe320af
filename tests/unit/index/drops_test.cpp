#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace fixture;

namespace {

const Recommendation* drop_of(const Advice& advice, const std::string& index) {
    for (const auto& r : advice.recommendations) {
        if (r.kind == "index.drop" && r.ddl[0].ends_with("." + index)) return &r;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("duplicates, prefixes, leftovers and unused indexes go; what keeps a rule stays") {
    auto e = shop();
    auto kept = make_index(12, orders, "by_customer", {"customer_id"});
    auto twin = make_index(13, orders, "by_customer_too", {"customer_id"});
    auto date = make_index(14, orders, "by_date", {"ordered_at"});
    auto date_status = make_index(15, orders, "by_date_status", {"ordered_at", "status"});
    auto left = make_index(16, orders, "leftover", {"total"});
    left.valid = false;
    auto idle = make_index(17, orders, "idle", {"status", "total"});
    auto unique = make_index(18, orders, "unique_total", {"total", "customer_id"});
    unique.unique = true;
    e.catalog.indexes = {kept, twin, date, date_status, left, idle, unique};
    for (const auto& i : e.catalog.indexes) counters(e, i.oid, i.name.name == "idle" || i.unique ? 0 : 9);
    const auto advice = advise(e, nullptr);
    CHECK(advice.recommendations.size() == 4);
    REQUIRE(drop_of(advice, "leftover"));
    CHECK(advice.recommendations[0].ddl[0] == "DROP INDEX CONCURRENTLY silver.leftover");
    REQUIRE(drop_of(advice, "by_customer_too"));
    CHECK(drop_of(advice, "by_customer_too")->undo[0] ==
          "CREATE INDEX CONCURRENTLY by_customer_too ON silver.orders USING btree (customer_id)");
    CHECK(drop_of(advice, "by_date"));
    CHECK(drop_of(advice, "idle"));
    CHECK(drop_of(advice, "idle")->evidence == EvidenceGrade::measured);
    CHECK_FALSE(drop_of(advice, "unique_total"));
}

TEST_CASE("unused is not said while a standby may read, nor of young counters") {
    auto e = shop();
    e.catalog.indexes = {make_index(17, orders, "idle", {"status"})};
    counters(e, 17, 0);
    SUBCASE("standby connected") { e.activity.replication["standby1"] = {0, 0, 1}; }
    SUBCASE("young counters") { e.lifetime.counters_since = e.now - std::chrono::hours(48); }
    const auto advice = advise(e, nullptr);
    CHECK(advice.recommendations.empty());
    REQUIRE(advice.rejected.size() == 1);
    CHECK(advice.rejected[0].summary == "drop silver.idle");
}

TEST_CASE("the way back of a drop restores place, comment and statistics targets") {
    auto e = shop();
    auto a = make_index(12, orders, "keep", {"customer_id"});
    auto b = make_index(13, orders, "go", {"customer_id"});
    a.predicate = b.predicate = "(status <> 'x) WHERE '::text)";
    b.definition = "CREATE INDEX go ON silver.orders USING btree (customer_id) WHERE (status <> 'x) WHERE '::text)";
    b.tablespace = "Fast Disk";
    b.comment = "it's old";
    b.statistics_targets = {{1, 500}};
    e.catalog.indexes = {a, b};
    const auto advice = advise(e, nullptr);
    REQUIRE(advice.recommendations.size() == 1);
    const auto& undo = advice.recommendations[0].undo;
    REQUIRE(undo.size() == 3);
    CHECK(undo[0] == "CREATE INDEX CONCURRENTLY go ON silver.orders USING btree (customer_id) TABLESPACE \"Fast Disk\" WHERE (status <> 'x) WHERE '::text)");
    CHECK(undo[1] == "ALTER INDEX silver.go ALTER COLUMN 1 SET STATISTICS 500");
    CHECK(undo[2] == "COMMENT ON INDEX silver.go IS 'it''s old'");
    CHECK(all_known(advice.recommendations[0].ddl, undo));
}

TEST_CASE("a partitioned index goes in one piece and comes back level by level") {
    auto e = shop();
    auto top = make_table(21, "s", "p", 0, {make_column("k", "integer")});
    top.kind = RelationKind::partitioned;
    auto part = make_table(22, "s", "p1", 1e6, {make_column("k", "integer")});
    part.partition_parent = top.name;
    e.catalog.tables = {top, part};
    e.catalog.indexes.clear();
    for (const auto* name : {"p_a", "p_b"}) {
        auto parent = make_index(31, top.name, name, {"k"});
        parent.partitioned = true;
        parent.size = {};
        parent.definition = std::string("CREATE INDEX ") + name + " ON ONLY s.p USING btree (k)";
        auto child = make_index(32, part.name, std::string(name) + "1", {"k"});
        child.parent = parent.name;
        e.catalog.indexes.push_back(parent);
        e.catalog.indexes.push_back(child);
    }
    const auto advice = advise(e, nullptr);
    REQUIRE(advice.recommendations.size() == 1);
    const auto& drop = advice.recommendations[0];
    CHECK(drop.ddl == std::vector<std::string>{"DROP INDEX s.p_b"});
    CHECK(drop.undo == std::vector<std::string>{"CREATE INDEX p_b ON ONLY s.p USING btree (k)", "CREATE INDEX CONCURRENTLY p_b1 ON s.p1 USING btree (k)",
                                                "ALTER INDEX s.p_b ATTACH PARTITION s.p_b1"});
    CHECK(drop.index_size.value == 10 << 20);
    CHECK(all_known(drop.ddl, drop.undo));
}

TEST_CASE("an index that a job of last month needs is not dropped, nor one that there was no time to ask about") {
    auto e = shop();
    e.catalog.indexes = {make_index(17, orders, "idle", {"status"})};
    counters(e, 17, 0);
    auto reads = on("silver", "orders", {"status"});
    where(reads, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("daily", 5, 10, reads)};
    e.earlier = {pattern("monthly", 1, 10, reads)};
    HidingOracle oracle(e);
    AdviceOptions options;
    options.kinds = {"index.drop"};
    CHECK(drop_of(advise(e, &oracle, options), "idle"));
    oracle.missing_it = {"monthly"};
    auto advice = advise(e, &oracle, options);
    CHECK(advice.recommendations.empty());
    REQUIRE(advice.rejected.size() == 1);
    CHECK(advice.rejected[0].reason.find("pattern monthly") != std::string::npos);
    oracle.missing_it = {};
    options.time_limit = std::chrono::milliseconds(0);
    advice = advise(e, &oracle, options);
    CHECK(advice.recommendations.empty());
}

TEST_CASE("of two indexes that begin alike one goes, if nobody gets slower without it") {
    auto e = shop();
    e.catalog.indexes = {make_index(17, orders, "by_status_and_total", {"status", "total"}), make_index(18, orders, "by_status_and_day", {"status", "ordered_at"}),
                         make_index(19, orders, "by_total", {"total"})};
    for (const auto& i : e.catalog.indexes) counters(e, i.oid, 9);
    e.catalog.indexes[1].size.bytes = Bytes{50 << 20};
    auto reads = on("silver", "orders", {"status"});
    where(reads, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("daily", 5, 10, reads)};
    HidingOracle oracle(e);
    AdviceOptions options;
    options.kinds = {"index.drop"};
    const auto advice = advise(e, &oracle, options);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(drop_of(advice, "by_status_and_day"));
    CHECK(advice.recommendations[0].evidence == EvidenceGrade::planner);
    oracle.missing_it = {"daily"};
    CHECK(advise(e, &oracle, options).recommendations.empty());
    CHECK(advise(e, nullptr, options).recommendations.empty());  // nobody to ask
}

TEST_CASE("of two equals one stays, though it was never scanned") {
    auto e = shop();
    e.catalog.indexes = {make_index(12, orders, "older", {"customer_id"}), make_index(13, orders, "newer", {"customer_id"})};
    counters(e, 12, 0);
    counters(e, 13, 9);  // the server reads through the newer
    const auto advice = advise(e, nullptr);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(drop_of(advice, "newer"));
}

TEST_CASE("silence proves nothing where some cannot speak") {
    auto e = shop();
    e.catalog.indexes = {make_index(17, orders, "by_status_and_total", {"status", "total"}), make_index(18, orders, "by_status_and_day", {"status", "ordered_at"})};
    for (const auto& i : e.catalog.indexes) counters(e, i.oid, 9);
    auto reads = on("silver", "orders", {"status"});
    where(reads, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("daily", 5, 10, reads)};
    HidingOracle oracle(e);
    AdviceOptions options;
    options.kinds = {"index"};
    const auto changes = [&] { return advise(e, &oracle, options).recommendations.size(); };
    CHECK(changes() == 1);
    SUBCASE("a text is hidden") {
        e.workload.patterns.push_back(pattern("secret", 1, 1, {}));
        e.workload.patterns.back().hidden = true;
    }
    SUBCASE("a statement cannot be planned") {
        e.workload.patterns.push_back(pattern("broken", 1, 1, reads));
        oracle.unplannable = {"broken"};
    }
    SUBCASE("somebody scans it who is not on record") {
        for (const auto& i : e.catalog.indexes) e.activity.indexes[i.oid] = e.lifetime.indexes[i.oid];
    }
    SUBCASE("a standby is connected") { e.activity.replication["standby1"] = {0, 0, 1}; }
    SUBCASE("nobody reads the table") { e.workload.patterns.clear(); }
    CHECK(changes() == 0);
}
