// Plans that fetch many rows one by one, and who is warned of them.
#include "fixture.hpp"
#include "lookups.hpp"
#include "wide_ranges.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

PlanNode node(int depth, const std::string& type, double rows, const std::string& part = "") {
    PlanNode node;
    node.depth = depth;
    node.type = type;
    node.rows = rows;
    node.part = part;
    return node;
}

double count(const std::vector<PlanNode>& nodes) {
    return single_fetches(nodes, [](const PlanNode& one) { return std::max(1.0, one.rows); }, [](const PlanNode&) { return 100.0; });
}

// Joins the customers one by one with an index on customer_id, if there is one and, were it only for a range, a wide one is asked for.
class Looping : public FakeOracle {
  public:
    Looping(const Evidence& evidence, bool always) : FakeOracle(evidence), always_(always) {}
    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        PlanEstimate plan;
        plan.total = Cost{10000};
        plan.nodes = today;
        for (const auto& [spec, extents] : configuration.create) {
            if (spec.keys.front().column != "customer_id") continue;
            auto lookup = node(1, "Index Scan", 1);
            lookup.index = spec.name;
            lookup.searched = 1;
            const bool wide = always_ || query.sql.find("'c'") != std::string::npos;
            plan.total = with_index;
            plan.nodes = {node(0, "Nested Loop", 1e4), node(1, "Seq Scan", wide ? 50000 : 1), lookup};
        }
        return plan;
    }

    std::vector<PlanNode> today{node(0, "Seq Scan", 1e6)};
    Cost with_index{500};

  private:
    bool always_;
};

Evidence one_pattern(double mean_ms) {
    auto e = shop();
    auto features = on("silver", "orders", {"*"});
    where(features, "customer_id", PredicateKind::equal);
    e.workload.patterns = {pattern("loop", 100, mean_ms, features)};
    return e;
}

}  // namespace

TEST_CASE("rows found by an index are fetched one by one, on the inside of nested loops again and again") {
    CHECK(count({}) == 0);
    CHECK(count({node(0, "Seq Scan", 1000)}) == 0);
    CHECK(count({node(0, "Index Only Scan", 1000)}) == 0);
    CHECK(count({node(0, "Merge Join", 5), node(1, "Index Scan", 1000), node(1, "Sort", 10), node(2, "Index Scan", 10)}) == 1010);
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Seq Scan", 100), node(1, "Index Only Scan", 4)}) == 100 * search_alone);
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Seq Scan", 100), node(1, "Index Scan", 4)}) == 400);
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Seq Scan", 100), node(1, "Index Scan", 0.1)}) == 100);
}

TEST_CASE("loops within loops multiply, on the inside only") {
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Nested Loop", 30), node(2, "Seq Scan", 10), node(2, "Bitmap Heap Scan", 2),
                 node(3, "Bitmap Index Scan", 3), node(1, "Index Scan", 1)}) == 10 * 3 + 30);
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Seq Scan", 10), node(1, "Nested Loop", 6), node(2, "Index Scan", 2), node(2, "Index Scan", 3)}) ==
          10 * 2 + 10 * 2 * 3);
    CHECK(count({node(0, "Nested Loop Semi Join", 5), node(1, "Seq Scan", 10), node(1, "Aggregate", 1), node(2, "Index Scan", 8)}) == 80);
}

TEST_CASE("what a limit cuts short is not fetched, but for what is read before the first row") {
    auto walk = node(1, "Index Scan", 1000), sort = node(1, "Sort", 1000), sorted = node(2, "Index Scan", 1000);
    walk.cost = sorted.cost = sort.startup = Cost{900};
    sort.cost = Cost{950};
    CHECK(count({node(0, "Limit", 5), walk}) == 0);
    CHECK(count({node(0, "Limit", 5), sort, sorted}) == 1000);
}

TEST_CASE("a bitmap is read page by page, no page twice") {
    const auto read = [](double rows) { return count({node(0, "Bitmap Heap Scan", 5), node(1, "Bitmap Index Scan", rows)}); };
    CHECK(read(1) == doctest::Approx(1).epsilon(0.01));
    CHECK(read(50) == 50);
    CHECK(read(1e6) == 100);
    CHECK(count({node(0, "Bitmap Heap Scan", 5), node(1, "BitmapAnd", 50), node(2, "Bitmap Index Scan", 1e6), node(2, "Bitmap Index Scan", 1e6)}) == doctest::Approx(40));
}

TEST_CASE("subplans are no side of a loop, and what memoize keeps is not fetched again") {
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Index Scan", 1, "InitPlan 1"), node(1, "Seq Scan", 10), node(1, "Index Scan", 2)}) == 1 + 20);
    CHECK(count({node(0, "Nested Loop", 5), node(1, "Seq Scan", 10), node(1, "Memoize", 2), node(2, "Index Scan", 2)}) == 2);
}

TEST_CASE("a search fetches what its conditions find, page by page where the table lies in their order") {
    auto e = shop();
    PlanNode search = node(1, "Index Scan", 3);
    search.searched = 1;
    const auto fetches = [&](const std::vector<IndexKey>& keys) {
        const View view(e);
        return fetches_of(view, orders, keys, 1e6, search);
    };
    const auto about = [](double n) { return doctest::Approx(n).epsilon(0.002); };
    CHECK(fetches({key("customer_id"), key("status")}) == about(20));
    CHECK(fetches({key("order_id")}) == about(3));  // no fewer than the node yields
    CHECK(fetches({key("unknown")}) == about(4000));  // 5,000 rows with equal keys, in the order of the table's 10,000 pages
    CHECK(fetches({IndexKey{}}) == 3);
    search.searched = 2;
    CHECK(fetches({key("customer_id"), key("status")}) == about(10));  // no more combinations than a tenth of the rows
    search.searched = 0;
    CHECK(fetches({key("customer_id")}) == about(1e6));  // a walk, whatever is left of it by a filter
    search.searched = 1;
    for (auto& column : e.catalog.statistics[0].columns) column.correlation = column.column == "customer_id" ? -1 : 0.5;
    CHECK(fetches({key("customer_id")}) == 1);  // 20 rows, 100 to a page
    CHECK(fetches({key("order_id")}) == about(3 - 0.25 * 2));
    search.searched = 0;
    CHECK(fetches({key("customer_id")}) < 1e6 / 50);  // each page once
}

TEST_CASE("a pattern is named that so many fetches may make slower, and no time is promised for it") {
    const auto fast = one_pattern(100), slow = one_pattern(60000);
    Looping to_fast(fast, true), to_slow(slow, true);
    const auto risky = advise(fast, &to_fast), sure = advise(slow, &to_slow);
    REQUIRE(risky.recommendations.size() == 1);
    REQUIRE(risky.summary.at_risk.size() == 1);
    CHECK(risky.summary.at_risk[0].pattern == "loop");
    CHECK(risky.summary.at_risk[0].row_lookups == doctest::Approx(1e6).epsilon(0.002));
    CHECK(risky.recommendations[0].benefit.saved_per_day == Millis{0});
    const auto& reasons = risky.recommendations[0].reasons;
    CHECK(std::any_of(reasons.begin(), reasons.end(), [](const auto& r) { return r.find("pattern loop may get slower although it costs less") == 0; }));
    CHECK(sure.summary.at_risk.empty());
    CHECK(sure.recommendations.at(0).benefit.saved_per_day > Millis{100 * 30000.0});
    to_slow.with_index = Cost{9500};  // fetches of 8 % of the time and more, for 5 % of the cost
    CHECK(advise(slow, &to_slow).summary.at_risk.size() == 1);
    Looping looked_up(fast, true);
    looked_up.today = {node(0, "Nested Loop", 1e4), node(1, "Seq Scan", 990000), node(1, "Index Scan", 1)};
    CHECK(advise(fast, &looked_up).summary.at_risk.empty());  // hardly more than today
    looked_up.today[1].rows = 100000;
    CHECK(advise(fast, &looked_up).summary.at_risk.size() == 1);
    auto untimed = one_pattern(0);
    Looping to_untimed(untimed, true);
    CHECK(advise(untimed, &to_untimed).summary.at_risk.empty());
}

TEST_CASE("ranges between placeholders are wide in the worst case") {
    auto e = one_pattern(100);
    auto& column = e.catalog.statistics[0].columns[3];
    REQUIRE(column.column == "status");
    column.histogram_bounds = "{a,b,c,d,e,f}";
    const sql::CatalogLookup lookup(e.catalog);
    const auto wide = [&](const std::string& text) {
        const View view(e);
        const auto texts = with_wide_ranges(view, text, sql::extract(text, lookup), lookup);
        std::string all = texts.empty() ? "none" : texts.front();
        for (std::size_t n = 1; n < texts.size(); ++n) all += "; " + texts[n];
        return all;
    };
    const std::string text = "select * from silver.orders where customer_id = $1 and status between $2 and $3";
    CHECK(wide(text) == "select * from silver.orders where customer_id = $1 and status between 'c' and 'e'; "
                        "select * from silver.orders where customer_id = $1 and status between 'c' and 'd'");
    CHECK(wide("select * from silver.orders where status >= $1 and status < $1::date + $2::interval") == "none");  // one stands in both places
    CHECK(wide("select * from silver.orders where status >= $1 and status < date $2 + interval $3 year").starts_with(
        "select * from silver.orders where status >= 'c' and status < date 'e' + interval '0' year; "));
    CHECK(wide("select 1 from silver.orders where status like $1 and customer_id = $2") == "select 1 from silver.orders where status like '%d%' and customer_id = $2");
    CHECK(wide("select 1 from silver.orders where (status between $1 and $2 and total > $3) or (status between $4 and $5)").starts_with(
        "select 1 from silver.orders where (status between 'c' and 'e' and total > $3) or (status between 'd' and 'f'); "));
    CHECK(wide("select 1 from silver.orders where status < $1 or status > $2") == "none");
    CHECK(wide("select 1 from silver.orders where status between $1 and $2 and (status >= $3 and status < $4 or $3 is null)").starts_with(
        "select 1 from silver.orders where status between 'c' and 'e' and (status >= $3 and status < $4 or $3 is null); "));  // $3 stands twice
    column.histogram_bounds.clear();
    column.most_common_vals = "{0.05,0.1,0,-1e-1,0.2,0.15}";
    CHECK(wide("select 1 from silver.orders where status between $1 - $2 and $3 + $4") ==
          "select 1 from silver.orders where status between 0.05 - 0 and 0.15 + 0; select 1 from silver.orders where status between 0.05 - 0 and 0.1 + 0");
    column.most_common_vals = "{b,a,d,c}";
    CHECK(wide("select 1 from silver.orders where status between $1 - $2 and $3 + $4") == "none");
    CHECK(wide("select 1 from silver.orders where status between $1 and $2").ends_with("between 'b' and 'c'"));
    column.histogram_bounds = "{a,b,c,d,e,f}";
    CHECK(wide("select 1 from silver.orders where status >= $1") == "none");
    CHECK(wide("select 1 from silver.orders where ordered_at > $1 and ordered_at < $2") == "none");  // no histogram
    CHECK(wide("select 1 from silver.orders where status = $1 and customer_id = $2") == "none");
    CHECK(wide("") == "none");

    e.workload.patterns[0].text = text;
    Looping planner(e, false);
    const auto advice = advise(e, &planner);
    CHECK(advice.summary.at_risk.size() == 1);
    CHECK(advice.recommendations.at(0).benefit.saved_per_day == Millis{0});
    REQUIRE(advice.recommendations.at(0).patterns.size() == 1);  // once, whatever its widths
    CHECK(advice.recommendations.at(0).reasons.at(0).find("over narrow and wide ranges, as its values are hidden") != std::string::npos);
    e.workload.patterns[0].examples = {{"loop", "", "select * from silver.orders where customer_id = 1 and status between 'a' and 'b'", 1}};
    CHECK(advise(e, &planner).summary.at_risk.empty());  // its values are known
}
