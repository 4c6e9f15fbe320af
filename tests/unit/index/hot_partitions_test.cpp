// Tables of which few partitions are read.
#include "fixture.hpp"
#include "hot_partitions.hpp"
#include "partition_arguments.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

const RelationName events{"silver", "events"};

void reads(Evidence& e, Oid oid, double scans, double rows) {
    auto& row = e.activity.tables[oid];
    row.assign(dwopt::table::columns.size(), 0);
    row[dwopt::table::seq_scan] = scans;
    row[dwopt::table::seq_tup_read] = rows;
}

// Six partitions by day, the fifth of which is read; its days run from 51 to 54.
Evidence dated() {
    auto e = shop();
    const std::vector<Column> columns{make_column("day", "integer"), make_column("customer", "integer")};
    auto top = make_table(20, "silver", "events", 0, columns);
    top.kind = RelationKind::partitioned;
    top.partition_key = "RANGE (day)";
    e.catalog.tables.push_back(top);
    for (int n = 1; n <= 6; ++n) {
        auto part = make_table(static_cast<Oid>(20 + n), "silver", fmt::format("events_{}", n), 1e5, columns);
        part.partition_parent = events;
        part.partition_bound = n == 1 ? "FOR VALUES FROM (MINVALUE) TO (20)" : fmt::format("FOR VALUES FROM ({}) TO ('{}')", n * 10, n * 10 + 10);
        e.catalog.tables.push_back(part);
        auto day = stats("day", 10, 4);
        day.histogram_bounds = fmt::format("{{{0}1,{0}2,{0}3,{0}4}}", n);
        e.catalog.statistics.push_back({part.name, {day, stats("customer", 500, 4)}});
        reads(e, part.oid, n == 5 ? 990 : 2, n == 5 ? 9.9e6 : 2e5);
    }
    return e;
}

std::string hot(const Evidence& e) {
    const View view(e);
    std::string names;
    for (const auto& one : hot_partitions(view, *view.table(events))) names += fmt::format("{} {:.2f} ", one.table->name.name, one.share);
    return names;
}

std::string read_there(const Evidence& e, const std::string& sql) {
    const View view(e);
    const sql::CatalogLookup lookup(e.catalog);
    std::string texts;
    for (const auto& [text, share] : read_hot(view, sql, sql::extract(sql, lookup), lookup)) texts += fmt::format("{} [{:.2f}]", text, share);
    return texts;
}

}  // namespace

TEST_CASE("partitions are hot that take nearly all reads and little of the space") {
    CHECK(hot(dated()) == "events_5 0.99 ");
    auto e = dated();
    reads(e, 26, 900, 9e6);
    CHECK(hot(e) == "events_5 0.52 events_6 0.47 ");
    reads(e, 21, 900, 9e6);
    reads(e, 22, 900, 9e6);
    CHECK(hot(e).empty());  // more than half of the table
    e = dated();
    reads(e, 21, 5, 5e6);
    CHECK(hot(e).empty());  // seldom, but much
    e = dated();
    reads(e, 25, 80, 9.9e6);
    CHECK(hot(e).empty());
    e.activity.tables.clear();
    CHECK(hot(e).empty());
}

TEST_CASE("placeholders compared with the partition key stand for values of the hot partition") {
    const auto e = dated();
    CHECK(read_there(e, "select customer from silver.events where day = $1 and customer = $2") ==
          "select customer from silver.events where day = '52' and customer = $2 [1.00]");
    CHECK(read_there(e, "select 1 from silver.events where day >= $1 and day < $2") == "select 1 from silver.events where day >= '52' and day < '53' [1.00]");
    CHECK(read_there(e, "select 1 from silver.events where day < $1").empty());  // from the first one on
    CHECK(read_there(e, "select 1 from silver.events where day = $1 or customer = $2").empty());
    CHECK(read_there(e, "select 1 from silver.events where customer = $1").empty());
    CHECK(read_there(e, "select $1 from silver.events where day = $1").empty());
    auto silent = dated();
    silent.catalog.statistics.clear();
    CHECK(read_there(silent, "select 1 from silver.events where day = $1").empty());
}

TEST_CASE("generic plans are shown for a partition's bounds") {
    const auto e = dated();
    const View view(e);
    const sql::CatalogLookup lookup(e.catalog);
    const auto arguments = [&](const std::string& sql) { return partition_arguments(view, sql, sql::extract(sql, lookup), lookup); };
    CHECK(arguments("select 1 from silver.events where day >= $1 and day < $2 and customer = $3") == std::map<int, std::string>{{1, "20"}, {2, "'30'"}});
    CHECK(arguments("select 1 from silver.events where day = $1 or customer = $2").empty());
    CHECK(arguments("select 1 from silver.events where customer = $1").empty());
    CHECK(arguments("select 1 from silver.orders where order_id = $1").empty());
}

TEST_CASE("an index goes on the hot partition where that is all the statement reads") {
    auto e = dated();
    auto features = on("silver", "events", {"customer", "day"});
    where(features, "customer", PredicateKind::equal);
    e.workload.patterns = {pattern("lookup", 1000, 10, features)};

    // A planner that has left out all partitions but the fifth.
    class Pruning : public FakeOracle {
      public:
        using FakeOracle::FakeOracle;
        PlanEstimate estimate(const Query&, const Configuration& configuration) override {
            PlanEstimate plan;
            plan.total = Cost{1000};
            for (const auto& [spec, extents] : configuration.create) {
                const bool there = spec.table == events || spec.table.name == "events_5";
                if (!there || spec.keys.front().column != "customer") continue;
                plan.total = Cost{10};
                PlanNode node;
                node.type = "Index Scan";
                node.index = spec.name;
                node.searched = 1;
                node.rows = 200;
                plan.nodes = {node};
            }
            return plan;
        }
    } oracle(e);
    const auto advice = advise(e, &oracle);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].target == RelationName{"silver", "events_5"});
    CHECK(std::any_of(advice.recommendations[0].reasons.begin(), advice.recommendations[0].reasons.end(),
                      [](const std::string& reason) { return reason.starts_with("on this partition only: it takes 99 % of all scans"); }));

    e.activity.tables.clear();
    const auto without = advise(e, &oracle);
    REQUIRE(without.recommendations.size() == 1);
    CHECK(without.recommendations[0].target == events);
}
