#include "dwopt/stages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace dwopt;
using Cause = Discontinuity::Cause;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp epoch_start{std::chrono::seconds(1'700'000'000)};
Timestamp at(int minute) { return epoch_start + std::chrono::minutes(minute); }

ServerState state(int now, int started = -1000, std::int64_t timeline = 1) {
    ServerState s;
    s.now = at(now);
    s.started_at = at(started);
    s.timeline = timeline;
    return s;
}

CounterReading reading(Family family, int reset, std::vector<CounterRow> rows, std::int64_t dealloc = 0) {
    return {family, "reset " + std::to_string(reset), at(reset), dealloc, std::move(rows)};
}

std::vector<double> values(Family family, std::vector<std::pair<std::size_t, double>> set) {
    std::vector<double> out(columns(family).size(), 0);
    for (const auto& [column, value] : set) out[column] = value;
    return out;
}
CounterRow entry(const std::string& key, double calls, double ms) {
    return {key, values(Family::statement, {{statement::calls, calls}, {statement::exec_ms, ms}, {statement::exec_max_ms, ms}})};
}

const CounterRow* find(const Difference& d, Family family, const std::string& key) {
    for (const auto& delta : d.deltas) {
        if (delta.family != family) continue;
        for (const auto& row : delta.rows) {
            if (row.key == key) return &row;
        }
    }
    return nullptr;
}
double calls(const Difference& d, const std::string& key) {
    const auto* row = find(d, Family::statement, key);
    return row == nullptr ? 0 : row->values[statement::calls];
}
bool has(const Difference& d, Family family, Cause cause, std::int64_t count = 0) {
    return std::find(d.discontinuities.begin(), d.discontinuities.end(), Discontinuity{family, cause, count}) != d.discontinuities.end();
}

const std::string a = "11/10/5/t", b = "22/10/5/t";

}  // namespace

TEST_CASE("the first snapshot makes a window of everything since the statements' reset") {
    const auto d = difference({}, std::nullopt, {reading(Family::statement, -50, {entry(a, 7, 70), entry(b, 0, 0)})}, state(0));
    CHECK(d.window == Window{at(-50), at(0)});
    CHECK(calls(d, a) == 7);
    CHECK(find(d, Family::statement, b) == nullptr);
    CHECK(d.discontinuities.empty());
}

TEST_CASE("the first window falls back on the start of the server, and never begins after it ends") {
    auto tables = reading(Family::table, -5, {});
    CHECK(difference({}, std::nullopt, {tables}, state(0, -30)).window.from == at(-30));
    auto unknown = state(0);
    unknown.started_at = {};
    CHECK(difference({}, std::nullopt, {tables}, unknown).window.from == at(-5));
    CHECK(difference({}, std::nullopt, {reading(Family::statement, 9, {})}, state(0)).window.from == at(0));
    CHECK(difference({}, state(3), {}, state(1)).window == Window{at(1), at(1)});  // a clock set back
}

TEST_CASE("between two snapshots counters are subtracted, gauges passed on, and idle rows left out") {
    const auto d = difference({reading(Family::statement, -50, {entry(a, 7, 70), entry(b, 4, 40)})}, state(0),
                              {reading(Family::statement, -50, {entry(a, 9, 95), entry(b, 4, 40)})}, state(5));
    CHECK(d.window == Window{at(0), at(5)});
    REQUIRE(find(d, Family::statement, a) != nullptr);
    CHECK(calls(d, a) == 2);
    CHECK(find(d, Family::statement, a)->values[statement::exec_ms] == doctest::Approx(25));
    CHECK(find(d, Family::statement, a)->values[statement::exec_max_ms] == 95);
    CHECK(find(d, Family::statement, b) == nullptr);
    CHECK(d.discontinuities.empty());
}

TEST_CASE("after a reset of all statements their values are the activity, even where they grew past the old ones") {
    const auto d = difference({reading(Family::statement, -50, {entry(a, 7, 70), entry(b, 400, 40)})}, state(0),
                              {reading(Family::statement, 3, {entry(a, 9, 95), entry(b, 5, 50)})}, state(5));
    CHECK(calls(d, a) == 9);
    CHECK(calls(d, b) == 5);
    CHECK(has(d, Family::statement, Cause::reset));
}

TEST_CASE("a database's reset time proves nothing for a table that did not fall: one table's reset moves it") {
    const auto row = [](const std::string& key, double scans) { return CounterRow{key, values(Family::table, {{table::seq_scan, scans}})}; };
    const auto d = difference({reading(Family::table, -50, {row("1", 1000), row("2", 1000)})}, state(0),
                              {reading(Family::table, 3, {row("1", 1004), row("2", 6)})}, state(5));
    CHECK(find(d, Family::table, "1")->values[table::seq_scan] == 4);
    CHECK(find(d, Family::table, "2")->values[table::seq_scan] == 6);
    CHECK(has(d, Family::table, Cause::reset));
}

TEST_CASE("one fallen counter of an entry proves the reset for the others of the entry") {
    const auto d = difference({reading(Family::statement, -50, {entry(a, 10, 5)})}, state(0),
                              {reading(Family::statement, -50, {entry(a, 3, 30)})}, state(5));
    CHECK(find(d, Family::statement, a)->values[statement::exec_ms] == 30);
    CHECK(has(d, Family::statement, Cause::reset));
}

TEST_CASE("dropping an index lowers its table's sums, which is no reset") {
    const auto row = [](double seq, double idx) { return CounterRow{"1", values(Family::table, {{table::seq_scan, seq}, {table::idx_scan, idx}})}; };
    const auto d = difference({reading(Family::table, -50, {row(10, 5000)})}, state(0), {reading(Family::table, -50, {row(12, 90)})}, state(5));
    CHECK(find(d, Family::table, "1")->values[table::seq_scan] == 2);
    CHECK(find(d, Family::table, "1")->values[table::idx_scan] == 0);
    CHECK(d.discontinuities.empty());
}

TEST_CASE("an evicted statement that came back counts since then") {
    const auto d = difference({reading(Family::statement, -50, {entry(a, 100, 10)}, 3)}, state(0),
                              {reading(Family::statement, -50, {entry(a, 2, 1), entry(b, 1, 1)}, 8)}, state(5));
    CHECK(calls(d, a) == 2);
    CHECK(calls(d, b) == 1);
    CHECK(d.discontinuities == std::vector<Discontinuity>{{Family::statement, Cause::eviction, 5}});
}

TEST_CASE("a crash empties the tables' books but keeps or empties the statements' by their own reset time") {
    const auto row = [](double scans) { return CounterRow{"1", values(Family::table, {{table::seq_scan, scans}})}; };
    auto tables_before = reading(Family::table, -50, {row(1000)});
    auto tables_after = reading(Family::table, -50, {row(5)});
    tables_before.reset_at = tables_after.reset_at = std::nullopt;
    tables_after.epoch = tables_before.epoch = "";
    const auto d = difference({reading(Family::statement, -50, {entry(a, 7, 70)}), tables_before}, state(0),
                              {reading(Family::statement, -50, {entry(a, 9, 90)}), tables_after}, state(5, 3));
    CHECK(calls(d, a) == 2);
    CHECK(find(d, Family::table, "1")->values[table::seq_scan] == 5);
    CHECK(d.discontinuities == std::vector<Discontinuity>{{Family::table, Cause::restart, 0}});
}

TEST_CASE("another server's counters say nothing, unless all of them began after the last look") {
    const std::vector<CounterReading> before{reading(Family::statement, -50, {entry(a, 7, 70)}),
                                             {Family::table, "", std::nullopt, 0, {{"1", values(Family::table, {{table::seq_scan, 9}})}}}};
    std::vector<CounterReading> after{reading(Family::statement, -900, {entry(a, 5000, 5000), entry(b, 9, 9)}),
                                      {Family::table, "", std::nullopt, 0, {{"1", values(Family::table, {{table::seq_scan, 4000}, {table::bytes, 8192}})}}}};
    SUBCASE("by its timeline") {
        const auto d = difference(before, state(0), after, state(5, -700, 2));
        CHECK(calls(d, a) == 0);
        CHECK(calls(d, b) == 0);
        REQUIRE(find(d, Family::table, "1") != nullptr);  // its size is a fact
        CHECK(find(d, Family::table, "1")->values[table::seq_scan] == 0);
        CHECK(find(d, Family::table, "1")->values[table::bytes] == 8192);
        CHECK(has(d, Family::statement, Cause::failover));
    }
    SUBCASE("by a start before our last look") {
        CHECK(calls(difference(before, state(0, -1000, 0), after, state(5, -700, 0)), a) == 0);
    }
    SUBCASE("reset since") {
        after[0].reset_at = at(2);
        CHECK(calls(difference(before, state(0), after, state(5, 1, 2)), a) == 5000);
    }
    SUBCASE("promoted in place: the same process keeps its books") {
        CHECK(calls(difference(before, state(0), {reading(Family::statement, -50, {entry(a, 8, 80)})}, state(5, -1000, 2)), a) == 1);
    }
}

TEST_CASE("a family that was not read before yields nothing but what began since") {
    const auto old = difference({}, state(0), {reading(Family::statement, -50, {entry(a, 7, 70)})}, state(5));
    CHECK(old.deltas.empty());
    const auto fresh = difference({}, state(0), {reading(Family::statement, 2, {entry(a, 7, 70)})}, state(5));
    CHECK(calls(fresh, a) == 7);
}

TEST_CASE("rights gained or lost do not turn old statements into new activity") {
    const std::vector<CounterReading> hidden{reading(Family::statement, -50, {entry("0/10/5/t", 600, 1), entry("0/10/5/t", 400, 1)})};
    const std::vector<CounterReading> shown{reading(Family::statement, -50, {entry(a, 601, 1), entry(b, 400, 1), entry("33/11/5/t", 5, 1)})};
    const auto gained = difference(hidden, state(0), shown, state(5));
    CHECK(calls(gained, a) == 0);
    CHECK(calls(gained, "33/11/5/t") == 5);  // of another user
    CHECK(calls(difference(shown, state(0), hidden, state(5)), "0/10/5/t") == 0);
}

TEST_CASE("hidden statements are added up, and what was evicted from the sum is no reset") {
    const auto read = [](double calls) { return std::vector<CounterReading>{reading(Family::statement, -50, {entry("0/10/5/t", calls, 1), entry("0/10/5/t", 400, 1)})}; };
    CHECK(calls(difference(read(600), state(0), read(607), state(5)), "0/10/5/t") == 7);
    CHECK(calls(difference(read(600), state(0), read(5), state(5)), "0/10/5/t") == 0);
    auto reordered = read(600);
    reordered[0].rows[0].values[statement::exec_ms] += 1e-12;
    CHECK(difference(read(600), state(0), reordered, state(5)).deltas.empty());
}

TEST_CASE("REINDEX CONCURRENTLY hands counters over; they are not counted twice") {
    const auto row = [](const std::string& key, double scans) { return CounterRow{key, values(Family::index, {{index::scans, scans}})}; };
    const auto d = difference({reading(Family::index, -50, {row("100", 5000)})}, state(0),
                              {reading(Family::index, -50, {row("200", 5003), row("201", 8)})}, state(5));
    CHECK(find(d, Family::index, "200")->values[index::scans] == 3);
    CHECK(find(d, Family::index, "201")->values[index::scans] == 8);
}

TEST_CASE("a gauge that changed keeps a table's row, a statement's mean does not") {
    const auto row = [](double live) { return CounterRow{"1", values(Family::table, {{table::seq_scan, 3}, {table::n_live_tup, live}})}; };
    auto mean = entry(a, 7, 70);
    mean.values[statement::exec_mean_ms] = 11;
    const auto d = difference({reading(Family::table, -50, {row(10)}), reading(Family::statement, -50, {entry(a, 7, 70)})}, state(0),
                              {reading(Family::table, -50, {row(20)}), reading(Family::statement, -50, {mean})}, state(5));
    CHECK(find(d, Family::table, "1")->values[table::seq_scan] == 0);
    CHECK(find(d, Family::table, "1")->values[table::n_live_tup] == 20);
    CHECK(find(d, Family::statement, a) == nullptr);
}

TEST_CASE("damaged readings do no harm") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<CounterReading> before{{Family::statement, "", std::nullopt, 0, {{b, {nan, -5}}, {a, {3}}, {"", {}}, {"x", {1, 2}}}}};
    const std::vector<CounterReading> after{{Family::statement, "", std::nullopt, 0, {{"x", {nan, 3}}, {a, {5, nan, 1}}, {b, {}}, {"0//", {1}}}}};
    const auto d = difference(before, state(0), after, state(5));
    CHECK(calls(d, a) == 2);
    for (const auto& delta : d.deltas) {
        for (const auto& row : delta.rows) {
            REQUIRE(row.values.size() == columns(delta.family).size());
            for (const double value : row.values) CHECK(value >= 0);
        }
    }
}
