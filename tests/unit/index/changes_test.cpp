// Indexes that give way to another, and indexes that are built again.
#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace fixture;

namespace {

Advice advise_kind(const Evidence& e, CostOracle* oracle, const std::string& kind) {
    AdviceOptions options;
    options.kinds = {kind};
    return advise(e, oracle, options);
}

Evidence read_by_status() {
    auto e = shop();
    auto reads = on("silver", "orders", {"status"});
    where(reads, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("daily", 5, 10, reads)};
    return e;
}

}  // namespace

TEST_CASE("two indexes that begin alike give way to one with the keys of both, if nobody gets slower") {
    auto e = read_by_status();
    e.catalog.indexes = {sized(17, orders, "by_status_and_total", {"status", "total"}, 60), sized(18, orders, "by_status_and_day", {"status", "ordered_at"}, 50)};
    HidingOracle oracle(e);
    const auto advice = advise_kind(e, &oracle, "index.replace");
    REQUIRE(advice.recommendations.size() == 1);
    const auto& r = advice.recommendations[0];
    CHECK(r.kind == "index.replace");
    CHECK(r.id.starts_with("ir-"));
    REQUIRE(r.index->keys.size() == 3);
    CHECK(r.index->keys[0].column == "status");
    CHECK(r.replaces == std::vector<RelationName>{{"silver", "by_status_and_total"}, {"silver", "by_status_and_day"}});
    REQUIRE(r.ddl.size() == 3);
    CHECK(r.ddl[0].starts_with("CREATE INDEX CONCURRENTLY"));
    CHECK(r.ddl[1] == "DROP INDEX CONCURRENTLY silver.by_status_and_total");
    REQUIRE(r.undo.size() == 3);
    CHECK(r.undo[0].starts_with("CREATE INDEX CONCURRENTLY by_status_and_total"));
    CHECK(r.undo[2].starts_with("DROP INDEX CONCURRENTLY"));
    CHECK(all_known(r.ddl, r.undo));

    oracle.missing_it = {"daily"};
    CHECK(advise_kind(e, &oracle, "index.replace").recommendations.empty());
    oracle.missing_it = {};
    e.catalog.constraints = {{"day_of", orders, 'f', {"status", "ordered_at"}, {"silver", "days"}, {"a", "b"}, ""}};
    e.catalog.indexes[0].keys.pop_back();  // now the second alone serves the key, in that order
    e.catalog.indexes[0].keys.push_back(key("customer_id"));
    for (const auto& one : advise_kind(e, &oracle, "index.replace").recommendations) CHECK(one.index->keys[1].column == "ordered_at");
}

TEST_CASE("on a partitioned table whole indexes give way, by the size of all their parts") {
    auto e = read_by_status();
    const Table leaf = e.catalog.tables[0];
    REQUIRE(leaf.name == orders);
    e.catalog.tables[0].kind = RelationKind::partitioned;
    e.catalog.tables[0].partition_key = "RANGE (ordered_at)";
    for (const char* name : {"orders_a", "orders_b"}) {
        auto part = leaf;
        part.oid = static_cast<Oid>(100 + e.catalog.tables.size());
        part.name.name = name;
        part.partition_parent = orders;
        e.catalog.tables.push_back(part);
        auto statistics = e.catalog.statistics[0];
        statistics.relation = part.name;
        e.catalog.statistics.push_back(statistics);
    }
    Oid oid = 200;
    const auto whole = [&](const std::string& name, const std::vector<std::string>& columns) {
        auto index = sized(oid++, orders, name, columns, 0);
        index.partitioned = true;
        index.definition.replace(index.definition.find(" ON "), 4, " ON ONLY ");
        for (const char* part : {"orders_a", "orders_b"}) {
            auto child = sized(oid++, orders, name + part, columns, 60);
            child.table.name = part;
            child.parent = index.name;
            e.catalog.indexes.push_back(child);
        }
        e.catalog.indexes.push_back(index);
    };
    e.catalog.indexes.clear();
    whole("by_status_and_total", {"status", "total"});
    whole("by_status_and_day", {"status", "ordered_at"});
    HidingOracle oracle(e);
    const auto advice = advise_kind(e, &oracle, "index.replace");
    REQUIRE(advice.recommendations.size() == 1);
    const auto& r = advice.recommendations[0];
    CHECK(r.summary.find("(120 MB)") != std::string::npos);
    CHECK(r.ddl.front().find("ON ONLY silver.orders") != std::string::npos);
    CHECK(r.ddl.back().starts_with("DROP INDEX silver.by_status_and_"));
    CHECK(all_known(r.ddl, r.undo));
}

TEST_CASE("a btree gives way to a BRIN only where the rows lie in its order") {
    auto e = read_by_status();
    e.catalog.indexes = {sized(17, orders, "by_day", {"ordered_at"}, 30)};
    HidingOracle oracle(e);
    CHECK(advise_kind(e, &oracle, "index.replace").recommendations.empty());
    e.catalog.statistics[0].columns[2].correlation = 0.99;
    const auto advice = advise_kind(e, &oracle, "index.replace");
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].index->method == "brin");
    CHECK(advice.recommendations[0].index_size < Bytes{1 << 20});
    e.workload.patterns.clear();
    CHECK(advise_kind(e, &oracle, "index.replace").recommendations.empty());  // nobody to say what it is for
}

TEST_CASE("a bloated index is built again; a full one, one with a fill factor and one nobody knows the entries of are not") {
    auto e = shop();
    e.catalog.indexes = {sized(17, orders, "bloated", {"order_id"}, 90), sized(18, orders, "full", {"customer_id", "order_id"}, 30), sized(19, orders, "loose", {"order_id", "total"}, 120),
                         sized(20, orders, "partly", {"total"}, 60)};
    e.catalog.indexes[2].definition += " WITH (fillfactor='30')";
    e.catalog.indexes[3].predicate = "(status = 'x'::text)";
    e.catalog.indexes[3].size.tuples = -1;
    const auto advice = advise_kind(e, nullptr, "index.rebuild");
    REQUIRE(advice.recommendations.size() == 1);
    const auto& r = advice.recommendations[0];
    CHECK(r.kind == "index.rebuild");
    CHECK(r.ddl == std::vector<std::string>{"REINDEX INDEX CONCURRENTLY silver.bloated"});
    CHECK(r.undo.empty());
    CHECK(r.index_size > Bytes{20 << 20});  // a million entries of 20 bytes
    CHECK(r.index_size < Bytes{23 << 20});
    CHECK(all_known(r.ddl, r.undo));
    CHECK(r.evidence == EvidenceGrade::heuristic);
    CHECK(look_bloated(e, {}) == std::vector<RelationName>{{"silver", "bloated"}});

    auto& fills = e.catalog.statistics[0].fills;
    REQUIRE(e.catalog.statistics[0].relation == orders);
    const auto measured = [&](int size, int packed) { fills = {{{"silver", "bloated"}, Bytes{size << 20}, Bytes{packed << 20}}}; };
    measured(90, 35);
    const auto exact = advise_kind(e, nullptr, "index.rebuild");
    REQUIRE(exact.recommendations.size() == 1);
    CHECK(exact.recommendations[0].index_size == Bytes{35 << 20});
    CHECK(exact.recommendations[0].evidence == EvidenceGrade::measured);
    measured(80, 35);  // it has grown since
    CHECK(advise_kind(e, nullptr, "index.rebuild").recommendations.at(0).index_size == Bytes{45 << 20});
    measured(90, 85);
    CHECK(advise_kind(e, nullptr, "index.rebuild").recommendations.empty());  // the estimate was wrong
    measured(200, 180);
    CHECK(advise_kind(e, nullptr, "index.rebuild").recommendations.size() == 1);  // built again since
    e.catalog.indexes[0].exclusion = true;  // PostgreSQL cannot do that concurrently
    CHECK(advise_kind(e, nullptr, "index.rebuild").recommendations.empty());
}
