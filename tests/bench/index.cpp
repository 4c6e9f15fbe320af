// How good is the advice, and what does it cost to find? Imports a bundle, asks for advice under each budget, puts the final set
// before the twin's planner once more, and prints that beside what other advisors reach (peers.csv beside the bundle).
//
//   bench_index BUNDLE [--set all|tpch19|tpcds90] [--budget MB,...] [--time-limit SECONDS] [--objective total|balanced] [--ddl] [--queries]
//                      [--by-calls]
//
// --by-calls: how much of what is saved in the end is saved after how many what-if calls.
//
// Every query counts once. cost: sum of the planner's totals, in percent of the sum without new indexes; mean: of the queries'
// own ratios. Budgets count predicted bytes.
#include "true_indexes.hpp"

#include "bundle/bundle.hpp"
#include "dwopt/loop.hpp"
#include "dwopt/open.hpp"
#include "loop/bundle_warehouse.hpp"
#include "model/index_sql.hpp"
#include "postgres/warehouse.hpp"
#include "twin/twin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace dwopt;
using Steady = std::chrono::steady_clock;

namespace {

// As in the experiments of Kossmann et al., "Magic mirror in my hand" (VLDB 2020): queries that no index or only an index helps are
// left out, since they swamp the rest.
const std::set<std::string> left_out_tpch{"q02", "q17", "q20"};
const std::set<std::string> left_out_tpcds{"q04", "q06", "q09", "q10", "q11", "q32", "q35", "q41", "q95"};
const std::set<std::string> second_parts{"q14b", "q23b", "q24b", "q39b"};  // the a-part stands for these, as with the peers

struct Wish {
    std::string bundle, set = "all";
    std::vector<int> budgets{250, 500, 1000, 2000, 0};
    AdviceOptions advice;
    bool ddl = false, queries = false, by_calls = false;
};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::stringstream in(text);
    for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
    return parts;
}

Wish read_wish(int argc, char** argv) {
    Wish wish;
    wish.bundle = argv[1];
    for (int i = 2; i < argc; ++i) {
        const std::string option = argv[i];
        const auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
        if (option == "--set") wish.set = value();
        else if (option == "--time-limit") wish.advice.time_limit = std::chrono::seconds(std::stoi(value()));
        else if (option == "--ddl") wish.ddl = true;
        else if (option == "--queries") wish.queries = true;
        else if (option == "--by-calls") wish.by_calls = true;
        else if (option == "--objective") wish.advice.objective = parse_objective(value());
        else if (option == "--budget") {
            wish.budgets.clear();
            for (const auto& mb : split(value())) wish.budgets.push_back(std::stoi(mb));
        }
    }
    return wish;
}

bool in_set(const Example& query, const std::string& set) {
    if (set == "tpch19") return !left_out_tpch.contains(query.name);
    if (second_parts.contains(query.name)) return false;
    return set != "tpcds90" || !left_out_tpcds.contains(query.name);
}

struct Quality {
    double cost_pct = 0, mean_pct = 0, worst = 0;
};

Quality judge(CostOracle& oracle, const std::vector<Example>& queries, const Configuration& configuration, bool print) {
    double before = 0, after = 0, ratios = 0, worst = 0;
    for (const auto& query : queries) {
        const Query asked{query.name, query.sql, {"public"}, 0};
        const auto was = oracle.estimate(asked, {}), is = oracle.estimate(asked, configuration);
        if (!was.failure.empty() || !is.failure.empty()) fmt::print("{}: {}{}\n", query.name, was.failure, is.failure);
        before += was.total.value;
        after += is.total.value;
        ratios += is.total.value / was.total.value;
        worst = std::max(worst, is.total.value / was.total.value);
        if (print) fmt::print("    {:<5} {:>16.0f} -> {:>12.0f} {:6.3f}\n", query.name, was.total.value, is.total.value, is.total.value / was.total.value);
    }
    return {100 * after / before, 100 * ratios / static_cast<double>(queries.size()), worst};
}

void print_peers(const std::string& file, const std::string& set, int budget) {
    std::ifstream in(file);
    const std::string wanted = budget > 0 ? std::to_string(budget) : "unlimited";
    for (std::string line; std::getline(in, line);) {
        const auto part = split(line);
        if (part.size() < 8 || part[0] != set || part[3] != wanted || part[4].empty()) continue;
        fmt::print("    {:<24} width {}  {:>8} % {:>7} % mean {:>8} calls {:>7} s\n", part[1], part[2], part[4], part[5], part[6], part[7]);
    }
}

// A second for each question, so that a time limit is one of calls; a little for each look, as time must pass.
class CallClock final : public Clock {
  public:
    CallClock(const CostOracle& oracle, Timestamp begun) : oracle_(&oracle), now_(begun) {}
    Timestamp now() override { return std::chrono::seconds(oracle_->calls()) + (now_ += std::chrono::microseconds(1)); }
    void sleep(Duration) override {}

  private:
    const CostOracle* oracle_;
    Timestamp now_;
};

void print_by_calls(const std::shared_ptr<twin::Twin>& twin, const loop::Run& run, const loop::RecommendOptions& asked, std::int64_t all_calls, double all_saved) {
    for (std::int64_t calls = 200; calls < all_calls; calls += 100) {
        const auto oracle = twin::open_oracle(twin);
        CallClock clock(*oracle, run.clock.now());
        auto options = asked;
        options.advice.time_limit = std::chrono::seconds(calls);
        const auto advice = loop::recommend(oracle.get(), {run.store, clock, run.progress, run.cancel}, options);
        const double share = 100 * advice.summary.saved_pct / all_saved;
        fmt::print("    limit {:>5}: {:>5} calls in all, {:5.1f} % saved, {:5.1f} % of all  {}\n", calls, advice.summary.what_if_calls, advice.summary.saved_pct, share,
                   std::string(static_cast<std::size_t>(std::max(0.0, share / 2)), '#'));
    }
}

// Predicted sizes against those of the indexes that were built.
void print_sizes(const std::string& file, const TwinImage& image, const Evidence& evidence) {
    std::vector<double> errors;
    for (const auto& [name, built] : bench::read_indexes(file, image)) {
        const auto predicted = predict(evidence, built.spec);
        const double truth = static_cast<double>(built.extents.front().size.value), guess = static_cast<double>(predicted.extents.front().size.value);
        errors.push_back(std::abs(guess / truth - 1) * 100);
        fmt::print("    {:>6.1f} % off, height {} for {}: {}\n", (guess / truth - 1) * 100, predicted.extents.front().height, built.extents.front().height,
                   model::describe(built.spec));
    }
    if (errors.empty()) return;
    std::sort(errors.begin(), errors.end());
    fmt::print("sizes of {} built indexes: median error {:.1f} %, p95 {:.1f} %\n", errors.size(), errors[errors.size() / 2], errors[errors.size() * 95 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const auto wish = read_wish(argc, argv);
    Silent silent;
    const auto clock = system_clock();
    auto bundle = bundle::read(wish.bundle);
    std::erase_if(bundle.queries, [&](const Example& query) { return !in_set(query, wish.set); });
    const auto queries = bundle.queries;

    const auto directory = std::filesystem::temp_directory_path() / "dwopt-bench-index";
    std::filesystem::remove_all(directory / "workspace");
    twin::Options options;
    options.directory = directory / ("twin-" + std::filesystem::path(wish.bundle).lexically_normal().filename().string());
    const std::shared_ptr<twin::Twin> twin = twin::build(bundle.image, options, silent, silent);
    const auto store = open_workspace((directory / "workspace").string());
    const loop::Run run{*store, *clock, silent, silent};
    store->bind_target({bundle.image.server_version_num, "bundle", bundle.database, loop::bundle_host, 0});
    (void)loop::import(bundle, postgres::open_warehouse(twin->planner()), run, {});

    const std::string named = wish.set == "all" ? std::filesystem::path(wish.bundle).lexically_normal().filename().string() : wish.set;
    const std::string peers = (std::filesystem::path(wish.bundle) / ".." / "peers.csv").string();
    Evidence evidence;
    evidence.catalog = store->catalog();
    evidence.server.target.server_version_num = bundle.image.server_version_num;
    const Window window = store->snapshots().back().window;
    evidence.workload = build_workload(*store, evidence.catalog, {window.to - loop::default_since, window.to});
    print_sizes((std::filesystem::path(wish.bundle) / "true_indexes.csv").string(), bundle.image, evidence);
    for (const int budget : wish.budgets) {
        loop::RecommendOptions asked;
        asked.advice = wish.advice;
        asked.advice.kinds = {"index.create"};
        if (budget > 0) asked.advice.budget = Bytes{static_cast<std::int64_t>(budget) << 20};
        const auto begun = Steady::now();
        auto oracle = twin::open_oracle(twin);
        const auto advice = loop::recommend(oracle.get(), run, asked);
        const double seconds = std::chrono::duration<double>(Steady::now() - begun).count();
        Configuration configuration;
        for (const auto& made : advice.recommendations) configuration.create.push_back(predict(evidence, *made.index));
        const auto quality = judge(*oracle, queries, configuration, wish.queries);
        fmt::print("{} {:>9}: cost {:6.3f} %, mean {:5.2f} %, worst query {:.2f}; {:>2} indexes of {:>8}, {:>5} calls, {:5.1f} s; dwopt says {:.3f} %{}\n", named,
                   budget > 0 ? fmt::format("{} MB", budget) : "unlimited", quality.cost_pct, quality.mean_pct, quality.worst, configuration.create.size(),
                   human(advice.summary.size), advice.summary.what_if_calls, seconds, 100 - advice.summary.saved_pct,
                   advice.summary.gap_pct ? fmt::format(", gap {:.1f} %", *advice.summary.gap_pct) : "");
        print_peers(peers, named, budget);
        oracle.reset();  // its sessions hold what they show
        if (wish.by_calls) print_by_calls(twin, run, asked, advice.summary.what_if_calls, advice.summary.saved_pct);
        for (const auto& skipped : advice.summary.skipped) fmt::print("    left out {}: {}\n", skipped.pattern, skipped.reason);
        if (wish.ddl) {
            for (const auto& made : advice.recommendations) fmt::print("    {:>9} {}\n", human(made.index_size), model::describe(*made.index));
        }
    }
    return 0;
}
