// What follows from plans seen for sets nobody asked about.
#include "fixture.hpp"
#include "bound.hpp"
#include "plans.hpp"
#include "search.hpp"

#include <doctest/doctest.h>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

struct Shop {
    Evidence evidence = shop();
    View view{evidence};
    Pool pool{view};

    CandidateId add(const std::string& table, const std::vector<std::string>& keys, const std::vector<std::string>& include = {}) {
        Candidate candidate;
        candidate.spec.table = {"silver", table};
        for (const auto& column : keys) candidate.spec.keys.push_back(key(column));
        candidate.spec.include = include;
        REQUIRE(finish(view, candidate));
        return pool.add(std::move(candidate));
    }
};

// A workload with its base planned.
struct Planned {
    explicit Planned(const Evidence& evidence) : view(evidence), oracle(evidence), costing(view, oracle, pool) { costing.plan_base(100, deadline, quiet); }
    View view;
    Pool pool{view};
    FakeOracle oracle;
    FakeClock clock;
    Quiet quiet;
    Cancel cancel;
    Deadline deadline{clock, std::chrono::hours(1), cancel};
    Costing costing;
};

Costed plan(double cost, const std::vector<Scan>& scans) {
    Costed costed{cost, scans, {}, {}};
    for (const auto& scan : scans) costed.used = with(costed.used, {scan.candidate});
    return costed;
}

}  // namespace

TEST_CASE("a plan holds for every set between what it used and what was shown") {
    Shop shop;
    const auto a = shop.add("orders", {"customer_id"}), b = shop.add("orders", {"ordered_at"}), c = shop.add("orders", {"status"});
    Plans plans(shop.pool, 1000, 4);
    plans.learn({a, b, c}, plan(100, {{a, 0.01, true, false}}));
    REQUIRE(plans.known({a, b}) != nullptr);
    CHECK(plans.known({a, b})->cost == 100);
    CHECK(plans.known({b, c}) == nullptr);
    CHECK(plans.guess({a}) == 100);
    CHECK(plans.guess({b, c}) == 1000);
    CHECK(plans.guess({}) == 1000);
    CHECK(plans.least() == 100);
    CHECK_FALSE(plans.useful(b));
}

TEST_CASE("a wider index serves in a narrower one's place, at the cost of its pages") {
    Shop shop;
    const auto narrow = shop.add("orders", {"customer_id"}), wide = shop.add("orders", {"customer_id", "ordered_at"}, {"total"}),
               other = shop.add("orders", {"ordered_at", "customer_id"});
    Plans plans(shop.pool, 100000, 4);
    plans.learn({narrow}, plan(50000, {{narrow, 0.5, true, false}}));
    const double pages = static_cast<double>(shop.pool[wide].size.value - shop.pool[narrow].size.value) / 8192;
    CHECK(plans.guess({wide}) == doctest::Approx(50000 + 4 * 0.5 * pages).epsilon(0.001));
    CHECK(plans.guess({other}) == 100000);  // led by another column
}

TEST_CASE("read from end to end, any index with all the columns will do") {
    Shop shop;
    const auto one = shop.add("orders", {"customer_id"}, {"total"}), other = shop.add("orders", {"ordered_at"}, {"customer_id", "total"}),
               lacking = shop.add("orders", {"ordered_at"}, {"customer_id"});
    Plans plans(shop.pool, 100000, 4);
    plans.learn({one}, plan(20000, {{one, 1, false, true}}));
    CHECK(plans.guess({other}) < 100000);
    CHECK(plans.guess({other}) > 20000);
    CHECK(plans.guess({lacking}) == 100000);
}

TEST_CASE("savings on different tables add up, until a wider set was seen to cost more") {
    Shop shop;
    const auto a = shop.add("orders", {"customer_id"}), b = shop.add("tiny", {"id"}), c = shop.add("orders", {"status"});
    Plans plans(shop.pool, 1000, 4);
    plans.learn({a}, plan(600, {{a, 0.1, true, false}}));
    plans.learn({b}, plan(700, {{b, 0.1, true, false}}));
    CHECK(plans.guess({a, b}) == doctest::Approx(600));  // no lower than the least ever seen
    plans.learn({a, c}, plan(100, {{c, 0.1, true, false}}));
    CHECK(plans.guess({a, b}) == doctest::Approx(300));
    plans.learn({a, b}, plan(550, {{a, 0.1, true, false}, {b, 0.1, true, false}}));
    CHECK(plans.guess({a, b}) == 550);
}

TEST_CASE("a plan whose guesses proved too good is trusted less") {
    Shop shop;
    const auto narrow = shop.add("orders", {"customer_id"}), wide = shop.add("orders", {"customer_id", "status"}),
               wider = shop.add("orders", {"customer_id", "status", "ordered_at"});
    Plans plans(shop.pool, 100000, 4);
    plans.learn({narrow}, plan(10000, {{narrow, 0.0001, true, false}}));
    const double hoped = plans.guess({wider});
    plans.learn({wide}, plan(80000, {{wide, 0.0001, true, false}}));
    CHECK(hoped < 11000);
    CHECK(plans.guess({wider}) > 70000);
    CHECK(plans.guess({narrow}) == 10000);
}

TEST_CASE("merged indexes carry the columns of both, by the keys of the first") {
    Shop shop;
    const auto a = shop.add("orders", {"customer_id"}, {"total"}), b = shop.add("orders", {"ordered_at"}, {"status"});
    const auto merged = shop.pool.merged(a, b);
    REQUIRE(merged);
    const auto& spec = shop.pool[*merged].spec;
    CHECK(spec.keys.front().column == "customer_id");
    CHECK(std::set<std::string>(spec.include.begin(), spec.include.end()) == std::set<std::string>{"ordered_at", "status", "total"});
    CHECK(shop.pool.merged(a, b) == merged);
    CHECK_FALSE(shop.pool.merged(a, shop.add("orders", {"customer_id"})));  // nothing new
}

TEST_CASE("included columns are packed: the widest alignment first") {
    Shop shop;
    const auto id = shop.add("orders", {"customer_id"}, {"status", "total", "ordered_at", "order_id"});
    CHECK(shop.pool[id].spec.include == std::vector<std::string>{"order_id", "ordered_at", "status", "total"});
}

// The search against the true optimum, found by trying every set.
TEST_CASE("search finds the best set and the bound is not below it") {
    Shop shop;
    auto first = on("silver", "orders", {"customer_id", "total"}), second = on("silver", "orders", {"ordered_at", "status"}),
         third = on("silver", "orders", {"total", "status"});
    where(first, "customer_id", PredicateKind::equal);
    where(second, "ordered_at", PredicateKind::range);
    where(third, "status", PredicateKind::equal);
    shop.evidence.workload.patterns = {pattern("a", 100, 90, first), pattern("b", 70, 80, second), pattern("c", 50, 70, third)};
    Planned planned(shop.evidence);
    const auto& view = planned.view;
    const auto& deadline = planned.deadline;
    auto& pool = planned.pool;
    auto& costing = planned.costing;
    REQUIRE(costing.patterns().size() == 3);
    CandidateSet all;
    for (const auto& keys : std::vector<std::vector<std::string>>{{"customer_id"}, {"customer_id", "total"}, {"ordered_at"}, {"ordered_at", "status"}, {"status"}, {"status", "total"}}) {
        Candidate candidate;
        candidate.spec.table = {"silver", "orders"};
        for (const auto& column : keys) candidate.spec.keys.push_back(key(column));
        REQUIRE(finish(view, candidate));
        all.push_back(pool.add(std::move(candidate)));
    }
    for (const auto id : all) {
        for (std::size_t p = 0; p < 3; ++p) (void)costing.cost(p, {id});
    }
    const Upkeep upkeep(view, 0.01);
    for (const std::int64_t mb : {10, 30, 50, 200}) {
        CAPTURE(mb);
        Search search(costing, pool, upkeep, {Bytes{mb << 20}, 0, 0});
        for (const auto id : all) search.offer({id});
        double best = 0;
        for (unsigned mask = 0; mask < 64; ++mask) {
            CandidateSet set;
            for (std::size_t i = 0; i < 6; ++i) {
                if (mask >> i & 1) set.push_back(all[i]);
            }
            if (pool.bytes(set) <= Bytes{mb << 20}) best = std::max(best, search.at(set).value);
        }
        const auto found = search.improve(search.at({}), 1, deadline);
        CHECK(found.bytes <= Bytes{mb << 20});
        CHECK(found.value >= best * 0.9999);
        const auto bound = most_to_gain(costing, pool, Bytes{mb << 20}, [&](CandidateId id) { return search.price(id); }, deadline);
        REQUIRE(bound);
        CHECK(*bound >= best * 0.9999);
        CHECK(*bound <= best * 1.5 + 1);
    }
}

TEST_CASE("in a balanced workload no pattern counts for more than its cap") {
    Shop shop;
    for (int i = 0; i < 30; ++i) {
        auto f = on("silver", "orders", {"customer_id"});
        where(f, "customer_id", PredicateKind::equal);
        shop.evidence.workload.patterns.push_back(pattern("p" + std::to_string(i), 1, i == 0 ? 1e6 : 10, f));
    }
    shop.evidence.workload.patterns[0].examples = {{{}, "a", "select 1"}, {{}, "b", "select 2"}};  // one pattern for all that
    Planned planned(shop.evidence);
    auto& costing = planned.costing;
    costing.balance(0.1);
    double sum = 0, monster = 0;
    for (const auto& one : costing.patterns()) {
        sum += one.worth * one.base;
        if (one.pattern->id == "p0") monster += one.worth * one.base;
    }
    CHECK(costing.patterns().size() == 31);
    CHECK(monster / sum == doctest::Approx(0.1).epsilon(0.001));
}
