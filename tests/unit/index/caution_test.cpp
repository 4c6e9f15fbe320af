// What had better not be advised, or not with so much certainty.
#include "candidates.hpp"
#include "fixture.hpp"
#include "size.hpp"
#include "statistics.hpp"
#include "upkeep.hpp"

#include <doctest/doctest.h>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

Advice of_kind(const Evidence& e, CostOracle* oracle, const std::string& kind) {
    AdviceOptions options;
    options.kinds = {kind};
    return advise(e, oracle, options);
}

Column& text_column(Evidence& e, ColumnStatistics*& known) {
    known = &e.catalog.statistics[0].columns[3];
    REQUIRE(known->column == "status");
    known->n_distinct = -1;
    return e.catalog.tables[0].columns[3];
}

bool may_carry_status(const Evidence& e) {
    Candidate candidate;
    candidate.spec.table = orders;
    candidate.spec.keys = {key("customer_id")};
    candidate.spec.include = {"status"};
    return finish(View(e), candidate);
}

}  // namespace

TEST_CASE("leftovers of unique indexes are named, as no undo could build them; of two on an expression one goes, as the other keeps the statistics") {
    auto e = shop();
    auto left = make_index(16, orders, "leftover", {"total"});
    left.valid = false;
    left.unique = true;
    e.catalog.indexes = {left};
    for (const auto* name : {"by_day", "by_day_too"}) {
        auto index = make_index(name == std::string("by_day") ? 20 : 21, orders, name, {"ordered_at"});
        index.keys[0] = {};
        index.keys[0].expression = "date_trunc('day', ordered_at)";
        index.expression_statistics = true;
        e.catalog.indexes.push_back(index);
        counters(e, index.oid, 0);
    }
    const auto advice = of_kind(e, nullptr, "index.drop");
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].ddl[0] == "DROP INDEX CONCURRENTLY silver.by_day_too");
    const auto named = [](const Advice& one) {
        return std::any_of(one.rejected.begin(), one.rejected.end(), [](const Rejection& r) { return r.reason.find("`DROP INDEX CONCURRENTLY silver.leftover;`") != std::string::npos; });
    };
    CHECK(named(advice));
    e.catalog.indexes[0].constraint = "leftover";
    CHECK_FALSE(named(of_kind(e, nullptr, "index.drop")));
}

TEST_CASE("of an inheritance tree's indexes only duplicates go, as statements name the parent") {
    auto e = shop();
    e.catalog.tables[0].inherits = true;
    e.catalog.indexes = {make_index(17, orders, "idle", {"total"}), make_index(18, orders, "shorter", {"customer_id"}), make_index(19, orders, "longer", {"customer_id", "status"})};
    for (const auto& index : e.catalog.indexes) counters(e, index.oid, index.oid == 17 ? 0 : 9);
    HidingOracle oracle(e);
    const auto advice = of_kind(e, &oracle, "index.drop");
    CHECK(advice.recommendations.empty());
    CHECK(advice.rejected.size() == 2);
    e.catalog.indexes.push_back(make_index(20, orders, "idle_too", {"total"}));
    CHECK(of_kind(e, &oracle, "index.drop").recommendations.size() == 1);
    e.catalog.definitions = {{"extension", {"public", "timescaledb"}, "CREATE EXTENSION timescaledb"}};
    CHECK(of_kind(e, &oracle, "index.drop").recommendations.empty());
}

TEST_CASE("who tells that nobody misses an index must have been asked") {
    auto e = shop();
    e.catalog.indexes = {make_index(18, orders, "shorter", {"customer_id"}), make_index(19, orders, "longer", {"customer_id", "status"})};
    HidingOracle nobody(e);
    CHECK(of_kind(e, &nobody, "index.drop").recommendations.at(0).evidence == EvidenceGrade::heuristic);
    e.workload.patterns = {pattern("daily", 5, 10, on("silver", "orders", {"status"}))};
    HidingOracle oracle(e);
    CHECK(of_kind(e, &oracle, "index.drop").recommendations.at(0).evidence == EvidenceGrade::planner);
}

TEST_CASE("indexes that stand in for each other on two tables do not both go") {
    class Either : public HidingOracle {
      public:
        using HidingOracle::HidingOracle;
        PlanEstimate estimate(const Query&, const Configuration& configuration) override {
            PlanEstimate plan;
            plan.total = Cost{configuration.hide.size() > 1 ? 200.0 : 100.0};
            return plan;
        }
    };
    auto e = shop();
    e.catalog.tables.push_back(make_table(3, "silver", "lines", 1e6, {make_column("order_id", "bigint")}));
    const RelationName lines{"silver", "lines"};
    e.catalog.indexes = {make_index(17, orders, "one_way", {"total"}), make_index(18, lines, "other_way", {"order_id"})};
    for (const auto& index : e.catalog.indexes) counters(e, index.oid, 0);
    auto join = on("silver", "orders", {"total"});
    join.tables.push_back(on("silver", "lines", {"order_id"}).tables[0]);
    e.workload.patterns = {pattern("join", 5, 10, join)};
    Either oracle(e);
    CHECK(of_kind(e, &oracle, "index.drop").recommendations.size() == 1);
}

TEST_CASE("what is to go, or has a successor, is not built again first") {
    auto e = shop();
    e.catalog.indexes = {sized(17, orders, "bloated", {"customer_id"}, 90)};
    const auto kinds = [&] {
        FakeOracle oracle(e);
        std::set<std::string> all;
        for (const auto& r : advise(e, &oracle).recommendations) all.insert(r.kind);
        return all;
    };
    CHECK(kinds() == std::set<std::string>{"index.rebuild"});
    auto reads = on("silver", "orders", {"customer_id", "ordered_at"});
    where(reads, "customer_id", PredicateKind::equal);
    where(reads, "ordered_at", PredicateKind::range);
    e.workload.patterns = {pattern("daily", 5, 10, reads)};
    CHECK(kinds() == std::set<std::string>{"index.create"});

    auto top = make_table(21, "s", "p", 0, {make_column("k", "integer")});
    top.kind = RelationKind::partitioned;
    auto part = make_table(22, "s", "p1", 1e6, {make_column("k", "integer")});
    part.partition_parent = top.name;
    e = shop();
    e.catalog.tables = {top, part};
    e.catalog.indexes.clear();
    e.catalog.statistics = {{part.name, {stats("k", -1, 4)}}};
    for (const auto* name : {"p_a", "p_b"}) {
        auto parent = make_index(31, top.name, name, {"k"});
        parent.partitioned = true;
        parent.size = {};
        auto child = sized(32, part.name, std::string(name) + "1", {"k"}, 90);
        child.parent = parent.name;
        e.catalog.indexes.push_back(parent);
        e.catalog.indexes.push_back(child);
    }
    const auto advice = advise(e, nullptr);
    REQUIRE(advice.recommendations.size() == 2);
    CHECK(advice.recommendations[0].ddl[0] == "DROP INDEX s.p_b");
    CHECK(advice.recommendations[1].ddl[0] == "REINDEX INDEX CONCURRENTLY s.p_a1");
    CHECK(advice.recommendations[1].growth() < Bytes{});
}

TEST_CASE("entries that the server does not merge are not taken for bloat") {
    auto e = shop();
    auto unique = sized(17, orders, "unique", {"status"}, 30);  // five values, or as many NULLs
    e.catalog.indexes = {unique};
    CHECK(of_kind(e, nullptr, "index.rebuild").recommendations.size() == 1);
    e.catalog.indexes[0].unique = true;
    CHECK(of_kind(e, nullptr, "index.rebuild").recommendations.empty());
    e.catalog.indexes[0].unique = false;
    e.catalog.tables[0].columns[3].type = "citext";
    CHECK(of_kind(e, nullptr, "index.rebuild").recommendations.empty());
    e.catalog.tables[0].columns[3].type = "silver.state";  // a domain
    CHECK(of_kind(e, nullptr, "index.rebuild").recommendations.empty());
    e.catalog.tables[0].columns[3].type_category = 'E';
    CHECK(of_kind(e, nullptr, "index.rebuild").recommendations.size() == 1);
}

TEST_CASE("a text that may outgrow an entry is not carried") {
    auto e = shop();
    ColumnStatistics* known = nullptr;
    auto& column = text_column(e, known);
    known->histogram_bounds = "{a fairly short message,another one of these," + std::string(90, 'x') + "}";
    known->avg_width = 45;
    CHECK(may_carry_status(e));
    known->avg_width = 120;  // ANALYZE does not keep what is larger than a kilobyte
    CHECK_FALSE(may_carry_status(e));
    column.type = "character varying(200)";
    CHECK(may_carry_status(e));
    column.type = "text";
    known->avg_width = 45;
    known->histogram_bounds = "{short," + std::string(800, 'x') + "}";
    CHECK_FALSE(may_carry_status(e));
    known->histogram_bounds.clear();
    known->avg_width = 20;
    CHECK(may_carry_status(e));
    known->avg_width = 600;
    CHECK_FALSE(may_carry_status(e));
}

TEST_CASE("where no counter tells of writes, the statements on record do") {
    auto e = shop();
    auto writes = on("silver", "orders", {});
    writes.tables[0].role = TableRole::insert;
    auto insert = pattern("insert", 1e6, 0.1, writes);
    insert.features.kind = StatementKind::insert;
    insert.usage.rows = 1e6;
    e.workload.patterns = {insert};
    Candidate candidate;
    candidate.spec.table = orders;
    candidate.spec.keys = {key("customer_id")};
    const View view(e);
    REQUIRE(finish(view, candidate));
    const auto load = Upkeep(view, 0.01).of(candidate);
    CHECK(load.per_day == doctest::Approx(1e6));
    CHECK(load.time_per_day > Millis{});
    auto& row = e.activity.tables[1];
    row.assign(table::columns.size(), 0);
    row[table::n_tup_ins] = 500;
    CHECK(Upkeep(View(e), 0.01).of(candidate).per_day == doctest::Approx(500));
}

TEST_CASE("an update of a column touches no index that merely has its name in another's") {
    auto e = shop();
    e.catalog.tables[0].columns.push_back(make_column("at", "date"));
    auto update = on("silver", "orders", {});
    update.tables[0].role = TableRole::update;
    update.tables[0].written = {"at"};
    auto writer = pattern("update", 1e6, 0.1, update);
    writer.usage.rows = 1e6;
    e.workload.patterns = {writer};
    const View view(e);
    const Upkeep upkeep(view, 0.01);
    Candidate candidate;
    candidate.spec.table = orders;
    candidate.spec.keys = {key("customer_id")};
    candidate.spec.predicate = "ordered_at IS NOT NULL";
    REQUIRE(finish(view, candidate));
    CHECK(upkeep.burdens(candidate).empty());
    candidate.spec.predicate = "at IS NOT NULL";
    CHECK(upkeep.burdens(candidate).size() == 1);
}

TEST_CASE("every foreign key whose check reads a table is proposed, the dearest first") {
    auto e = shop();
    e.workload.patterns = {pattern("n", 10, 10, on("silver", "tiny", {"id"}))};
    for (int n = 0; n < 7; ++n) {
        const std::string name = "child" + std::to_string(n);
        e.catalog.tables.push_back(make_table(static_cast<Oid>(40 + n), "silver", name, 1e6 * (n + 1), {make_column("tiny_id", "integer")}));
        Constraint constraint;
        constraint.kind = 'f';
        constraint.name = name + "_fk";
        constraint.table = {"silver", name};
        constraint.columns = {"tiny_id"};
        constraint.referenced_table = {"silver", "tiny"};
        constraint.referenced_columns = {"id"};
        e.catalog.constraints.push_back(constraint);
    }
    auto& row = e.activity.tables[2];
    row.assign(table::columns.size(), 0);
    row[table::n_tup_del] = 500;
    FakeOracle oracle(e);
    const auto advice = of_kind(e, &oracle, "index.create");
    REQUIRE(advice.recommendations.size() == 7);
    CHECK(advice.recommendations[0].target.name == "child6");
}

TEST_CASE("an index of jsonb_path_ops does not stand in for one of the default class") {
    auto e = shop();
    e.catalog.tables[0].columns.push_back(make_column("payload", "jsonb"));
    auto there = make_index(12, orders, "there", {"payload"});
    there.method = "gin";
    IndexSpec spec;
    spec.table = orders;
    spec.method = "gin";
    spec.keys = {key("payload")};
    const auto covered = [&](const char* existing, const char* wanted) {
        there.keys[0].opclass = existing;
        spec.keys[0].opclass = wanted;
        e.catalog.indexes = {there};
        return covered_by(View(e), spec) != nullptr;
    };
    CHECK(covered("", ""));
    CHECK(covered("", "jsonb_path_ops"));
    CHECK(covered("jsonb_path_ops", "jsonb_path_ops"));
    CHECK_FALSE(covered("jsonb_path_ops", ""));
    CHECK(covered("tools.gin_trgm_ops", "tools.gin_trgm_ops"));
    CHECK_FALSE(covered("", "tools.gin_trgm_ops"));
}

TEST_CASE("a partitioned table nobody analyzed is taken to be like its largest partition") {
    auto e = shop();
    auto& top = e.catalog.tables[0];
    top.kind = RelationKind::partitioned;
    for (int n : {1, 2}) {
        auto part = make_table(static_cast<Oid>(30 + n), "silver", "part" + std::to_string(n), 1e6 * n, e.catalog.tables[0].columns);
        part.partition_parent = orders;
        e.catalog.tables.push_back(part);
        e.catalog.statistics.push_back({part.name, {stats("status", 5 * n, 9)}});
    }
    CHECK(View(e).statistics(orders, "status")->n_distinct == 5);
    e.catalog.statistics.erase(e.catalog.statistics.begin());
    CHECK(View(e).statistics(orders, "status")->n_distinct == 10);
}

TEST_CASE("who has more patterns than are looked at is told") {
    auto e = shop();
    auto reads = on("silver", "orders", {"status"});
    where(reads, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("a", 5, 10, reads), pattern("b", 5, 5, reads)};
    const auto told = [&](int most) {
        FakeOracle oracle(e);
        AdviceOptions options;
        options.max_patterns = most;
        const auto advice = advise(e, &oracle, options);
        return std::any_of(advice.warnings.begin(), advice.warnings.end(), [](const Warning& w) { return w.code == "patterns_left_out"; });
    };
    CHECK_FALSE(told(2));
    CHECK(told(1));
}
