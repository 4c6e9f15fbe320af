// What a snapshot brings for planning, and how often.
#include "collect_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace dwopt;
using namespace dwopt::test;
using Fixture = CollectFixture;

TEST_CASE_FIXTURE(Fixture, "column statistics come again only when they may have changed") {
    sql("CREATE TABLE public.a AS SELECT g AS x, 'v' || g % 3 AS y FROM generate_series(1, 1000) g; CREATE TABLE public.b AS TABLE public.a;"
        "CREATE INDEX a_upper ON public.a (upper(y))");
    const auto analyzed = SteadyClock::now();
    sql("ANALYZE");
    const Snapshot first = collect();
    REQUIRE(statistics_of(first, "a") != nullptr);
    REQUIRE(statistics_of(first, "a")->columns.size() == 2);
    CHECK(statistics_of(first, "a")->columns[0].histogram_bounds.front() == '{');
    CHECK(statistics_of(first, "a")->columns[1].most_common_vals.find("v1") != std::string::npos);
    REQUIRE(statistics_of(first, "a_upper") != nullptr);
    CHECK(statistics_of(first, "a_upper")->columns.size() == 1);
    CHECK(named(first.catalog.indexes, "a_upper")->expression_statistics);
    sql("INSERT INTO public.a VALUES (1001, 'w')");
    sql("ANALYZE public.a");
    const Snapshot second = collect();
    CHECK(statistics_of(second, "a") != nullptr);
    // One seen younger than ten seconds is asked for once more when it is older.
    if (SteadyClock::now() - analyzed < std::chrono::seconds(9)) CHECK(statistics_of(second, "b") == nullptr);
    sql("ALTER TABLE public.b RENAME COLUMN x TO z");
    const Snapshot third = collect();
    REQUIRE(statistics_of(third, "b") != nullptr);
    CHECK(statistics_of(third, "b")->columns[1].column == "z");

    const Snapshot bare = collect("", false);
    REQUIRE(statistics_of(bare, "a") != nullptr);
    CHECK(statistics_of(bare, "a")->columns[0].n_distinct != 0);
    for (const auto& relation : bare.catalog.statistics) {
        for (const auto& column : relation.columns) {
            CHECK(column.most_common_vals.empty());
            CHECK(column.histogram_bounds.empty());
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "outer values and heights are read off the indexes, once for as long as statistics hold") {
    sql(R"sql(CREATE TABLE "T ""x" (id int PRIMARY KEY, at timestamptz, "n ""m" text, secret int) WITH (autovacuum_enabled = off);
INSERT INTO "T ""x" SELECT g, '2024-01-01 00:00+00'::timestamptz + g * interval '1 min', CASE WHEN g > 10 THEN 'v' || g % 5000 END, g FROM generate_series(1, 100000) g;
CREATE INDEX t_at ON "T ""x" (at DESC, id);
CREATE INDEX t_name ON "T ""x" ("n ""m" NULLS FIRST);
CREATE INDEX t_partial ON "T ""x" (secret) WHERE id > 5;
CREATE TABLE empty (a int PRIMARY KEY);
CREATE TABLE parent (a int PRIMARY KEY); CREATE TABLE child () INHERITS (parent); INSERT INTO parent VALUES (5); INSERT INTO child VALUES (99);
CREATE EXTENSION pageinspect; ANALYZE)sql");
    sql("INSERT INTO \"T \"\"x\" VALUES (1000000)");  // after ANALYZE: beyond the histogram
    const auto first = collect();
    const auto found = std::find_if(first.catalog.statistics.begin(), first.catalog.statistics.end(), [](const auto& s) { return s.relation.name == "T \"x"; });
    REQUIRE(found != first.catalog.statistics.end());
    std::map<std::string, std::pair<std::string, std::string>> bounds;
    for (const auto& b : found->bounds) bounds[b.column] = {b.min, b.max};
    CHECK(bounds.size() == 3);
    CHECK(bounds["id"] == std::pair<std::string, std::string>{"1", "1000000"});
    CHECK(bounds["at"] == std::pair<std::string, std::string>{"2024-01-01 00:01:00+00", "2024-03-10 10:40:00+00"});
    CHECK(bounds["n \"m"] == std::pair<std::string, std::string>{"v0", "v999"});
    CHECK(found->heights.size() == 3);
    for (const auto& height : found->heights) {
        const auto truth = database.session().query("select fastlevel from bt_metap(quote_ident($1))", {height.index.name});
        CAPTURE(height.index.name);
        CHECK(height.levels == truth.integer(0, 0));
        CHECK(named(first.catalog.indexes, height.index.name)->height == height.levels);
    }
    const auto* parent = statistics_of(first, "parent");
    REQUIRE(parent);
    REQUIRE(parent->bounds.size() == 1);
    CHECK(parent->bounds[0].max == "5");  // an index holds nothing of the children
    CHECK(parent->heights.size() == 1);
    const auto scans = [&] {
        sql("SELECT pg_stat_force_next_flush()");
        return database.session().query("select sum(idx_scan) from pg_stat_user_indexes where relname = 'T \"x' and indexrelname <> 'T \"x_pkey'").integer(0, 0);
    };
    CHECK(scans() == 0);  // looking left no mark
    CHECK(collect().catalog.statistics.empty());
    sql("CREATE INDEX t_new ON \"T \"\"x\" (secret)");  // brings an end of its own
    CHECK(collect().catalog.statistics.size() == 1);

    known = {};
    for (const auto& relation : collect("", false).catalog.statistics) CHECK(relation.bounds.empty());
    // Who may not read a column is told nothing of it.
    Role role(*this);
    const auto seen_by_role = [&] {
        std::set<std::string> columns;
        known = {};
        for (const auto& relation : collect(role.conninfo()).catalog.statistics) {
            for (const auto& b : relation.bounds) columns.insert(b.column);
        }
        return columns;
    };
    sql(fmt::format("GRANT pg_monitor TO {0}; GRANT SELECT (id, at) ON \"T \"\"x\" TO {0}", role.quoted()));
    CHECK(seen_by_role() == std::set<std::string>{"id"});  // a look at t_at would be counted as its use
    CHECK(scans() == 0);
    sql("GRANT SET ON PARAMETER track_counts TO " + role.quoted());
    CHECK(seen_by_role() == std::set<std::string>{"at", "id"});
    CHECK(scans() == 0);
}
