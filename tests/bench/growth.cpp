// How the time of a recommendation grows with the workload: from 125 to 2,000 patterns, four on each table of a made-up warehouse. Prints
// a line and a bar for each size, and of the last what there is under a time limit.
//
//   bench_growth [PATTERNS,...]
#include "dwopt/loop.hpp"
#include "dwopt/open.hpp"
#include "loop/bundle_warehouse.hpp"
#include "postgres/warehouse.hpp"
#include "twin/twin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>

using namespace dwopt;
using Steady = std::chrono::steady_clock;

namespace {

double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

ColumnStatistics integers(const std::string& name, double n_distinct, double correlation) {
    ColumnStatistics column;
    column.column = name;
    column.avg_width = 4;
    column.n_distinct = n_distinct;
    column.correlation = correlation;
    for (int b = 0; b <= 100; ++b) column.histogram_bounds += fmt::format("{}{}", b == 0 ? "{" : ",", b * 10000);
    column.histogram_bounds += "}";
    return column;
}

Bundle made_up(int patterns) {
    const int tables = std::max(10, patterns / 4);
    Bundle bundle;
    bundle.database = "growth";
    bundle.image.server_version_num = 150000;
    for (int t = 0; t < tables; ++t) {
        const RelationName name{"public", fmt::format("t{}", t)}, key{"public", fmt::format("t{}_pkey", t)};
        bundle.image.schema += fmt::format("CREATE TABLE t{0} (id int PRIMARY KEY, a int, b int, c int, d int, ref int, note text);\n", t);
        const std::int64_t pages = 2000 + 137LL * (t % 50);
        const double rows = static_cast<double>(pages) * 80;
        bundle.image.relations.push_back({name, 'r', pages, rows, pages, Bytes{pages * 8192}, std::nullopt});
        bundle.image.relations.push_back({key, 'i', pages / 4, rows, 0, Bytes{pages / 4 * 8192}, 2});
        bundle.image.statistics.push_back({name, {integers("id", -1, 1), integers("a", 500, 0), integers("b", 20000, 0.1), integers("c", 50, 0), integers("d", -0.3, 0.2), integers("ref", 3000, 0)}});
    }
    for (int p = 0; p < patterns; ++p) {
        const int t = p % tables, other = (t * 7 + p / tables + 1) % tables;
        const char* shapes[] = {"select a, count(*) from t{0} where b = {2} and c > {2} group by a", "select x.d, y.a from t{0} x join t{1} y on y.id = x.ref where x.a = {2} and y.c = 3",
                                "select id, note from t{0} where d between {2} and {2} + 100 order by d desc limit 20",
                                "select x.a, sum(y.d), count(*) from t{0} x join t{1} y on y.ref = x.id where x.c = {2} and y.b < 500 group by x.a"};
        bundle.queries.push_back({{}, fmt::format("q{:05}", p), fmt::format(fmt::runtime(shapes[static_cast<std::size_t>(p / tables) % 4]), t, other, p % 97)});
    }
    return bundle;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<int> sizes{125, 250, 500, 1000, 2000};
    if (argc > 1) {
        sizes.clear();
        std::stringstream in(argv[1]);
        for (std::string part; std::getline(in, part, ',');) sizes.push_back(std::stoi(part));
    }
    Silent silent;
    const auto clock = system_clock();
    const auto directory = std::filesystem::temp_directory_path() / "dwopt-bench-growth";
    for (const int patterns : sizes) {
        std::filesystem::remove_all(directory / "workspace");
        const auto bundle = made_up(patterns);
        twin::Options options;
        options.directory = directory / "twin";
        const auto built = Steady::now();
        const std::shared_ptr<twin::Twin> twin = twin::build(bundle.image, options, silent, silent);
        const double building = seconds_since(built);
        const auto store = open_workspace((directory / "workspace").string());
        const loop::Run run{*store, *clock, silent, silent};
        store->bind_target({bundle.image.server_version_num, "bundle", bundle.database, loop::bundle_host, 0});
        (void)loop::import(bundle, postgres::open_warehouse(twin->planner()), run, {});
        loop::RecommendOptions asked;
        asked.advice.kinds = {"index.create"};
        asked.advice.budget = Bytes{static_cast<std::int64_t>(patterns) << 20};
        asked.advice.max_patterns = patterns;
        if (patterns == sizes.back()) {  // how good a plan there is how soon
            for (const int limit : {5, 8, 30}) {
                asked.advice.time_limit = std::chrono::seconds(limit);
                const auto begun = Steady::now();
                const auto early = loop::recommend(twin::open_oracle(twin).get(), run, asked);
                fmt::print("      within {:>2} s: {:5.1f} s, {:>5} calls, {:>3} indexes, {:5.1f} % saved\n", limit, seconds_since(begun), early.summary.what_if_calls,
                           early.recommendations.size(), early.summary.saved_pct);
            }
        }
        asked.advice.time_limit = std::chrono::minutes(10);
        const auto begun = Steady::now();
        const auto advice = loop::recommend(twin::open_oracle(twin).get(), run, asked);
        const double seconds = seconds_since(begun);
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        fmt::print("{:>5} patterns, {:>3} tables: {:6.1f} s, {:5.1f} ms a pattern, {:>5} calls, {:>3} indexes, {:5.1f} % saved; twin in {:4.1f} s, at most {:>4} MB  {}\n", patterns, bundle.image.statistics.size(),
                   seconds, 1000 * seconds / patterns, advice.summary.what_if_calls, advice.recommendations.size(), advice.summary.saved_pct, building, used.ru_maxrss / 1024,
                   std::string(static_cast<std::size_t>(std::min(100.0, std::max(1.0, seconds / 3))), '#'));
    }
    twin::Options options;
    options.directory = directory / "twin";
    twin::drop(options);
    return 0;
}
