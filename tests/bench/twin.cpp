// How exact is a planner twin, and what does it cost? Builds one from a bundle with known truth (true_costs.csv: base, each
// index alone, all; true_indexes.csv) and compares, HypoPG on the same statistics beside it where the machine has it.
//
//   bench_twin BUNDLE
//   bench_twin --large [TABLES]     a made-up warehouse: four indexes and twelve columns a table, 5,000 tables unless said
#include "true_indexes.hpp"

#include "bundle/bundle.hpp"
#include "dwopt/open.hpp"
#include "pq/planner.hpp"
#include "twin/twin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>

using namespace dwopt;
using bench::read_indexes;

namespace {

using Steady = std::chrono::steady_clock;
double ms_since(Steady::time_point then) { return std::chrono::duration<double, std::milli>(Steady::now() - then).count(); }

using Truth = std::map<std::pair<std::string, std::string>, double>;  // configuration and query → cost

Truth read_truth(const std::string& file) {
    Truth truth;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto a = line.find(','), b = line.rfind(',');
        truth[{line.substr(0, a), line.substr(a + 1, b - a - 1)}] = std::stod(line.substr(b + 1));
    }
    return truth;
}

double percentile(std::vector<double> values, double p) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(p * static_cast<double>(values.size())))];
}

struct Errors {
    std::vector<double> q;  // the larger of estimate and truth over the smaller
    double ms = 0;
    void add(const Errors& more) {
        q.insert(q.end(), more.q.begin(), more.q.end());
        ms += more.ms;
    }
    void print(const std::string& what) const {
        const auto within = [&](double limit) { return std::count_if(q.begin(), q.end(), [&](double e) { return e <= limit; }); };
        fmt::print("{:<18} {:>5} costs, {:5.2f} ms each; {} within 0.01 %, {} within 1 %; q-error median {:.4f}, p95 {:.4f}, worst {:.4f}\n", what, q.size(),
                   ms / static_cast<double>(std::max<std::size_t>(1, q.size())), within(1.0001), within(1.01), percentile(q, 0.5), percentile(q, 0.95), percentile(q, 1));
    }
};

Errors compare(const std::string& title, const std::string& configuration, const Bundle& bundle, const Configuration& shown, const Truth& truth, CostOracle& oracle) {
    Errors errors;
    for (const auto& query : bundle.queries) {
        const auto found = truth.find({configuration, query.name});
        if (found == truth.end()) continue;
        const auto begun = Steady::now();
        const auto plan = oracle.estimate({query.name, query.sql, {"public"}, 0}, shown);
        errors.ms += ms_since(begun);
        if (!plan.failure.empty()) {
            fmt::print("  {} {}: {}\n", configuration, query.name, plan.failure);
            continue;
        }
        errors.q.push_back(std::max(plan.total.value / found->second, found->second / plan.total.value));
        if (errors.q.back() > 1.01 && oracle.name() == "twin") fmt::print("  {} {} {:.2f} true {:.2f}\n", configuration, query.name, plan.total.value, found->second);
    }
    errors.print(title);
    return errors;
}

// A partial index holds the rows that its predicate is expected to find.
void count_rows(WhatIfIndex& index, CostOracle& oracle) {
    if (index.spec.predicate.empty()) return;
    const auto plan = oracle.estimate({"rows", fmt::format("select * from {} where {}", index.spec.table.name, index.spec.predicate), {"public"}, 0}, {});
    if (!plan.nodes.empty()) index.extents.front().tuples = plan.nodes.front().rows;
}

std::unique_ptr<CostOracle> hypopg_on(twin::Twin& twin) {
    try {
        pq::Connection(twin.admin()).execute("CREATE EXTENSION IF NOT EXISTS hypopg");
        return open_live_oracle(twin.planner().conninfo, "");
    } catch (const Error& error) {
        fmt::print("no HypoPG beside it: {}\n", error.what());
        return nullptr;
    }
}

// What the search does: another index at each call, each known already; against the same statements without any. Both at once, as
// machines waver. Then all of it in one go, as the search asks.
void time_search(const Bundle& bundle, const std::vector<std::pair<std::string, WhatIfIndex>>& indexes, twin::Twin& twin, CostOracle& oracle) {
    pq::Connection connection(twin.planner());
    connection.execute("SET search_path = public");
    std::vector<double> plain, changing;
    std::vector<Question> all;
    for (const auto& query : bundle.queries) {
        const auto explain = "EXPLAIN (FORMAT JSON) " + query.sql;
        for (const auto& [name, index] : indexes) {
            auto begun = Steady::now();
            (void)connection.query(explain);
            plain.push_back(ms_since(begun));
            begun = Steady::now();
            (void)oracle.estimate({query.name, query.sql, {"public"}, 0}, {{index}, {}});
            changing.push_back(ms_since(begun));
            all.push_back({{query.name, query.sql, {"public"}, 0}, {{index}, {}}});
        }
    }
    const auto sum = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); };
    fmt::print("one index, another at each call: {:.2f} ms, a plain EXPLAIN {:.2f} ms: {:.2f} x (medians {:.2f} and {:.2f} ms)\n", sum(changing) / static_cast<double>(changing.size()),
               sum(plain) / static_cast<double>(plain.size()), sum(changing) / sum(plain), percentile(changing, 0.5), percentile(plain, 0.5));
    (void)oracle.estimate_all(all, [] { return false; });  // by now every session has made every index
    const auto begun = Steady::now();
    (void)oracle.estimate_all(all, [] { return false; });
    const double each = ms_since(begun) / static_cast<double>(all.size());
    fmt::print("the same asked together: {:.2f} ms each, {:.2f} x a plain EXPLAIN\n", each, each * static_cast<double>(all.size()) / sum(plain));
}

void time_making(const Bundle& bundle, CostOracle& oracle) {
    std::vector<double> times;
    const Query trivial{"none", "select 1", {"public"}, 0};
    for (const auto& relation : bundle.image.statistics) {
        for (const auto& column : relation.columns) {
            IndexSpec spec;
            spec.table = relation.relation;
            spec.name = "made";
            spec.keys = {{column.column, {}, {}, {}, false, false}};
            const auto begun = Steady::now();
            (void)oracle.estimate(trivial, {{{spec, {{spec.table, Bytes{8 << 20}, 100000, 2}}}}, {}});
            times.push_back(ms_since(begun));
        }
    }
    fmt::print("making an empty index and showing it: median {:.2f} ms, p95 {:.2f}, worst {:.2f} ({})\n", percentile(times, 0.5), percentile(times, 0.95), percentile(times, 1), times.size());
}

TwinImage large(int tables) {
    TwinImage image;
    image.server_version_num = 150000;
    for (int t = 0; t < tables; ++t) {
        const RelationName name{"public", fmt::format("table_{}", t)};
        std::string columns;
        RelationStatistics statistics{name, {}};
        for (int c = 0; c < 12; ++c) {
            columns += fmt::format("{}c{} {}", c == 0 ? "" : ", ", c, c % 3 == 0 ? "int" : c % 3 == 1 ? "text" : "timestamptz");
            ColumnStatistics column;
            column.column = fmt::format("c{}", c);
            column.avg_width = 8;
            column.n_distinct = -0.5;
            column.correlation = 0.3;
            for (int b = 0; b <= 100; ++b) {
                column.histogram_bounds += fmt::format("{}{}", b == 0 ? "{" : ",", c % 3 == 0 ? fmt::format("{}", b * 1000) : c % 3 == 1 ? fmt::format("text {:05}", b) : fmt::format("\"2024-01-{:02} {:02}:00:00+00\"", 1 + b / 24, b % 24));
            }
            column.histogram_bounds += "}";
            statistics.columns.push_back(std::move(column));
        }
        image.schema += fmt::format("CREATE TABLE public.{} ({});\n", name.name, columns);
        const std::int64_t pages = 1000 + 37LL * t;
        image.relations.push_back({name, 'r', pages, static_cast<double>(pages) * 60, pages / 2, Bytes{pages * 8192}, std::nullopt});
        for (int i = 0; i < 4; ++i) {
            const RelationName index{"public", fmt::format("index_{}_{}", t, i)};
            image.schema += fmt::format("CREATE INDEX {} ON public.{} (c{});\n", index.name, name.name, 3 * i);
            image.relations.push_back({index, 'i', pages / 5, static_cast<double>(pages) * 60, 0, Bytes{pages / 5 * 8192}, 2});
        }
        image.statistics.push_back(std::move(statistics));
    }
    return image;
}

std::shared_ptr<twin::Twin> build(const TwinImage& image, const char* name) {
    Silent silent;
    twin::Options options;
    options.directory = std::filesystem::temp_directory_path() / name;
    const auto begun = Steady::now();
    std::shared_ptr<twin::Twin> twin = twin::build(image, options, silent, silent);
    const auto& report = twin->report();
    fmt::print("built in {:.0f} ms ({}), {} relations, {} columns, {} on disk\n", ms_since(begun), report.reused ? "reused" : "new", report.relations,
               report.columns, human(report.disk));
    for (const auto& warning : report.warnings) fmt::print("  {}: {}\n", warning.code, warning.message);
    return twin;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const std::string directory = argv[1];
    if (directory == "--large") {
        (void)build(large(argc > 2 ? std::atoi(argv[2]) : 5000), "dwopt-bench-twin-large");
        twin::Options options;
        options.directory = std::filesystem::temp_directory_path() / "dwopt-bench-twin-large";
        twin::drop(options);
        return 0;
    }
    const auto bundle = bundle::read(directory);
    const auto twin = build(bundle.image, "dwopt-bench-twin");
    const auto truth = read_truth(directory + "/true_costs.csv");
    const auto oracle = twin::open_oracle(twin);
    auto indexes = read_indexes(directory + "/true_indexes.csv", bundle.image);
    for (auto& [name, index] : indexes) count_rows(index, *oracle);
    const auto measure = [&](CostOracle& by) {
        compare("base", "base", bundle, {}, truth, by);
        Configuration all;
        Errors single;
        for (const auto& [name, index] : indexes) {
            single.add(compare(name, name, bundle, {{index}, {}}, truth, by));
            all.create.push_back(index);
        }
        single.print("each index alone");
        compare("all indexes", "all", bundle, all, truth, by);
    };
    fmt::print("\nthe twin\n");
    measure(*oracle);
    time_search(bundle, indexes, *twin, *oracle);
    time_making(bundle, *oracle);
    (void)oracle->estimate({"none", "select 1", {}, 0}, {});  // no index of ours beside HypoPG's
    if (const auto hypopg = hypopg_on(*twin)) {
        fmt::print("\nHypoPG on the twin's statistics\n");
        measure(*hypopg);
    }
    return 0;
}
