#include "json/contract.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <limits>

using namespace dwopt;

namespace {

std::vector<std::string> keys(const json::Json& object) {
    std::vector<std::string> out;
    for (const auto& [key, value] : object.items()) out.push_back(key);
    return out;
}

const Timestamp new_year = parse_rfc3339("2026-01-01T00:00:00Z");
const Target tpch{150020, "7123456789012345678", "tpch", "/run/postgresql", 5432};

}  // namespace

TEST_CASE("the envelope has the contract's keys in the contract's order") {
    const std::vector<Warning> warnings{{"no_statements", "pg_stat_statements is not there", "Run 'dwopt doctor'."}};
    const auto document = json::envelope("recommend", new_year, tpch, warnings, json::Json{{"x", 1}});
    CHECK(keys(document) ==
          std::vector<std::string>{"contract", "command", "generated_at", "target", "warnings", "data"});
    CHECK(document["contract"] == "dwopt/1");
    CHECK(document["generated_at"] == "2026-01-01T00:00:00Z");
    CHECK(document["target"]["server_version_num"] == 150020);
    CHECK(document["target"]["system_identifier"] == "7123456789012345678");
    CHECK(document["warnings"][0]["code"] == "no_statements");
    CHECK(json::dump(document).back() == '\n');
}

TEST_CASE("a failure carries kind, message and hint in place of data") {
    const Error error(ErrorKind::refused, "disk is full", "Free some.");
    const auto document = json::error_envelope("apply", new_year, std::nullopt, {}, error);
    CHECK_FALSE(document.contains("data"));
    CHECK(document["target"].is_null());
    CHECK(document["warnings"].is_array());
    CHECK(document["error"] == json::Json{{"kind", "refused"}, {"message", "disk is full"}, {"hint", "Free some."}});
}

TEST_CASE("a recommendation has exactly what the contract promises and readable keys") {
    auto r = sample::recommendation();
    r.index->keys.push_back({"Weird Name", "", "", "", false, false});
    const auto out = json::to_json(r);
    for (const char* key : {"id", "kind", "target", "summary", "ddl", "undo", "index", "benefit", "upkeep",
                            "confidence", "evidence", "reasons", "patterns", "status"}) {
        CAPTURE(key);
        CHECK(out.contains(key));
    }
    CHECK(out["index"]["keys"] ==
          json::Json{"created_at DESC", "(lower(x)) COLLATE \"C\" text_pattern_ops NULLS FIRST", "\"Weird Name\""});
    CHECK(keys(out["benefit"]) ==
          std::vector<std::string>{"before_cost", "after_cost", "saved_pct", "saved_ms_per_day"});
    CHECK(keys(out["upkeep"]) == std::vector<std::string>{"write_cost_per_day", "size_bytes", "build_ms"});
    CHECK(out["index"]["size_bytes"] == 45088768);
    CHECK(out["evidence"] == "generic_plan");
    CHECK(out["status"] == "approved");
    r.index.reset();
    CHECK_FALSE(json::to_json(r).contains("index"));
}

TEST_CASE("advice keeps the order of the plan and says what was skipped") {
    Advice advice;
    advice.recommendations = {sample::recommendation("b"), sample::recommendation("a")};
    advice.rejected = {{"index on t (c)", {"s", "t"}, "saves too little"}};
    advice.summary.skipped = {{"00ff", "text is truncated"}};
    advice.summary.at_risk = {{"18ccabaa113d996c", 690000}};
    const auto out = json::to_json(advice);
    CHECK(keys(out) == std::vector<std::string>{"recommendations", "summary", "rejected"});
    CHECK(out["recommendations"][0]["summary"] == "b");
    CHECK(out["summary"]["budget_bytes"].is_null());
    CHECK(out["summary"]["queries_skipped"][0]["reason"] == "text is truncated");
    CHECK(out["summary"]["at_risk"][0]["pattern"] == "18ccabaa113d996c");
    CHECK(out["summary"]["at_risk"][0]["row_lookups"] == 690000);
    CHECK(out["rejected"][0]["target"]["table"] == "t");
}

TEST_CASE("an analysis writes whole counts without a fraction and 64-bit ids as texts") {
    Analysis analysis;
    Pattern pattern;
    pattern.id = "00000000000000ff";
    pattern.queryids = {-7234567890123456789};
    pattern.usage.calls = 3;
    pattern.usage.total = {1.5};
    pattern.features.tables = {{{"s", "t"}, "a", TableRole::read, {}, {}, 0},
                               {{"s", "t"}, "b", TableRole::read, {}, {}, 0}};
    analysis.workload.patterns = {pattern};
    analysis.bottlenecks = {
        {"f1", "temp_spill", Severity::critical, {}, "00ff", "s", "a", {{"per call", "3 MB"}}, 3, 1}};
    const auto out = json::to_json(analysis);
    CHECK(out["patterns"][0]["calls"].dump() == "3");
    CHECK(out["patterns"][0]["mean_ms"] == 0.5);
    CHECK(out["patterns"][0]["queryids"][0] == "-7234567890123456789");
    CHECK(out["patterns"][0]["previous"].is_null());
    CHECK(out["patterns"][0]["tables"].size() == 1);
    CHECK(out["bottlenecks"][0]["severity"] == "critical");
    CHECK(out["bottlenecks"][0]["relation"].is_null());
    for (const char* later : {"clusters", "trends", "anomalies", "predictions"}) CHECK_FALSE(out.contains(later));
}

TEST_CASE("a deployment shows its steps, null where nothing has happened yet") {
    Deployment deployment;
    deployment.id = "d-01234567";
    deployment.recommendation = sample::recommendation();
    deployment.state = DeploymentState::needs_attention;
    Step step;
    step.action.sql = "CREATE INDEX";
    step.undo = "DROP INDEX";
    deployment.steps = {step};
    const auto out = json::deployments_json({&deployment, 1})["deployments"][0];
    CHECK(out["recommendation"] == "ic-0a1b2c3d");
    CHECK(out["state"] == "needs_attention");
    CHECK(out["steps"][0]["sql"] == "CREATE INDEX");
    CHECK(out["steps"][0]["started_at"].is_null());
    CHECK(out["steps"][0]["error"].is_null());
    CHECK_FALSE(out.contains("verdict"));
}

TEST_CASE("a collect says what moved and what it cost") {
    CollectSummary summary;
    summary.window = {new_year, new_year + std::chrono::hours(1)};
    summary.moved = {{Family::statement, 2}, {Family::wait, 0}};
    summary.discontinuities = {{Family::statement, Discontinuity::Cause::eviction, 7}};
    summary.cost = {9, {12.5}};
    summary.growth = {8192};
    const auto out = json::to_json(summary);
    CHECK(out["rows_moved"] == json::Json{{"statement", 2}, {"wait", 0}});
    CHECK(out["window"] == json::Json{{"from", "2026-01-01T00:00:00Z"}, {"to", "2026-01-01T01:00:00Z"}});
    CHECK(out["discontinuities"][0] == json::Json{{"family", "statement"}, {"cause", "eviction"}, {"entries", 7}});
    CHECK(out["server_statements"] == 9);
    CHECK(out["growth_bytes"] == 8192);
}

TEST_CASE("single-element lists stay lists, invalid UTF-8 and numbers that are none do no harm") {
    const std::vector<Capability> one{
        {"hypopg", Capability::State::missing, "\xff\xfe", "no what-if", "CREATE EXTENSION hypopg;"}};
    const auto out = json::capabilities_json(one);
    CHECK(out["capabilities"].is_array());
    CHECK(out["capabilities"][0]["state"] == "missing");
    CHECK(json::dump(out).find("\xef\xbf\xbd") != std::string::npos);
    auto r = sample::recommendation();
    r.benefit.saved_pct = std::numeric_limits<double>::quiet_NaN();
    r.upkeep.build = {std::numeric_limits<double>::infinity()};
    CHECK(json::to_json(r)["benefit"]["saved_pct"].is_null());
    CHECK(json::to_json(r)["upkeep"]["build_ms"].is_null());
}

TEST_CASE("parsing is bounded in size and depth and never quotes the text") {
    CHECK_THROWS_WITH_AS((void)json::parse(std::string(100'000, '['), "plan 'p'"),
                         "plan 'p' is nested more than 64 deep", Error);
    CHECK_THROWS_WITH_AS((void)json::parse("{\"secret\": tru", "plan 'p'"), doctest::Contains("plan 'p' is no JSON"),
                         Error);
    CHECK_THROWS_WITH_AS((void)json::parse(std::string((16u << 20) + 1, ' '), "plan 'p'"),
                         doctest::Contains("is larger than"), Error);
    CHECK(json::parse("{\"brackets\": \"[[[[{{\\\"[[\"}", "x").size() == 1);
}
