// What a pattern takes since an index on its table is there.
#include "fixture.hpp"
#include "costing.hpp"

#include <doctest/doctest.h>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

// Without the index the statement costs 400, with it 100.
class Remembering : public FakeOracle {
  public:
    using FakeOracle::FakeOracle;
    bool can_hide() const override { return hides; }
    PlanEstimate estimate(const Query&, const Configuration& configuration) override {
        PlanEstimate plan;
        plan.total = Cost{configuration.hide.empty() ? 100.0 : 400.0};
        return plan;
    }
    bool hides = true;
};

double mean_in(const Evidence& e, bool hides = true) {
    Remembering oracle(e);
    oracle.hides = hides;
    const View view(e);
    const Pool pool(view);
    Costing costing(view, oracle, pool);
    FakeClock clock;
    Quiet quiet;
    Cancel cancel;
    costing.plan_base(10, Deadline(clock, std::chrono::hours(1), cancel), quiet);
    REQUIRE(costing.patterns().size() == 1);
    const auto& planned = costing.patterns()[0];
    CHECK(planned.weight * planned.base == doctest::Approx(planned.mean.value * planned.calls));
    return planned.mean.value;
}

}  // namespace

TEST_CASE("times from before an index appeared are not today's") {
    auto e = shop();
    auto features = on("silver", "orders", {"status"});
    where(features, "status", PredicateKind::equal);
    e.workload.patterns = {pattern("daily", 10, 8, features)};
    e.catalog.indexes.push_back(make_index(12, orders, "by_status", {"status"}));
    const auto noon = e.now - std::chrono::hours(12);
    const auto used = [](Window window, double calls, double mean_ms) { return UsagePoint{window, {calls, 0, Millis{calls * mean_ms}, 0, 0, 0, 0, {}}}; };
    CHECK(mean_in(e) == 8);  // the index was there from the start

    e.index_appeared = {{12, noon}};
    const double less = 8 * std::pow(0.25, 0.7);  // at a fourth of the cost
    CHECK(mean_in(e) == doctest::Approx(less));
    CHECK(mean_in(e, false) == 8);

    auto& history = e.workload.patterns[0].history;
    history = {used({e.workload.window.from, noon}, 8, 9), used({noon - std::chrono::hours(1), noon + std::chrono::hours(1)}, 2, 7)};
    CHECK(mean_in(e) == doctest::Approx(less));  // what a window holds that began before is of both times
    history.push_back(used({noon, e.now}, 2, 3));
    CHECK(mean_in(e) == doctest::Approx(3));

    e.index_appeared = {{11, noon}};  // any index on the table
    CHECK(mean_in(e) == doctest::Approx(3));
    history.back() = used({noon, e.now}, 0.05, 3);
    CHECK(mean_in(e) == doctest::Approx(less));  // a single call of many may have met a cold cache
    history.back() = used({noon, e.now}, 2, 3);
    for (const Oid oid : {21U, 12U}) {  // a partition's part, beside one that is older
        auto part = make_index(oid, orders, "part" + std::to_string(oid), {"status"});
        part.parent = RelationName{"silver", "by_status"};
        e.catalog.indexes.push_back(part);
    }
    std::erase_if(e.catalog.indexes, [](const Index& index) { return index.name.name == "by_status"; });
    e.index_appeared = {{12, noon}};
    CHECK(mean_in(e) == 8);
    e.index_appeared = {{12, noon}, {21, noon}};  // all of it new
    CHECK(mean_in(e) == doctest::Approx(3));
    e.index_appeared = {{12, e.workload.window.from}};  // before anything was recorded
    CHECK(mean_in(e) == 8);
}
