// Twins of the benchmarks' bundles against what the loaded servers said. The bundles stand beside the project or in
// DWOPT_SHARED.
#include "bundle/bundle.hpp"
#include "dwopt/open.hpp"
#include "twin/twin.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

using namespace dwopt;
namespace fs = std::filesystem;

namespace {

std::map<std::string, double> base_costs(const fs::path& file) {
    std::map<std::string, double> costs;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        const auto comma = line.rfind(',');
        if (line.starts_with("base,")) costs[line.substr(5, comma - 5)] = std::stod(line.substr(comma + 1));
    }
    return costs;
}

}  // namespace

TEST_CASE("the twins of TPC-H and TPC-DS tell the costs of the loaded servers") {
    const char* named = std::getenv("DWOPT_SHARED");
    const fs::path shared = named != nullptr ? fs::path(named) : fs::path(DWOPT_SOURCE_DIR) / "../shared";
    if (!fs::exists(shared / "bench/tpch/true_costs.csv")) {
        MESSAGE("SKIPPED: no benchmarks in '" << shared.string() << "'; DWOPT_SHARED names another place");
        return;
    }
    for (const char* name : {"tpch", "tpcds"}) {
        CAPTURE(name);
        const auto bundle = bundle::read(shared / "bench" / name);
        const auto truth = base_costs(shared / "bench" / name / "true_costs.csv");
        Silent silent;
        twin::Options options;
        options.directory = fs::temp_directory_path() / fmt::format("dwopt-truth-{}", getpid());
        {
            const auto oracle = twin::open_oracle(twin::build(bundle.image, options, silent, silent));
            int exact = 0, planned = 0;
            for (const auto& query : bundle.queries) {
                const auto found = truth.find(query.name);
                if (found == truth.end()) continue;
                const auto plan = oracle->estimate({query.name, query.sql, {"public"}, 0}, {});
                CAPTURE(query.name);
                CHECK(plan.failure == "");
                CHECK(plan.total.value == doctest::Approx(found->second).epsilon(0.01));
                ++planned;
                exact += std::abs(plan.total.value / found->second - 1) <= 1e-4 ? 1 : 0;
            }
            CHECK(planned > 20);
            CHECK(exact >= 0.99 * planned);
        }
        CHECK(twin::drop(options));
        fs::remove_all(options.directory);
    }
}
