// How exact is a planner twin, and what does it cost? Builds one from a bundle with known truth (true_costs.csv: base, each
// index alone, all; true_indexes.csv) and compares.
//
//   bench_twin BUNDLE [HYPOPG-CONNINFO]
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
#include <sstream>

using namespace dwopt;

namespace {

using Steady = std::chrono::steady_clock;
double ms_since(Steady::time_point then) { return std::chrono::duration<double, std::milli>(Steady::now() - then).count(); }

std::map<std::pair<std::string, std::string>, double> read_truth(const std::string& file) {
    std::map<std::pair<std::string, std::string>, double> truth;
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

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const std::string directory = argv[1];
    Silent silent;
    const auto bundle = bundle::read(directory);
    twin::Options options;
    options.directory = std::filesystem::temp_directory_path() / "dwopt-bench-twin";
    auto begun = Steady::now();
    const auto twin = twin::build(bundle.image, options, silent, silent);
    const auto& report = twin->report();
    fmt::print("built in {:.0f} ms ({}), {} relations, {} columns, {} on disk\n", ms_since(begun), report.reused ? "reused" : "new", report.relations,
               report.columns, human(report.disk));
    for (const auto& warning : report.warnings) fmt::print("  {}: {}\n", warning.code, warning.message);

    const auto truth = read_truth(directory + "/true_costs.csv");
    const auto oracle = twin::open_oracle(*twin);
    std::vector<double> errors;
    int exact = 0, within = 0;
    begun = Steady::now();
    for (const auto& query : bundle.queries) {
        const auto found = truth.find({"base", query.name});
        if (found == truth.end()) continue;
        const auto plan = oracle->estimate({query.name, query.sql, {"public"}, 0}, {});
        if (!plan.failure.empty()) {
            fmt::print("  {}: {}\n", query.name, plan.failure);
            continue;
        }
        const double error = std::abs(plan.total.value / found->second - 1);
        errors.push_back(error);
        exact += error <= 1e-4;
        within += error <= 1e-2;
        if (error > 1e-4) fmt::print("  {} {:.2f} true {:.2f} ({:+.4f} %)\n", query.name, plan.total.value, found->second, 100 * (plan.total.value / found->second - 1));
    }
    fmt::print("base: {} queries in {:.0f} ms; {} within 0.01 %, {} within 1 %; worst {:.4f} %\n", errors.size(), ms_since(begun), exact, within,
               100 * percentile(errors, 1));
    return 0;
}
