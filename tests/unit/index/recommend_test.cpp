#include "fixture.hpp"
#include "upkeep.hpp"

#include <doctest/doctest.h>

using namespace fixture;

namespace {

Evidence busy_shop() {
    auto e = shop();
    auto latest = on("silver", "orders", {"customer_id", "ordered_at", "total"});
    where(latest, "customer_id", PredicateKind::equal);
    auto day = on("silver", "orders", {"ordered_at", "status", "total"});
    where(day, "ordered_at", PredicateKind::range);
    where(day, "status", PredicateKind::equal);
    auto all = on("silver", "orders", {"*"});
    auto small = on("silver", "tiny", {"id", "name"});
    where(small, "name", PredicateKind::equal);
    e.workload.patterns = {pattern("a", 1000, 100, latest), pattern("b", 200, 100, day), pattern("c", 5, 200, all), pattern("d", 50, 1, small)};
    return e;
}

}  // namespace

TEST_CASE("the planner's picks become recommendations with all that is needed to judge them") {
    const auto evidence = busy_shop();
    FakeOracle oracle(evidence);
    const auto advice = advise(evidence, &oracle);
    REQUIRE(advice.recommendations.size() == 2);
    const auto& first = advice.recommendations[0];
    CHECK(first.kind == "index.create");
    CHECK(first.layer == "silver");
    REQUIRE(first.index);
    CHECK(first.index->keys[0].column == "customer_id");
    CHECK(first.ddl.size() == 1);
    CHECK(first.ddl[0].starts_with("CREATE INDEX CONCURRENTLY dwopt_orders_customer_id"));
    CHECK(first.undo[0].starts_with("DROP INDEX CONCURRENTLY silver.dwopt_orders_customer_id"));
    CHECK(first.id.starts_with("ic-"));
    CHECK(first.id.size() == 11);
    CHECK(first.evidence == EvidenceGrade::generic_plan);
    CHECK(first.confidence > 0.5);
    CHECK(first.benefit.saved_pct > 90);
    CHECK(first.benefit.saved_per_day.value > 80000);
    REQUIRE(first.patterns.size() == 1);
    CHECK(first.patterns[0].pattern == "a");
    CHECK(first.patterns[0].after < first.patterns[0].before);
    CHECK(first.upkeep.size == first.index_size);
    CHECK_FALSE(first.reasons.empty());
    CHECK_FALSE(first.locks.empty());
    // equality before range
    const auto& keys = advice.recommendations[1].index->keys;
    REQUIRE(keys.size() >= 2);
    CHECK(keys[0].column == "status");
    CHECK(keys[1].column == "ordered_at");
    CHECK(advice.summary.after < advice.summary.before);
    CHECK(advice.summary.queries == 4);
    CHECK(advice.summary.what_if_calls == oracle.calls());
}

TEST_CASE("the advice does not hang on the order of the evidence") {
    auto evidence = busy_shop();
    FakeOracle oracle(evidence);
    const auto before = advise(evidence, &oracle);
    std::reverse(evidence.workload.patterns.begin(), evidence.workload.patterns.end());
    std::reverse(evidence.catalog.tables.begin(), evidence.catalog.tables.end());
    for (auto& p : evidence.workload.patterns) std::reverse(p.features.predicates.begin(), p.features.predicates.end());
    const auto after = advise(evidence, &oracle);
    REQUIRE(before.recommendations.size() == after.recommendations.size());
    for (std::size_t i = 0; i < before.recommendations.size(); ++i) {
        CHECK(before.recommendations[i].id == after.recommendations[i].id);
        CHECK(before.recommendations[i].ddl == after.recommendations[i].ddl);
    }
}

TEST_CASE("an index on a column that HOT updates write costs an entry in every index; GIN one for each part of a value") {
    auto e = shop();
    auto& counters = e.activity.tables[1];
    counters.assign(table::columns.size(), 0);
    counters[table::n_tup_upd] = counters[table::n_tup_hot_upd] = 1000;
    auto update = on("silver", "orders", {"order_id"});
    update.kind = StatementKind::update;
    update.tables[0].role = TableRole::update;
    update.tables[0].written = {"status"};
    e.workload.patterns = {pattern("u", 1000, 1, update)};
    e.workload.patterns[0].usage.rows = 1000;
    const auto cost = [&](const std::string& column) {
        const indexing::View view(e);
        indexing::Candidate candidate;
        candidate.spec.table = orders;
        candidate.spec.keys = {key(column)};
        REQUIRE(indexing::finish(view, candidate));
        return indexing::Upkeep(view, 1).of(candidate).cost_per_day.value;
    };
    CHECK(cost("total") == 0);
    const double beside_one = cost("status");
    CHECK(beside_one > 0);
    e.catalog.indexes.push_back(make_index(12, orders, "orders_total", {"total"}));
    CHECK(cost("status") == doctest::Approx(beside_one * 1.5));
}

TEST_CASE("who writes to one partition does not pay for an index on its sibling") {
    auto e = shop();
    e.catalog.tables[0].kind = RelationKind::partitioned;
    for (const Oid oid : {3U, 4U}) {
        auto& part = e.catalog.tables.emplace_back(make_table(oid, "silver", "orders_" + std::to_string(oid), 1e6, e.catalog.tables[0].columns));
        part.partition_parent = orders;
    }
    auto load = on("silver", "orders_3", {});
    load.tables[0].role = TableRole::insert;
    e.workload.patterns = {pattern("load", 10, 50, load)};
    e.workload.patterns[0].usage.rows = 1000;
    const indexing::View view(e);
    const indexing::Upkeep upkeep(view, 1);
    for (const auto& [name, pays] : {std::pair{"orders", true}, {"orders_3", true}, {"orders_4", false}}) {
        indexing::Candidate candidate;
        candidate.spec.table = {"silver", name};
        candidate.spec.keys = {key("total")};
        REQUIRE(indexing::finish(view, candidate));
        CHECK(upkeep.burdens(candidate).empty() != pays);
    }
}

TEST_CASE("who writes is told what new indexes take, and it can be limited") {
    auto evidence = busy_shop();
    auto load = on("silver", "orders", {});
    load.tables[0].role = TableRole::insert;
    auto loading = pattern("load", 10, 50, load);
    loading.features.kind = StatementKind::insert;
    loading.usage.rows = 10000;
    evidence.workload.patterns.push_back(loading);
    FakeOracle oracle(evidence);
    AdviceOptions options;
    const auto free = advise(evidence, &oracle, options);
    REQUIRE(free.recommendations.size() == 2);
    REQUIRE(free.summary.worst_hit);
    CHECK(free.summary.worst_hit->pattern == "load");
    CHECK(free.summary.worst_hit->writes);
    const double both = free.summary.worst_hit->slower_pct;
    CHECK(both > 1);

    options.max_write_regression_pct = both / 3;
    const auto fewer = advise(evidence, &oracle, options);
    REQUIRE(fewer.recommendations.size() == 1);
    REQUIRE(fewer.summary.worst_hit);
    CHECK(fewer.summary.worst_hit->slower_pct <= options.max_write_regression_pct);
    CHECK(std::any_of(fewer.rejected.begin(), fewer.rejected.end(), [](const Rejection& r) { return r.reason.find("max_write_regression_pct") != std::string::npos; }));

    options.max_write_regression_pct = 0;
    options.max_build_time = std::chrono::milliseconds(static_cast<std::int64_t>(free.recommendations[0].upkeep.build.value * 1.2));
    CHECK(advise(evidence, &oracle, options).recommendations.size() == 1);
    evidence.workload.patterns.back().usage.total = {};  // not timed: nothing to compare with
    CHECK_FALSE(advise(evidence, &oracle).summary.worst_hit);

    auto& counters = evidence.activity.tables[1];  // but the table was written to
    counters.assign(table::columns.size(), 0);
    counters[table::n_tup_ins] = 100;
    AdviceOptions limited;
    limited.max_write_regression_pct = 10;
    const auto unheard = advise(evidence, &oracle, limited);
    CHECK(unheard.recommendations.empty());
    CHECK(std::any_of(unheard.rejected.begin(), unheard.rejected.end(), [](const Rejection& r) { return r.reason.starts_with("it would make writes to the table"); }));
    limited.max_write_regression_pct = 500;
    CHECK_FALSE(advise(evidence, &oracle, limited).recommendations.empty());
}

TEST_CASE("limits hold: budget, number, table size, kinds") {
    const auto evidence = busy_shop();
    FakeOracle oracle(evidence);
    AdviceOptions options;
    SUBCASE("budget") {
        options.budget = Bytes{8 << 20};
        const auto advice = advise(evidence, &oracle, options);
        Bytes sum{};
        for (const auto& r : advice.recommendations) sum += r.index_size;
        CHECK(sum <= *options.budget);
        CHECK(advice.recommendations.size() == 1);
        CHECK_FALSE(advice.rejected.empty());
    }
    SUBCASE("number") {
        options.max_indexes = 1;
        CHECK(advise(evidence, &oracle, options).recommendations.size() == 1);
    }
    SUBCASE("small tables stay alone, and it is said") {
        const auto advice = advise(evidence, &oracle);
        for (const auto& r : advice.recommendations) CHECK(r.target.name == "orders");
        CHECK(std::any_of(advice.rejected.begin(), advice.rejected.end(), [](const Rejection& r) {
            return r.target.name == "tiny" && r.reason.find("too small") != std::string::npos;
        }));
    }
    SUBCASE("kinds") {
        options.kinds = {"index.drop"};
        CHECK(advise(evidence, &oracle, options).recommendations.empty());
        options.kinds = {"index"};
        CHECK(advise(evidence, &oracle, options).recommendations.size() == 2);
        options.kinds = {"ind"};
        CHECK(advise(evidence, &oracle, options).recommendations.empty());
    }
}

TEST_CASE("what only some of a plan's indexes do is found where there is no room for all") {
    // A chain of joins: each index on the next table helps only beside those on the tables before.
    class Chain : public FakeOracle {
      public:
        using FakeOracle::FakeOracle;
        PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
            auto plan = FakeOracle::estimate(query, configuration);
            plan.nodes.clear();
            std::size_t links = 0;
            for (const auto* table : {"a", "b", "c", "d", "e", "f"}) {
                const auto at = std::find_if(configuration.create.begin(), configuration.create.end(), [&](const auto& one) { return one.spec.table.name == table; });
                if (at == configuration.create.end()) break;
                PlanNode lookup;
                lookup.type = "Index Scan";
                lookup.index = at->spec.name;
                lookup.searched = 1;
                plan.nodes.push_back(std::move(lookup));
                ++links;
            }
            if (links < 2) plan.nodes.clear();
            plan.total = Cost{links < 2 ? 10000.0 : 10000.0 / static_cast<double>(links * links)};
            return plan;
        }
    };
    auto evidence = shop();
    Features joined;
    for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
        evidence.catalog.tables.push_back(make_table(static_cast<Oid>(100 + name[0]), "silver", name, 1e6, {make_column("k", "bigint")}));
        evidence.catalog.statistics.push_back({{"silver", name}, {stats("k", -1, 8)}});
        auto use = on("silver", name, {"*"}).tables.front();
        joined.tables.push_back(std::move(use));
        where(joined, "k", PredicateKind::equal, joined.tables.size() - 1);
    }
    evidence.workload.patterns = {pattern("chain", 1000, 100, joined)};
    Chain oracle(evidence);
    const auto one = advise(evidence, &oracle).recommendations.at(0).index_size;
    AdviceOptions options;
    SUBCASE("by bytes") { options.budget = Bytes{one.value * 3 + 8192}; }
    SUBCASE("by number") { options.max_indexes = 3; }
    const auto advice = advise(evidence, &oracle, options);
    CHECK(advice.recommendations.size() == 3);
    CHECK(advice.summary.saved_pct == doctest::Approx(100.0 * 8 / 9));
}

TEST_CASE("an index that every write pays for is refused with its break-even") {
    auto evidence = busy_shop();
    auto& counters = evidence.activity.tables[1];
    counters.assign(table::columns.size(), 0);
    counters[table::n_tup_ins] = 1e9;
    FakeOracle oracle(evidence);
    const auto advice = advise(evidence, &oracle);
    CHECK(advice.recommendations.empty());
    CHECK(std::any_of(advice.rejected.begin(), advice.rejected.end(), [](const Rejection& r) {
        return r.reason.starts_with("upkeep: 1") && r.reason.find("it pays below") != std::string::npos;
    }));
}

TEST_CASE("what exists is not proposed again") {
    auto evidence = busy_shop();
    evidence.catalog.indexes.push_back(make_index(12, {"silver", "orders"}, "by_customer", {"customer_id", "ordered_at", "total"}));
    FakeOracle oracle(evidence);
    const auto advice = advise(evidence, &oracle);
    for (const auto& r : advice.recommendations) CHECK(r.index->keys[0].column != "customer_id");
}

TEST_CASE("patterns that cannot be planned are named, the others advised") {
    auto evidence = busy_shop();
    evidence.workload.patterns[1].truncated = true;
    FakeOracle oracle(evidence);
    oracle.broken = {"a"};
    const auto advice = advise(evidence, &oracle);
    REQUIRE(advice.summary.skipped.size() == 2);
    CHECK(advice.summary.skipped[0].pattern == "a");
    CHECK(advice.summary.skipped[0].reason == "statement timeout");
    CHECK(advice.summary.skipped[1].reason == "its text was cut off by the server");
    CHECK(advice.recommendations.empty());
}

TEST_CASE("cancelled or out of time: an answer at once, and a word about it") {
    const auto evidence = busy_shop();
    FakeOracle oracle(evidence);
    FakeClock clock;
    Quiet quiet;
    Cancel cancel;
    AdviceOptions options;
    SUBCASE("cancelled") {
        cancel.asked = true;
        const auto advice = recommend(evidence, &oracle, options, {}, clock, quiet, cancel);
        CHECK(oracle.calls() == 0);
        REQUIRE(advice.warnings.size() == 1);
        CHECK(advice.warnings[0].code == "interrupted");
    }
    SUBCASE("in the middle: what was found by then, at once") {
        class Interrupting : public FakeOracle {
          public:
            Interrupting(const Evidence& evidence, Cancel& cancel, int at) : FakeOracle(evidence), cancel_(cancel), at_(at) {}
            PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
                if (calls() == at_) cancel_.asked = true;
                return FakeOracle::estimate(query, configuration);
            }

          private:
            Cancel& cancel_;
            int at_;
        };
        for (const int at : {7, 12}) {  // while candidates are tried, and while the choice is
            cancel.asked = false;
            Interrupting interrupting(evidence, cancel, at);
            const auto advice = recommend(evidence, &interrupting, options, {}, clock, quiet, cancel);
            REQUIRE(cancel.asked);
            CHECK_FALSE(advice.recommendations.empty());
            CHECK(interrupting.calls() < 40);
            REQUIRE(advice.warnings.size() == 1);
            CHECK(advice.warnings[0].code == "interrupted");
        }
    }
    SUBCASE("out of time") {
        clock.step = std::chrono::minutes(2);
        const auto advice = recommend(evidence, &oracle, options, {}, clock, quiet, cancel);
        CHECK(oracle.calls() <= 3);
        REQUIRE(advice.warnings.size() == 1);
        CHECK(advice.warnings[0].code == "time_limit");
    }
}

TEST_CASE("short of time, all of it is used: who stops looking in order to choose goes on afterwards") {
    auto evidence = shop();
    for (int n = 0; n < 60; ++n) {
        const std::string name = "t" + std::to_string(n);
        evidence.catalog.tables.push_back(make_table(static_cast<Oid>(100 + n), "silver", name, 1e6, {make_column("a", "integer"), make_column("b", "integer")}));
        evidence.catalog.statistics.push_back({{"silver", name}, {stats("a", 50000, 4), stats("b", 1000, 4)}, {}});
        auto features = on("silver", name, {"a", "b"});
        where(features, "a", PredicateKind::equal);
        where(features, "b", PredicateKind::range);
        evidence.workload.patterns.push_back(pattern(name, 1000, 50, features));
    }
    class Slow : public FakeOracle {
      public:
        Slow(const Evidence& evidence, FakeClock& clock) : FakeOracle(evidence), clock_(clock) {}
        PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
            clock_.at += std::chrono::milliseconds(10);
            return FakeOracle::estimate(query, configuration);
        }

      private:
        FakeClock& clock_;
    };
    const auto within = [&](Duration limit) {
        FakeClock clock;
        Slow oracle(evidence, clock);
        Quiet quiet;
        Cancel cancel;
        AdviceOptions options;
        options.time_limit = limit;
        return recommend(evidence, &oracle, options, {}, clock, quiet, cancel);
    };
    const auto all = within(std::chrono::hours(1));
    REQUIRE(all.recommendations.size() == 60);
    // In the first third of 1,440 ms fifty patterns are planned: there is time left to find what each needs.
    REQUIRE(all.summary.what_if_calls == 300);
    CHECK(within(std::chrono::milliseconds(6 * 240)).recommendations.size() >= 50);
}

TEST_CASE("without a planner: rules, graded heuristic") {
    auto evidence = busy_shop();
    auto& counters = evidence.activity.tables[1];
    counters.assign(table::columns.size(), 0);
    counters[table::seq_scan] = 500;
    const auto advice = advise(evidence, nullptr);
    CHECK(advice.summary.what_if == "none");
    REQUIRE_FALSE(advice.recommendations.empty());
    CHECK(advice.recommendations[0].evidence == EvidenceGrade::heuristic);
    CHECK(advice.recommendations[0].index->keys[0].column == "customer_id");
    CHECK(advice.recommendations[0].confidence <= 0.4);
}

TEST_CASE("a foreign key that joins use gets its index by rule") {
    auto evidence = shop();
    Constraint fk;
    fk.name = "orders_customer_fk";
    fk.kind = 'f';
    fk.table = {"silver", "orders"};
    fk.columns = {"customer_id"};
    fk.referenced_table = {"silver", "tiny"};
    fk.referenced_columns = {"id"};
    evidence.catalog.constraints = {fk};
    CHECK(advise(evidence, nullptr).recommendations.empty());  // nobody joins
    auto join = on("silver", "orders", {"customer_id"});
    join.tables.push_back(on("silver", "tiny", {"id"}).tables[0]);
    join.joins.push_back({0, 1, "customer_id", "id"});
    evidence.workload.patterns = {pattern("j", 10, 10, join)};
    const auto advice = advise(evidence, nullptr);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].evidence_source == "rule: foreign key without index");
}

TEST_CASE("beside the planner's choice: keys into tables where rows are deleted, once for all partitions, refused aloud") {
    auto evidence = shop();
    evidence.workload.patterns = {pattern("n", 10, 10, on("silver", "tiny", {"id"}))};
    auto& part = evidence.catalog.tables.emplace_back(make_table(3, "silver", "orders_old", 1e6, evidence.catalog.tables[0].columns));
    part.partition_parent = orders;
    evidence.catalog.tables[0].kind = RelationKind::partitioned;
    Constraint fk;
    fk.kind = 'f';
    fk.columns = {"customer_id"};
    fk.referenced_table = {"silver", "tiny"};
    fk.referenced_columns = {"id"};
    for (const auto* table : {"orders", "orders_old"}) {
        fk.name = std::string(table) + "_customer_fk";
        fk.table = {"silver", table};
        evidence.catalog.constraints.push_back(fk);
    }
    FakeOracle oracle(evidence);
    CHECK(advise(evidence, &oracle).recommendations.empty());  // nothing is deleted
    auto& counters = evidence.activity.tables[2];
    counters.assign(table::columns.size(), 0);
    counters[table::n_tup_del] = 500;
    const auto advice = advise(evidence, &oracle);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].target == orders);
    CHECK(advice.recommendations[0].evidence_source == "rule: foreign key without index");
    AdviceOptions tight;
    tight.budget = Bytes{8192};
    const auto refused = advise(evidence, &oracle, tight);
    CHECK(refused.recommendations.empty());
    REQUIRE_FALSE(refused.rejected.empty());
    CHECK(refused.rejected.back().reason.find("budget") != std::string::npos);
    AdviceOptions quick;
    quick.max_build_time = std::chrono::milliseconds(1);
    const auto slow = advise(evidence, &oracle, quick);
    CHECK(slow.recommendations.empty());
    REQUIRE_FALSE(slow.rejected.empty());
    CHECK(slow.rejected.back().reason.find("max_build_time") != std::string::npos);
    auto load = on("silver", "orders", {});
    load.tables[0].role = TableRole::insert;
    auto& loading = evidence.workload.patterns.emplace_back(pattern("load", 10, 50, load));
    loading.features.kind = StatementKind::insert;
    loading.usage.rows = 10000;
    AdviceOptions unburdened;
    unburdened.max_write_regression_pct = 0.001;
    const auto light = advise(evidence, &oracle, unburdened);
    CHECK(light.recommendations.empty());
    REQUIRE_FALSE(light.rejected.empty());
    CHECK(light.rejected.back().reason.find("max_write_regression_pct") != std::string::npos);
}

TEST_CASE("a plan that makes another pattern slower than allowed is given up, or named") {
    // Who reads status is fooled by any index on customer_id.
    class Fooled : public FakeOracle {
      public:
        using FakeOracle::FakeOracle;
        PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
            auto plan = FakeOracle::estimate(query, configuration);
            for (const auto& [spec, extents] : configuration.create) {
                if (query.id == "victim" && spec.keys.front().column == "customer_id") plan.total = Cost{plan.total.value * 1.5};
            }
            return plan;
        }
    };
    auto evidence = shop();
    auto fast = on("silver", "orders", {"*"}), victim = on("silver", "orders", {"*"});
    where(fast, "customer_id", PredicateKind::equal);
    where(victim, "total", PredicateKind::other);
    evidence.workload.patterns = {pattern("fast", 1000, 100, fast), pattern("victim", 1, 100, victim)};
    Fooled oracle(evidence);
    CHECK(advise(evidence, &oracle).recommendations.empty());
    AdviceOptions any;
    any.max_regression_pct = 60;
    const auto advice = advise(evidence, &oracle, any);
    REQUIRE(advice.recommendations.size() == 1);
    REQUIRE(advice.summary.worst_hit);
    CHECK(advice.summary.worst_hit->pattern == "victim");
    CHECK(advice.summary.worst_hit->slower_pct == doctest::Approx(50));
    REQUIRE(advice.recommendations[0].patterns.size() == 2);
    CHECK(advice.recommendations[0].patterns[1].pattern == "victim");
}

TEST_CASE("the index goes that makes a plan worse without being in it, and no other") {
    class Probing : public FakeOracle {
      public:
        using FakeOracle::FakeOracle;
        PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
            if (query.id != "victim") return FakeOracle::estimate(query, configuration);
            PlanEstimate plan;
            plan.total = Cost{100};
            for (const auto& [spec, extents] : configuration.create) {
                if (spec.keys.front().column == "customer_id") plan.total = Cost{150};
            }
            return plan;
        }
    };
    auto evidence = shop();
    auto one = on("silver", "orders", {"*"}), other = one, victim = one;
    where(one, "customer_id", PredicateKind::equal);
    where(other, "ordered_at", PredicateKind::equal);
    where(victim, "customer_id", PredicateKind::range);
    where(victim, "ordered_at", PredicateKind::range);
    evidence.workload.patterns = {pattern("one", 1000, 100, one), pattern("other", 1000, 100, other), pattern("victim", 1, 100, victim)};
    Probing oracle(evidence);
    const auto advice = advise(evidence, &oracle);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].index->keys.front().column == "ordered_at");
    CHECK_FALSE(advice.summary.worst_hit);
}

TEST_CASE("what was planned is counted, whatever kinds are asked for") {
    auto evidence = shop();
    auto features = on("silver", "orders", {"*"});
    where(features, "customer_id", PredicateKind::equal);
    evidence.workload.patterns = {pattern("p", 10, 10, features)};
    HidingOracle oracle(evidence);
    AdviceOptions drops;
    drops.kinds = {"index.drop"};
    const auto summary = advise(evidence, &oracle, drops).summary;
    CHECK(summary.queries == 1);
    CHECK(summary.before.value > 0);
    CHECK(summary.after == summary.before);
}

TEST_CASE("nothing at all is a fine workload") {
    const Evidence empty;
    FakeOracle oracle(empty);
    const auto advice = advise(empty, &oracle);
    CHECK(advice.recommendations.empty());
    CHECK(advice.summary.queries == 0);
}
