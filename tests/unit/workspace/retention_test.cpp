// Old windows shrink to hours and days; sums stay, gauges keep their last value.
#include "scratch.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace dwopt;
using scratch::start;
using scratch::values;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const RetentionPolicy policy{hours(24), hours(24 * 10), hours(24 * 100)};

Snapshot at(Timestamp time, bool with_table = true) {
    Snapshot s;
    s.server.now = time;
    s.readings = {scratch::reading(Family::table, {{"100", values(Family::table, {1})}})};
    if (with_table) s.catalog.tables = {scratch::table(100, "s", "t")};
    return s;
}

// `count` windows of five minutes from `from` on; scans 1 each, dead rows rising.
void fill(Store& store, Timestamp from, int count) {
    for (int i = 0; i < count; ++i) {
        auto moved = values(Family::table, {1});
        moved[table::n_dead_tup] = i + 1;
        const Window window{from + i * minutes(5), from + (i + 1) * minutes(5)};
        const std::vector<Discontinuity> cuts =
            i == 3 ? std::vector<Discontinuity>{{Family::table, Discontinuity::Cause::reset, 0}}
                   : std::vector<Discontinuity>{};
        store.save(at(window.to), window, {{Family::table, {{"100", moved}}}}, cuts, {}, {});
    }
}

struct Sums {
    double scans = 0, dead = 0;
    int rows = 0;
};

Sums sums(Store& store) {
    Sums out;
    store.each_delta(Family::table, start - hours(1), start + hours(24 * 1000),
                     [&](const StoredSnapshot&, const CounterRow& row) {
                         out.scans += row.values[table::seq_scan];
                         out.dead = row.values[table::n_dead_tup];
                         ++out.rows;
                     });
    return out;
}

}  // namespace

TEST_CASE("windows older than raw become one an hour, then one a day, then nothing") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    fill(*store, start, 36);  // three hours
    fill(*store, start + hours(24), 12);
    store->retain(policy, start + hours(26) + minutes(30));
    CHECK(store->snapshots().size() == 2 + 12 + 12);  // hours 0 and 1 merged; hour 2 is not over; the next day is raw
    CHECK(store->snapshots()[0].window == Window{start, start + hours(1)});
    CHECK(store->snapshots()[0].discontinuities.size() == 1);
    CHECK(sums(*store).scans == 48);

    store->retain(policy, start + hours(27) + minutes(30));
    CHECK(store->snapshots().size() == 3 + 12);
    store->retain(policy, start + hours(24 * 12));
    REQUIRE(store->snapshots().size() == 2);
    CHECK(store->snapshots()[0].window == Window{start, start + hours(3)});
    CHECK(sums(*store).scans == 48);
    CHECK(sums(*store).dead == 12);

    store->retain(policy, start + hours(24 * 300));
    CHECK(store->snapshots().size() == 1);  // the last one stays
    CHECK(store->last_server()->now == start + hours(25));
    CHECK(store->catalog().tables.size() == 1);
}

TEST_CASE("time that nobody watched is not papered over") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    fill(*store, start, 2);
    fill(*store, start + minutes(40), 2);
    store->retain(policy, start + hours(48));
    REQUIRE(store->snapshots().size() == 2);
    CHECK(store->snapshots()[0].window == Window{start, start + minutes(10)});
    CHECK(store->snapshots()[1].window == Window{start + minutes(40), start + minutes(50)});
}

TEST_CASE("more windows in an hour than fit one merge still become one") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    for (int i = 0; i < 120; ++i) {
        const Window window{start + i * std::chrono::seconds(30), start + (i + 1) * std::chrono::seconds(30)};
        store->save(at(window.to), window, {{Family::table, {{"100", values(Family::table, {1})}}}}, {}, {}, {});
    }
    store->retain(policy, start + hours(48));
    CHECK(store->snapshots().size() == 1);
    CHECK(sums(*store).scans == 120);
    CHECK(sums(*store).rows == 1);
}

TEST_CASE("what nothing refers to any more goes, and the file shrinks") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    Snapshot big = at(start);
    for (int i = 0; i < 400; ++i) {
        big.catalog.tables.push_back(scratch::table(static_cast<Oid>(1000 + i), "s", "gone" + std::to_string(i)));
        big.catalog.tables.back().partition_bound = std::string(5000, 'b');
    }
    for (int i = 0; i < 50; ++i) big.readings.push_back(scratch::reading(Family::wait, {}));
    big.readings.push_back(scratch::reading(Family::statement, {{"5/1/1/t", values(Family::statement, {1})}}));
    const Statement statement{{5, 1, 1, true}, "u", "00ff", false, false};
    store->save(big, {start - hours(1), start}, {{Family::statement, {{"5/1/1/t", values(Family::statement, {1})}}}},
                {}, {statement}, {{"00ff", "select"}});
    fill(*store, start + hours(24), 3);
    const auto before = workspace::size_on_disk(scratch / "w");
    CHECK(before > Bytes{2'000'000});
    store->retain(policy, start + hours(25));
    CHECK(store->statements().size() == 1);  // its window is still there
    store->retain(policy, start + hours(24 * 101) + hours(1));
    CHECK(store->statements().empty());
    CHECK(store->pattern_texts().empty());
    CHECK(store->catalog().tables.size() == 1);
    CHECK(workspace::size_on_disk(scratch / "w") < Bytes{1'000'000});
    SQLite::Database db((scratch / "w/dwopt.db").string(), SQLite::OPEN_READONLY);
    CHECK(db.execAndGet("SELECT count(*) FROM object").getInt() == 1);
    CHECK(db.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("retention does nothing to an empty or a young workspace") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    store->retain(policy, start);
    fill(*store, start, 3);
    store->retain(policy, start + minutes(20));
    CHECK(store->snapshots().size() == 3);
}
