// How exact is a planner twin, and what does it cost? Builds one from a bundle with known truth (true_costs.csv: base, each
// index alone, all; true_indexes.csv) and compares.
//
//   bench_twin BUNDLE
#include "true_indexes.hpp"

#include "bundle/bundle.hpp"
#include "dwopt/open.hpp"
#include "pq/planner.hpp"
#include "twin/twin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>

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
        if (errors.q.back() > 1.01) fmt::print("  {} {} {:.2f} true {:.2f}\n", configuration, query.name, plan.total.value, found->second);
    }
    errors.print(title);
    return errors;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const std::string directory = argv[1];
    Silent silent;
    const auto bundle = bundle::read(directory);
    twin::Options options;
    options.directory = std::filesystem::temp_directory_path() / "dwopt-bench-twin";
    auto begun = Steady::now();
    const std::shared_ptr<twin::Twin> twin = twin::build(bundle.image, options, silent, silent);
    const auto& report = twin->report();
    fmt::print("built in {:.0f} ms ({}), {} relations, {} columns, {} on disk\n", ms_since(begun), report.reused ? "reused" : "new", report.relations,
               report.columns, human(report.disk));
    for (const auto& warning : report.warnings) fmt::print("  {}: {}\n", warning.code, warning.message);

    const auto truth = read_truth(directory + "/true_costs.csv");
    const auto oracle = twin::open_oracle(twin);
    compare("base", "base", bundle, {}, truth, *oracle);
    Configuration all;
    Errors single;
    for (const auto& [name, index] : read_indexes(directory + "/true_indexes.csv", bundle.image)) {
        single.add(compare(name, name, bundle, {{index}, {}}, truth, *oracle));
        all.create.push_back(index);
    }
    single.print("each index alone");
    compare("all indexes", "all", bundle, all, truth, *oracle);
    return 0;
}
