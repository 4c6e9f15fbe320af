// What a table divided anew would cost, by the twin, against the same table really divided.
#include "twin_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <sys/wait.h>

using namespace dwopt;
using Fixture = test::TwinFixture;
using test::index_on;
using test::query;

namespace {

// Loaded day by day, as warehouses are: more in later months, twice as much in one December, a few customers with most of the
// sales, and some sales of no known region.
constexpr const char* plain_table = R"sql(
CREATE TABLE customers (id int PRIMARY KEY, name text);
INSERT INTO customers SELECT g, 'customer ' || g FROM generate_series(1, 20000) g;
CREATE TABLE sales (id bigint NOT NULL, at date NOT NULL, customer int NOT NULL REFERENCES customers, product int, region text, amount numeric(10, 2), note text)
  WITH (autovacuum_enabled = off);
INSERT INTO sales
  SELECT row_number() OVER (ORDER BY at), at, 1 + floor(20000 * power(random(), 3))::int, 1 + g * 7919 % 1500,
    (ARRAY['north', 'north', 'north', 'south', 'south', 'west', NULL, 'east'])[1 + g * 31 % 8], (g % 9973) / 7.0, repeat('n', (g % 40)::int)
  FROM (SELECT g, '2023-01-01'::date + least(730, floor(731 * power(g::float8 / {0}, 0.7)))::int AS at FROM generate_series(1::bigint, {0}) g
        UNION ALL SELECT g, '2023-12-01'::date + (g % 31)::int FROM generate_series(1::bigint, {0} / 20) g) x ORDER BY at;
ALTER TABLE sales ADD PRIMARY KEY (id);
CREATE INDEX sales_customer ON sales (customer);
CREATE INDEX sales_at ON sales (at);
CREATE VIEW by_region AS SELECT region, sum(amount) AS total FROM sales GROUP BY region)sql";

const std::vector<std::string> questions{
    "select sum(amount) from sales",
    "select count(*) from sales where at >= '2024-03-01' and at < '2024-04-01'",
    "select * from sales where at = '2023-12-24'",
    "select sum(amount) from sales where at between '2023-11-15' and '2024-01-15'",
    "select region, sum(amount) from sales where at >= '2024-06-01' group by region",
    "select * from sales where customer = 15000",
    "select * from sales where customer = 15000 and at >= '2024-11-01'",
    "select * from sales where id = 777777",
    "select * from sales where id between 1000 and 2000 and at < '2023-03-01'",
    "select at, count(*) from sales group by at",
    "select product, sum(amount) from sales where at >= '2024-05-01' and at < '2024-07-01' group by product order by 2 desc limit 10",
    "select c.name, sum(s.amount) from sales s join customers c on c.id = s.customer where s.at >= '2024-10-01' group by c.name",
    "select c.name, s.amount from sales s join customers c on c.id = s.customer where c.id = 7777",
    "select * from by_region",
    "select max(at) from sales",
    "select * from sales where region = 'west' and at < '2023-06-01' order by amount desc limit 20",
    "select a.id from sales a join sales b on b.id = a.id + 1 where a.at = '2024-02-02'",
    "select count(distinct customer) from sales where at >= '2024-12-01'",
    "select sum(amount) from sales where product = 7 and at >= '2024-07-01'",
    "select c.name from customers c where exists (select from sales s where s.customer = c.id and s.at = '2024-09-09')",
    "select * from sales where at < '2023-01-05' and customer < 10",
    "select count(*) from sales where region is null",
    "select product, max(at) from sales group by product",
    "select * from sales order by at desc limit 10",
};

std::vector<PartitionBounds> months() {
    std::vector<PartitionBounds> months;
    for (int m = 0; m < 24; ++m) {
        const auto first = [](int month) { return fmt::format("{}-{:02}-01", 2023 + month / 12, month % 12 + 1); };
        months.push_back({first(m), first(m + 1), {}, false});
    }
    return months;
}

// As a DBA would do it: the primary key gets the partition key, all else stays.
void divide_for_real(Fixture& fixture, const WhatIfPartitions& what) {
    std::string key;
    for (const auto& level : what.levels) key += (level.column == "id" ? "" : ", ") + std::string(level.column == "id" ? "" : level.column);
    const auto by = [](const PartitionLevel& level) {
        return fmt::format("PARTITION BY {} ({})", level.method == PartitionMethod::range ? "RANGE" : level.method == PartitionMethod::list ? "LIST" : "HASH", level.column);
    };
    const auto bounds = [](const PartitionLevel& level) {
        std::vector<std::string> all;
        for (const auto& part : level.partitions) {
            std::string values;
            for (const auto& value : part.values) values += (values.empty() ? "'" : ", '") + value + "'";
            all.push_back(level.method == PartitionMethod::range ? fmt::format("FOR VALUES FROM ('{}') TO ('{}')", *part.from, *part.to) : fmt::format("FOR VALUES IN ({})", values));
        }
        for (int r = 0; r < level.modulus; ++r) all.push_back(fmt::format("FOR VALUES WITH (MODULUS {}, REMAINDER {})", level.modulus, r));
        if (level.rest) all.push_back("DEFAULT");
        return all;
    };
    std::string ddl = "DROP VIEW by_region; ALTER TABLE sales RENAME TO plain; ALTER INDEX sales_customer RENAME TO plain_customer; ALTER INDEX sales_at RENAME TO plain_at;"
                      "CREATE TABLE sales (LIKE plain) " + by(what.levels.front()) + ";";
    int n = 0;
    for (const auto& bound : bounds(what.levels.front())) {
        const auto part = fmt::format("part{}", ++n);
        ddl += fmt::format("CREATE TABLE {} PARTITION OF sales {} {};", part, bound, what.levels.size() > 1 ? by(what.levels[1]) : "");
        if (what.levels.size() == 1) continue;
        for (const auto& below : bounds(what.levels[1])) ddl += fmt::format("CREATE TABLE part{} PARTITION OF {} {};", ++n, part, below);
    }
    const bool keyed = std::all_of(what.levels.begin(), what.levels.end(), [](const PartitionLevel& level) { return level.column != "region"; });  // NULLs are in there
    ddl += fmt::format("INSERT INTO sales SELECT * FROM plain ORDER BY id; {}; CREATE INDEX ON sales (customer); CREATE INDEX ON sales (at);"
                       "ALTER TABLE sales ADD FOREIGN KEY (customer) REFERENCES customers;"
                       "CREATE VIEW by_region AS SELECT region, sum(amount) AS total FROM sales GROUP BY region",
                       keyed ? fmt::format("ALTER TABLE sales ADD PRIMARY KEY (id{})", key) : "CREATE UNIQUE INDEX ON sales (id, region)");
    fixture.sql(ddl);
    fixture.sql("VACUUM ANALYZE");
}

void check(Fixture& fixture, std::int64_t rows, const WhatIfPartitions& what, double median, double p95) {
    fixture.sql("SET statement_timeout = 0; SELECT setseed(0.5)");
    fixture.sql(fmt::format(fmt::runtime(plain_table), rows));
    fixture.sql("VACUUM ANALYZE");
    const auto twin = fixture.build(fixture.image());
    CHECK(twin->report().warnings.empty());
    const auto oracle = twin::open_oracle(twin);
    std::vector<double> before, guesses;
    for (const auto& text : questions) before.push_back(oracle->estimate(query(text), {}).total.value);
    Configuration divided;
    divided.divide = {what};
    for (const auto& text : questions) {
        const auto plan = oracle->estimate(query(text), divided);
        CAPTURE(text);
        CHECK(plan.failure == "");
        guesses.push_back(plan.total.value);
    }
    for (std::size_t n = 0; n < questions.size(); ++n) {  // and all is as it was
        CHECK(oracle->estimate(query(questions[n]), {}).total.value == before[n]);
    }
    divide_for_real(fixture, what);
    std::vector<double> errors;
    for (std::size_t n = 0; n < questions.size(); ++n) {
        const double truth = fixture.cost_here(questions[n]);
        errors.push_back(std::max(guesses[n] / truth, truth / guesses[n]));
        if (errors.back() > 1.05) MESSAGE(fmt::format("{:.3f}: {:.0f} for {:.0f} (plain: {:.0f}) {}", errors.back(), guesses[n], truth, before[n], questions[n]));
    }
    std::sort(errors.begin(), errors.end());
    MESSAGE(fmt::format("{} partitions: q-error median {:.3f}, p95 {:.3f}, worst {:.3f}", what.levels.front().partitions.size() + static_cast<std::size_t>(what.levels.front().modulus),
                        errors[errors.size() / 2], errors[(errors.size() * 95 + 99) / 100 - 1], errors.back()));
    CHECK(errors[errors.size() / 2] <= median);
    CHECK(errors[(errors.size() * 95 + 99) / 100 - 1] <= p95);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "two million rows divided by month") {
    check(*this, 2'000'000, {{"public", "sales"}, {{PartitionMethod::range, "at", months(), false, 0}}}, 1.05, 1.3);
}

TEST_CASE_FIXTURE(Fixture, "by list, with a default partition for the rest") {
    check(*this, 300'000, {{"public", "sales"}, {{PartitionMethod::list, "region", {{{}, {}, {"north"}, false}, {{}, {}, {"south", "west"}, false}}, true, 0}}}, 1.05, 1.3);
}

TEST_CASE_FIXTURE(Fixture, "by hash of a skewed key") {
    check(*this, 300'000, {{"public", "sales"}, {{PartitionMethod::hash, "customer", {}, false, 8}}}, 1.05, 1.6);  // its own ANALYZE counts a partition's customers better
}

TEST_CASE_FIXTURE(Fixture, "by half a year and, below, by hash") {
    const std::vector<PartitionBounds> halves{{"2023-01-01", "2023-07-01", {}, false}, {"2023-07-01", "2024-01-01", {}, false}, {"2024-01-01", "2024-07-01", {}, false}, {"2024-07-01", "2025-02-01", {}, false}};
    check(*this, 300'000, {{"public", "sales"}, {{PartitionMethod::range, "at", halves, true, 0}, {PartitionMethod::hash, "id", {}, false, 4}}}, 1.05, 1.3);
}

// Changes that go together, and back again.
TEST_CASE_FIXTURE(Fixture, "orders, settings, statistics and indexes on a table divided anew") {
    sql("SET default_statistics_target = 300");  // enough for ANALYZE to see every row, every time
    sql(R"sql(
CREATE TABLE t (id int PRIMARY KEY, a int, b int, d date, "odd ""name" text) WITH (autovacuum_enabled = off);
INSERT INTO t SELECT g, g * 7919 % 1000, g * 7919 % 1000 / 10, '2024-01-01'::date + g / 200, 'x' || g % 7 FROM generate_series(1, 60000) g;
CREATE INDEX t_a ON t (a))sql");
    sql("VACUUM ANALYZE t");
    const auto twin = build(image());
    auto oracle = twin::open_oracle(twin);
    const std::string by_a = "select * from t where a between 10 and 60", both = "select * from t where a = 77 and b = 7";
    const auto cost = [&](const std::string& text, const Configuration& configuration) {
        const auto plan = oracle->estimate(query(text), configuration);
        CHECK(plan.failure == "");
        return plan.total.value;
    };
    const double plain = cost(by_a, {}), plain_both = cost(both, {});
    Configuration ordered;
    ordered.order = {{{"public", "t"}, "a", false}};
    const double with_order = cost(by_a, ordered);
    Configuration slow;
    slow.settings = {{"random_page_cost", "1.1", "", ""}, {"enable_bitmapscan", "off", "", ""}};
    const double with_settings = cost(by_a, slow);
    Configuration wise;
    wise.statistics = {{{"public", "t"}, {"a", "b"}, {{{"a", "b"}, 1000}}, {{{"a"}, "b", 1.0}}}};
    const auto rows = [&](const Configuration& configuration) { return oracle->estimate(query(both), configuration).nodes.front().rows; };
    CHECK(rows({}) < 3);
    CHECK(rows(wise) == doctest::Approx(60).epsilon(0.2));
    Configuration divided;
    divided.divide = {{{"public", "t"}, {{PartitionMethod::list, "odd \"name", {{{}, {}, {"x1", "x2", "x3"}, false}}, true, 0}}}};
    const double with_parts = cost(by_a, divided);
    auto all = divided;
    all.order = ordered.order;
    all.hide = {{"public", "t_pkey"}};
    all.create = {{index_on({"d"}), {{{"public", "t"}, Bytes{170 * 8192}, 60000, 1}}}};
    const auto by_day = oracle->estimate(query("select * from t where d = '2024-03-03' and \"odd \"\"name\" = 'x2'"), all);
    CHECK(by_day.failure == "");
    REQUIRE_FALSE(by_day.nodes.empty());
    CHECK(std::any_of(by_day.nodes.begin(), by_day.nodes.end(), [](const PlanNode& node) { return node.index == "wish"; }));
    const auto by_key = oracle->estimate(query("select * from t where id = 5"), all);
    CHECK(std::none_of(by_key.nodes.begin(), by_key.nodes.end(), [](const PlanNode& node) { return node.index == "t_pkey"; }));
    CHECK(cost(by_a, all) < with_parts);
    // What cannot be is said, and leaves nothing behind.
    auto nonsense = divided;
    nonsense.divide[0].levels[0].column = "nowhere";
    CHECK(oracle->estimate(query(by_a), nonsense).failure.find("no column") != std::string::npos);
    nonsense.divide = {{{"public", "t"}, {{PartitionMethod::range, "d", {{"2024-03-01", "2024-01-01", {}, false}}, false, 0}}}};
    CHECK_FALSE(oracle->estimate(query(by_a), nonsense).failure.empty());
    Configuration forbidden;
    forbidden.settings = {{"session_authorization", "dwopt", "", ""}};
    CHECK_FALSE(oracle->estimate(query(by_a), forbidden).failure.empty());
    forbidden.settings = {{"random_page_cost", "plenty", "", ""}};
    CHECK_FALSE(oracle->estimate(query(by_a), forbidden).failure.empty());
    CHECK_FALSE(oracle->estimate(query(by_a), forbidden).failure.empty());
    CHECK(cost(by_a, {}) == plain);
    CHECK(cost(both, {}) == plain_both);
    CHECK(cost(by_a, divided) == with_parts);
    // The truth.
    sql("SET random_page_cost = 1.1; SET enable_bitmapscan = off");
    CHECK(with_settings == doctest::Approx(cost_here(by_a)).epsilon(0.0001));
    sql("RESET random_page_cost; RESET enable_bitmapscan; CREATE STATISTICS real_ones (ndistinct, dependencies) ON a, b FROM t; ANALYZE t");
    CHECK(cost(both, wise) == doctest::Approx(cost_here(both)).epsilon(0.05));
    sql("CLUSTER t USING t_a");
    sql("VACUUM ANALYZE t");
    CHECK(with_order == doctest::Approx(cost_here(by_a)).epsilon(0.02));
    // Killed amid it all, the next one finds the twin as it was.
    oracle.reset();
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto other = twin::open_oracle(twin);
        if (!other->estimate(query(by_a), all).failure.empty()) _exit(1);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(pq::Connection(twin->admin()).query("select count(*) from pg_catalog.pg_class where oid = 'public.t'::regclass and relkind = 'p'").integer(0, 0) == 1);
    CHECK(twin::open_oracle(twin)->estimate(query(by_a), {}).total.value == plain);
}
