// A small warehouse's worth of values, for tests that look at whole documents.
#pragma once

#include "report/documents.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace sample {

using namespace dwopt;

inline Timestamp at(const char* text) {
    return parse_rfc3339(text);
}
inline Window week() {
    return {at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z")};
}
inline Target target() {
    return {150014, "7301", "shop", "db1.example", 5432};
}

inline Pattern pattern(std::string id, std::string text, double calls, double total_ms, double rows,
                       double previous_ms) {
    Pattern out;
    out.id = std::move(id);
    out.text = std::move(text);
    out.parsed = true;
    out.features.kind = StatementKind::select;
    out.usage = {calls, rows, {total_ms}, total_ms * 40, total_ms * 3, total_ms / 5, calls * 12, {}};
    out.previous_days = previous_ms >= 0 ? 7 : 0;
    out.previous = {previous_ms > 0 ? calls : 0, rows, {previous_ms > 0 ? previous_ms : 0}, 0, 0, 0, 0, {}};
    for (int hour = 0; hour < 56; ++hour) {
        const Timestamp from = week().from + std::chrono::hours(hour * 3);
        const double wave = 1 + 0.6 * std::sin(hour / 8.0 * 6.283) + (hour % 5) * 0.1;
        out.history.push_back(
            {{from, from + std::chrono::hours(3)}, {calls / 56, rows / 56, {total_ms / 56 * wave}, 0, 0, 0, 0, {}}});
    }
    return out;
}

inline Workload workload() {
    Workload out;
    out.window = week();
    out.covered_days = 6.8;
    out.patterns = {
        pattern("3fa9c1d2e4b50617",
                "select o.customer_id, sum(l.quantity * l.price) as revenue, count(*) as lines\nfrom silver.orders o\n"
                "join silver.order_lines l on l.order_id = o.id\nwhere o.created_at >= $1 and o.created_at < $2 and "
                "o.status = $3\n"
                "group by o.customer_id\norder by revenue desc\nlimit $4",
                4210, 31.2e6, 210500, 18.4e6),
        pattern("90bb17ac55d0e3f2",
                "select * from silver.orders where customer_id = $1 order by created_at desc limit $2", 1.93e6, 12.7e6,
                1.9e7, 12.9e6),
        pattern("11c0ffee0badf00d",
                "select count(*) from bronze.events where payload @> $1 and received_at > now() - interval $2", 96,
                6.9e6, 96, 0),
        pattern("a7d3e5b1c9f80246", "refresh materialized view concurrently gold.daily_revenue", 168, 4.1e6, 0, 5.9e6),
        pattern("5e6f708192a3b4c5", "insert into bronze.events (received_at, source, payload) values ($1, $2, $3)",
                8.4e6, 2.2e6, 8.4e6, 2.1e6),
        pattern("00ff00ff00ff00ff",
                "/* app:checkout */ select \"Größe\", \"日本語の列\", \"e\u0301\" from silver.\"Order Lines\" where "
                "\"id\" in ($1, $2, $3)",
                51000, 830000, 153000, 810000),
        pattern("deadbeefdeadbeef",
                "select \"<script>alert(1)</script>\" from silver.\"a\nb\" -- evil\n where \"x|y\" = $1", 120, 61000,
                120, -1),
    };
    out.patterns[6].truncated = true;
    out.patterns.push_back(pattern("0000000000000000", "", 900, 41000, 900, 39000));
    out.patterns.back().hidden = true;
    for (auto& each : out.patterns) out.total += each.usage;
    for (auto& each : out.patterns) each.share_pct = each.usage.total / out.total.total * 100;
    return out;
}

inline std::vector<Finding> findings() {
    return {
        {"f1",
         "wraparound",
         Severity::critical,
         {"bronze", "events"},
         "",
         "bronze.events has used 78 % of its transaction ids before wraparound",
         "Run vacuum (freeze) on it, and look for what holds the horizon back: old transactions, replication slots.",
         {{"age", "1.67 G"}, {"limit", "2.15 G"}},
         78,
         50},
        {"f2",
         "sequential_scan",
         Severity::warning,
         {"silver", "orders"},
         "",
         "silver.orders is read from end to end 602 times a day for 0.4 % of its rows",
         "See whether an index serves these queries: dwopt recommend.",
         {{"size", "1.2 GB"}, {"rows read a day", "1.1 G"}, {"returned", "0.4 %"}},
         0.4,
         5},
        {"f3",
         "temp_spill",
         Severity::warning,
         {"", ""},
         "3fa9c1d2e4b50617",
         "pattern 3fa9c1d2 writes 61 MB of temporary files a call",
         "Raise work_mem for this query, or give it an index that delivers the order.",
         {{"temp a call", "61 MB"}, {"work_mem", "4 MB"}},
         61,
         16},
        {"f4",
         "unused_index",
         Severity::info,
         {"silver", "orders"},
         "orders_note_idx",
         "orders_note_idx was not used in 43 d and takes 210 MB",
         "Drop it if no standby reads it: dwopt recommend --kind index.drop.",
         {{"size", "210 MB"}, {"scans", "0"}},
         0,
         0},
    };
}

inline Analysis analysis() {
    return {workload(),
            findings(),
            {{"no_texts", "texts of 12 statements are hidden from role 'dwopt'", "Grant pg_read_all_stats to it."}}};
}

inline Recommendation recommendation(std::string id, std::string kind, std::string summary, double saved_pct,
                                     double saved_ms, std::int64_t size) {
    Recommendation out;
    out.id = std::move(id);
    out.kind = std::move(kind);
    out.target = {"silver", "orders"};
    out.layer = "silver";
    out.summary = std::move(summary);
    out.index_size = {size};
    out.benefit = {{184000}, {184000 * (1 - saved_pct / 100)}, saved_pct, {saved_ms}};
    out.upkeep = {{12400}, {size}, {21500}};
    out.confidence = 0.8;
    out.evidence = EvidenceGrade::planner;
    out.evidence_source = "HypoPG on the server";
    return out;
}

inline std::vector<Recommendation> recommendations() {
    auto first =
        recommendation("ic-5b1e09aa", "index.create",
                       "index on silver.orders (customer_id, created_at desc) include (total)", 81.4, 4.1e6, 43 << 20);
    first.ddl = {
        "CREATE INDEX CONCURRENTLY dwopt_orders_customer_id_created_at_5b1e ON silver.orders USING btree (customer_id, "
        "created_at DESC) INCLUDE (total)"};
    first.undo = {"DROP INDEX CONCURRENTLY silver.dwopt_orders_customer_id_created_at_5b1e"};
    first.reasons = {"2 patterns ask for customer_id = …, ordered by created_at, and now sort 3.1 M rows",
                     "with total included, 90bb17ac is answered from the index alone",
                     "silver.orders takes 21 k writes a day: keeping the index costs 0.9 % of what it saves"};
    first.locks = {"SHARE UPDATE EXCLUSIVE on silver.orders while it builds (reads and writes go on)"};
    first.patterns = {{"3fa9c1d2e4b50617", {141000}, {33000}}, {"90bb17ac55d0e3f2", {43000}, {1200}}};
    auto second = recommendation("ic-c0de77f1", "index.create", "index on bronze.events (received_at) using brin", 34,
                                 380000, 96 << 10);
    second.evidence = EvidenceGrade::generic_plan;
    second.ddl = {"CREATE INDEX CONCURRENTLY dwopt_events_received_at_c0de ON bronze.events USING brin (received_at)"};
    second.undo = {"DROP INDEX CONCURRENTLY bronze.dwopt_events_received_at_c0de"};
    second.reasons = {"rows arrive in the order of received_at (correlation 0.998)"};
    second.patterns = {{"11c0ffee0badf00d", {71000}, {47000}}, {"5e6f708192a3b4c5", {100}, {104}}};
    auto third = recommendation("id-0091fe3c", "index.drop", "drop orders_note_idx, not used in 43 d", 0, 0, 210 << 20);
    third.evidence = EvidenceGrade::measured;
    third.benefit = {};
    third.ddl = {"DROP INDEX CONCURRENTLY silver.orders_note_idx"};
    third.undo = {"CREATE INDEX CONCURRENTLY orders_note_idx ON silver.orders USING btree (note)",
                  "COMMENT ON INDEX silver.orders_note_idx IS 'for support'"};
    third.reasons = {"no scan since 2026-01-25, statistics are 43 d old"};
    return {first, second, third};
}

inline Advice advice() {
    Advice out;
    out.recommendations = recommendations();
    out.rejected = {{"index on silver.orders (status)",
                     {"silver", "orders"},
                     "three values in 1.2 GB: no query gains more than 0.2 %"},
                    {"index on silver.order_lines (order_id)",
                     {"silver", "order_lines"},
                     "order_lines_pkey starts with the same column"}};
    out.summary = {
        {412000}, {152000},         63.1,   {43 << 20}, 512,
        {8400},   Bytes{512 << 20}, "live", 18,         {{"0000000000000000", "its text is hidden from role 'dwopt'"}}};
    return out;
}

inline std::vector<Deployment> deployments() {
    const auto all = recommendations();
    const auto deployment = [](std::string id, const Recommendation& recommendation, DeploymentState state,
                               const char* when) {
        Deployment out{std::move(id), recommendation, state, when, {}, ""};
        Step step;
        step.seq = 1;
        step.action = {
            ActionKind::create_index, {"silver", "x"}, recommendation.target, {}, recommendation.ddl.front()};
        step.undo = recommendation.undo.front();
        step.state = StepState::done;
        step.started_at = when;
        step.elapsed = {21400};
        out.steps = {step};
        return out;
    };
    std::vector<Deployment> out{
        deployment("d-7a3301be", all[0], DeploymentState::observing, "2026-03-08T22:10:00Z"),
        deployment("d-19c4d022", all[2], DeploymentState::needs_attention, "2026-03-08T22:12:31Z")};
    out[1].note = "a reader still protects silver.orders_note_idx; the next apply or rollback removes it";
    out[1].steps[0].state = StepState::failed;
    out[1].steps[0].error = "55P03: canceling statement due to lock timeout";
    return out;
}

inline report::ReportInput report_input() {
    report::ReportInput input;
    input.target = target();
    input.now = at("2026-03-09T07:30:00Z");
    for (int i = 0; i < 56; ++i) {
        const Timestamp from = week().from + std::chrono::hours(i * 3);
        input.snapshots.push_back({i + 1, {from, from + std::chrono::hours(3)}, {}});
    }
    input.analysis = analysis();
    input.recommendations = recommendations();
    input.recommendations[2].status = RecommendationStatus::applied;
    input.advice = advice().summary;
    input.deployments = deployments();
    input.history = {{"2026-03-08T22:09:58Z", "apply_started", "ic-5b1e09aa", "by dba at a terminal"},
                     {"2026-03-08T22:10:21Z", "state_changed", "d-7a3301be", "running → observing"},
                     {"2026-03-08T22:12:36Z", "state_changed", "d-19c4d022",
                      "running → needs attention: a reader still protects silver.orders_note_idx"}};
    return input;
}

inline CollectSummary collected() {
    CollectSummary out;
    out.target = target();
    out.snapshot = 57;
    out.window = {at("2026-03-09T00:00:00Z"), at("2026-03-09T03:00:00Z")};
    out.moved = {
        {Family::statement, 1204}, {Family::table, 88}, {Family::index, 131}, {Family::database, 1}, {Family::wait, 0}};
    out.new_statements = 12;
    out.new_patterns = 3;
    out.patterns = 412;
    out.tables = 211;
    out.indexes = 540;
    out.discontinuities = {{Family::statement, Discontinuity::Cause::eviction, 1830}};
    out.cost = {14, {118.4}};
    out.workspace = {3 << 20};
    out.growth = {14200};
    out.elapsed = {243};
    out.warnings = {{"track_io_timing", "track_io_timing is off, so time spent reading is unknown",
                     "Set it with ALTER SYSTEM SET track_io_timing = on."}};
    return out;
}

inline std::vector<Capability> capabilities() {
    using State = Capability::State;
    return {{"connection", State::ok, "PostgreSQL 15.14, TLS 1.3, role dwopt", "", ""},
            {"pg_stat_statements", State::ok, "1.10, 1,204 of 5,000 entries", "", ""},
            {"statistics of columns", State::limited, "readable for 188 of 211 tables",
             "Without read rights, selectivities of 23 tables are unknown and indexes on them are not proposed",
             "GRANT SELECT ON ALL TABLES IN SCHEMA gold TO dwopt;"},
            {"hypopg", State::missing, "not installed", "Without it recommendations rest on rules, not on the planner",
             "-- as a superuser, after apt install postgresql-15-hypopg\nCREATE EXTENSION hypopg;"}};
}

inline std::vector<Outcome> outcomes() {
    auto all = deployments();
    return {{all[0], {}, ""}, {all[1], ErrorKind::refused, all[1].note}};
}

}  // namespace sample
