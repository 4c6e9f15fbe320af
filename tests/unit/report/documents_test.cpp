#include "report/documents.hpp"

#include "../../../src/core/report/words.hpp"
#include "report/render.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dwopt;
using namespace dwopt::report;

namespace {

std::string text(const Document& document, int width = 0) {
    return render_text(document, {width, false, true});
}
bool has(const std::string& where, const std::string& what) {
    return where.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a query becomes one telling line") {
    CHECK(one_line("select  a,\n b -- why\nfrom t /* x /* y */ */ where c = $1 ;") ==
          "select a, b from t where c = $1");
    CHECK(one_line("select very_long_column_name_one, extract(year from b), (select max(x) from u) from silver.orders "
                   "where a = $1") == "select … from silver.orders where a = $1");
    // Quoted text is not searched for keywords or comments.
    CHECK(one_line("select 'from -- x', \"from\"\nfrom t") == "select 'from -- x', \"from\" from t");
    CHECK(one_line("select") == "select");
    CHECK(one_line("") == "");
    CHECK(one_line("select '") == "select '");
    CHECK(one_line("select /* never ends") == "select");
    CHECK(one_line(std::string(5'000'000, '(')).size() < 200);
}

TEST_CASE("changes are signed and rounded as people say them") {
    CHECK(change(-63.1) == "−63 %");
    CHECK(change(7.84) == "+7.8 %");
    CHECK(change(0.01) == "±0 %");
    CHECK(whole(1234567) == "1,234,567");
    CHECK(whole(-1234) == "-1,234");
    CHECK(moment("2026-03-09T07:30:59Z") == "2026-03-09 07:30 UTC");
    CHECK(moment("soon") == "soon");
}

TEST_CASE("the trend compares days that snapshots cover") {
    Analysis analysis;
    analysis.workload.window = sample::week();
    analysis.workload.covered_days = 1;  // a new workspace: one day against a full week before
    analysis.workload.patterns = {sample::pattern("aa", "select 1", 10, 1000, 1, 7000),
                                  sample::pattern("bb", "select 2", 10, 900, 1, 0),
                                  sample::pattern("cc", "select 3", 10, 800, 1, -1)};
    const auto said = text(of_analysis(analysis, sample::target()));
    CHECK(has(said, "steady"));
    CHECK(has(said, "new"));
    analysis.workload.patterns.resize(3);
    for (auto& each : analysis.workload.patterns) each.previous_days = 0;
    CHECK_FALSE(has(text(of_analysis(analysis, sample::target())), "trend"));
}

TEST_CASE("sections are those asked for, in that order, and no others exist") {
    const auto document = of_analysis(sample::analysis(), sample::target(), 2, {"wal", "patterns", "wal"});
    REQUIRE(document.sections.size() == 2);  // warnings go to stderr
    CHECK(document.sections[0].id == "wal");
    CHECK(document.sections[1].id == "patterns");
    CHECK(std::get<TableBlock>(document.sections[1].blocks[0]).rows.size() == 2);
    CHECK_THROWS_AS((void)of_analysis(sample::analysis(), sample::target(), 2, {"nonsense"}), Error);
    CHECK_THROWS_AS((void)of_report(sample::report_input(), {"overview", "walk"}), Error);
    for (const auto id : report_sections())
        CHECK(of_report(sample::report_input(), {std::string(id)}).sections[0].id == id);
}

TEST_CASE("the advice adds up") {
    const auto said = text(of_advice(sample::advice(), sample::target()));
    CHECK(has(said,
              "3 of 18 queries get faster: planner cost −63 %, 1 gets slower, 43 MB of new indexes (budget 512 MB), "
              "210 MB given back."));
    CHECK(has(said, "−210 MB"));
    CHECK(has(said, "COMMENT ON") == false);  // the way back is shown by --explain
    CHECK_FALSE(has(said, "May get slower"));
    auto risky = sample::advice();
    risky.summary.at_risk = {{"18ccabaa113d996c", 690000}, {"2", 64000}, {"3", 5000}, {"4", 400}};
    CHECK(has(text(of_advice(risky, sample::target())), "by so many rows or pages fetched one by one: patterns 18ccabaa (690 k), 2 (64 k), 3 (5 k) and 1 more."));
    auto smaller = sample::advice();
    smaller.recommendations = {smaller.recommendations.at(0)};
    auto& built_again = smaller.recommendations[0];
    built_again.kind = "index.rebuild";
    built_again.index_size = Bytes{35 << 20};
    built_again.freed = Bytes{100 << 20};
    CHECK(has(text(of_advice(smaller, sample::target())), "−65 MB"));
    CHECK(has(text(of_advice(smaller, sample::target())), "65 MB given back."));
    auto nothing = sample::advice();
    nothing.recommendations.clear();
    CHECK(has(text(of_advice(nothing, sample::target())), "Nothing to recommend"));
}

TEST_CASE("a table of a hundred partitions does not drown the advice, and the plan still shows every statement") {
    auto advice = sample::advice();
    auto& change = advice.recommendations[0];
    for (int i = 0; i < 100; ++i) {
        change.ddl.push_back("CREATE INDEX CONCURRENTLY p" + std::to_string(i) + " ON t (a)");
        change.locks.push_back("SHARE UPDATE EXCLUSIVE on part " + std::to_string(i));
    }
    change.locks.push_back("ACCESS EXCLUSIVE on silver.orders for a moment");
    const auto said = text(of_advice(advice, sample::target()));
    CHECK(has(said, "-- and 95 more: dwopt recommend --explain ic-5b1e09aa"));
    CHECK(has(said, "part 0, and 99 more such; ACCESS EXCLUSIVE on silver.orders for a moment."));
    CHECK(has(text(of_recommendation(change, {}, sample::target())), "p99 ON t (a);"));
}

TEST_CASE("a plan shows every statement whole, and the way back as it will be sent") {
    auto deployments = sample::deployments();
    deployments.resize(1);
    auto& deployment = deployments[0];
    Step second = deployment.steps[0];
    second.action.sql = "COMMENT ON INDEX x IS 'long " + std::string(300, 'x') + "'";
    second.undo = "SELECT never";
    deployment.steps.push_back(second);
    deployment.recommendation.undo = {"DROP INDEX s.first", "COMMENT ON INDEX s.x IS NULL"};
    const auto forth = text(of_plan(deployments, Direction::apply, true), 80);
    CHECK(has(forth, second.action.sql + ";"));
    CHECK(has(forth, "Dry run: nothing was sent."));
    CHECK(has(forth, "next:  dwopt apply ic-5b1e09aa"));
    const auto back = text(of_plan(deployments, Direction::rollback, false), 80);
    CHECK(back.find("DROP INDEX s.first;") < back.find("IS NULL;"));
    CHECK_FALSE(has(back, "never"));
}

TEST_CASE("outcomes say what failed, with what, and what to type") {
    const auto said = text(of_outcomes(sample::outcomes(), Direction::apply));
    CHECK(has(said, "1 change applied, 1 not applied"));
    CHECK(has(said, "55P03: canceling statement due to lock timeout"));
    CHECK(has(said, "next:  dwopt rollback d-19c4d022"));
    CHECK(has(text(of_outcomes({}, Direction::rollback)), "Nothing was taken back"));
}

TEST_CASE("doctor shows the remedy of what is missing and nothing for what is there") {
    const auto said = text(of_capabilities(sample::capabilities(), sample::target()));
    CHECK(has(said, "✖ missing  hypopg"));
    CHECK(has(said, "    CREATE EXTENSION hypopg;\n"));
    CHECK(has(said, "2 ok, 1 limited, 1 missing."));
}

TEST_CASE("history is newest first whichever way it came") {
    auto input = sample::report_input();
    const auto forward = text(of_report(input, {"history"}));
    std::reverse(input.history.begin(), input.history.end());
    CHECK(text(of_report(input, {"history"})) == forward);
    CHECK(forward.find("needs attention") < forward.find("apply started"));
}
