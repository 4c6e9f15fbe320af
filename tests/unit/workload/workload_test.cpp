#include "fake_store.hpp"

#include "dwopt/stages.hpp"
#include "workload/index_history.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace dwopt;

namespace {

constexpr Timestamp zero{std::chrono::seconds(1'700'000'000)};
Timestamp hour(int h) { return zero + std::chrono::hours(h); }

StatementText text(std::int64_t queryid, std::string sql, std::string user = "alice") {
    return {{queryid, 10, 5, true}, std::move(user), std::move(sql)};
}
CounterRow used(const StatementKey& key, double calls, double ms) {
    std::vector<double> values(columns(Family::statement).size(), 0);
    values[statement::calls] = calls;
    values[statement::exec_ms] = ms;
    values[statement::rows] = 2 * calls;
    values[statement::temp_written] = 3 * calls;
    return {to_string(key), std::move(values)};
}
CounterDelta delta(std::vector<CounterRow> rows) { return {Family::statement, std::move(rows)}; }

StatementKey learn(test::FakeStore& store, const StatementText& t) {
    auto c = classify(t);
    store.known_statements.push_back(c.statement);
    store.texts[c.statement.pattern] = c.text;
    return t.key;
}
Catalog one_table() {
    Catalog c;
    Table t;
    t.oid = 1;
    t.name = {"silver", "orders"};
    t.columns = {{"id", "bigint"}, {"status", "text"}};
    c.tables = {t};
    c.settings = {{"search_path", "\"$user\", silver", "", "default"}};
    return c;
}

}  // namespace

TEST_CASE("classify: values never survive, differing values make one pattern") {
    const auto a = classify(text(1, "SELECT * FROM orders WHERE name = 'O''Hara' AND id = 17"));
    const auto b = classify(text(2, "select *  from orders where name = 'x' and id = 4 -- note"));
    CHECK(a.statement.pattern == b.statement.pattern);
    CHECK(a.statement.pattern.size() == 16);
    CHECK(a.text.find("Hara") == std::string::npos);
    CHECK(a.text.find("17") == std::string::npos);
    CHECK_FALSE(a.statement.hidden);
    CHECK_FALSE(a.statement.truncated);
    const auto password = classify(text(3, "create role r login password 'hunter2'"));
    CHECK(password.text.find("hunter2") == std::string::npos);
}

TEST_CASE("classify: what is hidden has a pattern a user, what was cut is flagged, what is ours is known") {
    const auto alice = classify(text(0, "<insufficient privilege>"));
    const auto bob = classify(text(0, "<insufficient privilege>", "bob \"'\n"));
    CHECK(alice.statement.hidden);
    CHECK(alice.statement.pattern != bob.statement.pattern);
    CHECK(bob.statement.pattern.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
    CHECK(classify(text(9, "<insufficient privilege>")).statement.pattern == alice.statement.pattern);

    const auto lost = classify(text(-7, ""));
    CHECK(lost.statement.hidden);
    CHECK(lost.statement.pattern != classify(text(8, "")).statement.pattern);

    const auto cut = classify(text(5, "SELECT * FROM orders WHERE name = 'secret val"));
    CHECK(cut.statement.truncated);
    CHECK(cut.text.find("secret") == std::string::npos);

    CHECK(classify(text(6, "/* dwopt */ SELECT 1")).statement.pattern == "dwopt");
    CHECK(classify(text(7, "\xff\xfe;;'")).statement.pattern != "");
}

TEST_CASE("patterns gather queryids, users and windows; the window before is kept apart") {
    test::FakeStore store;
    const auto a1 = learn(store, text(1, "SELECT id FROM orders WHERE status = 'a'"));
    const auto a2 = learn(store, text(2, "SELECT id FROM orders WHERE status = 'b'", "bob"));
    const auto b = learn(store, text(3, "UPDATE orders SET status = 'x' WHERE id = 1"));
    const auto own = learn(store, text(4, "/* dwopt */ SELECT 1"));
    store.add({hour(-2), hour(0)}, {delta({used(a1, 100, 50)})});
    store.add({hour(0), hour(1)}, {delta({used(a1, 10, 30), used(a2, 5, 20), used(own, 99, 9999)})}, {{Family::table, Discontinuity::Cause::reset, 0}});
    store.add({hour(1), hour(2)}, {delta({used(b, 1, 150)}), {Family::table, {used(b, 7, 7)}}});

    const auto w = build_workload(store, one_table(), {hour(0), hour(2)});
    CHECK(w.window == Window{hour(0), hour(2)});
    CHECK(w.covered_days == doctest::Approx(2.0 / 24));
    CHECK(w.discontinuities.size() == 1);
    REQUIRE(w.patterns.size() == 2);
    CHECK(w.total.total.value == doctest::Approx(200));

    const auto& update = w.patterns[0];
    CHECK(update.features.kind == StatementKind::update);
    CHECK(update.share_pct == doctest::Approx(75));
    CHECK(update.previous.calls == 0);
    CHECK(update.parsed);

    const auto& select = w.patterns[1];
    CHECK(select.usage.calls == 15);
    CHECK(select.usage.rows == 30);
    CHECK(select.usage.temp_blocks == 45);
    CHECK(select.previous.calls == 100);
    CHECK(select.previous_days == doctest::Approx(2.0 / 24));
    CHECK(select.queryids == std::vector<std::int64_t>{1, 2});
    CHECK(select.users == std::vector<std::string>{"alice", "bob"});
    REQUIRE(select.history.size() == 1);
    CHECK(select.history[0].window == Window{hour(0), hour(1)});
    REQUIRE(select.features.tables.size() == 1);
    CHECK(select.features.tables[0].relation == RelationName{"silver", "orders"});  // by the search_path
}

TEST_CASE("the first window, longer than asked for, widens the workload's window") {
    test::FakeStore store;
    const auto a = learn(store, text(1, "SELECT 1"));
    store.add({hour(-240), hour(-1)}, {delta({used(a, 480, 1)})});
    const auto w = build_workload(store, {}, {hour(-24), hour(0)});
    CHECK(w.window == Window{hour(-240), hour(0)});
    CHECK(w.covered_days == doctest::Approx(239.0 / 24));
    CHECK(w.patterns.at(0).usage.calls == 480);
}

TEST_CASE("counters without a text are kept as one hidden pattern, and utility statements by their kind") {
    test::FakeStore store;
    const auto vacuum = learn(store, text(1, "VACUUM orders"));
    const auto broken = learn(store, text(2, "SELECT FROM WHERE 'x"));
    store.add({hour(0), hour(1)}, {delta({used(vacuum, 1, 30), used(broken, 1, 20), used({77, 10, 5, true}, 2, 5), used({78, 10, 5, false}, 2, 5), {"rubbish", {1, 1, 1}}})});
    const auto w = build_workload(store, {}, {hour(0), hour(1)});
    REQUIRE(w.patterns.size() == 3);
    CHECK(w.patterns[0].features.kind == StatementKind::utility);
    CHECK(w.patterns[1].features.kind == StatementKind::select);
    CHECK_FALSE(w.patterns[1].parsed);
    CHECK(w.patterns[2].hidden);
    CHECK(w.patterns[2].usage.calls == 4);
}

TEST_CASE("an empty workspace is an empty workload") {
    test::FakeStore store;
    const auto w = build_workload(store, {}, {hour(0), hour(1)});
    CHECK(w.patterns.empty());
    CHECK(w.covered_days == 0);
    CHECK(build_workload(store, {}, {hour(1), hour(0)}).patterns.empty());
}

TEST_CASE("a history of many windows is bounded and loses nothing") {
    constexpr int statements = 300, windows = 500;
    test::FakeStore store;
    std::vector<CounterRow> rows;
    for (int i = 0; i < statements; ++i) {
        const auto key = learn(store, text(i + 1, "SELECT a.x" + std::to_string(i) + ", count(*) FROM silver.orders a JOIN orders b ON a.id = b.id"
                                                  " WHERE a.status = 'n' AND b.id > 3 GROUP BY 1 ORDER BY 2 DESC LIMIT 5"));
        rows.push_back(used(key, 1, i));
    }
    for (int w = 0; w < windows; ++w) store.add({hour(w), hour(w + 1)}, {delta(w % 10 == 0 ? rows : std::vector<CounterRow>(rows.begin(), rows.begin() + 50))});
    const auto workload = build_workload(store, one_table(), {hour(0), hour(windows)});
    REQUIRE(workload.patterns.size() == statements);
    for (const auto& p : workload.patterns) {
        REQUIRE(p.history.size() <= 200);
        double calls = 0;
        for (std::size_t i = 0; i < p.history.size(); ++i) {
            calls += p.history[i].usage.calls;
            if (i > 0) REQUIRE(p.history[i - 1].window.to <= p.history[i].window.from);
        }
        REQUIRE(calls == p.usage.calls);
    }
    CHECK(workload.patterns.back().usage.calls == windows);
}

TEST_CASE("an index is as old as the first window that holds it, or older than the workspace; its last scan is remembered") {
    test::FakeStore store;
    const auto indexes = [](std::vector<CounterRow> rows) { return std::vector<CounterDelta>{{Family::index, std::move(rows)}}; };
    CHECK(workload::index_history(store).appeared.empty());
    store.add({hour(0), hour(1)}, indexes({{"11", {}}, {"rubbish", {}}}));
    store.add({hour(1), hour(2)}, indexes({{"22", {}}, {"11", {3}}}));
    store.add({hour(2), hour(3)}, indexes({{"22", {}}}));
    CHECK(workload::index_history(store).appeared == std::map<Oid, Timestamp>{{22, hour(2)}});
    CHECK(workload::index_history(store).scanned == std::map<Oid, Timestamp>{{11, hour(2)}});
}

TEST_CASE("statement keys survive as text") {
    for (const StatementKey key : {StatementKey{}, StatementKey{-9223372036854775807LL - 1, 4294967295U, 5, false}}) {
        CHECK(parse_statement_key(to_string(key)) == key);
    }
    CHECK(parse_statement_key("1/2/3/true") == StatementKey{1, 2, 3, true});
    for (const char* bad : {"", "1/2/3", "1/2/3/x", "1/2/3/t/", "a/2/3/t", "1//3/t", "1/-2/3/t"}) CHECK_THROWS_AS((void)parse_statement_key(bad), Error);
}
