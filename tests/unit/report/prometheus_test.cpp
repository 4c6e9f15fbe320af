#include "report/prometheus.hpp"

#include "sample.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace dwopt;

namespace {

struct Sample {
    std::string metric;
    std::map<std::string, std::string> labels;
    double value = 0;
};

bool is_name(const std::string& text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:") ==
               std::string::npos &&
           std::isdigit(static_cast<unsigned char>(text[0])) == 0;
}

// One line of samples by the grammar of format 0.0.4.
Sample parse_sample(const std::string& line) {
    Sample out;
    std::size_t at = line.find('{');
    REQUIRE(at != std::string::npos);
    out.metric = line.substr(0, at++);
    while (line.at(at) != '}') {
        const auto equals = line.find('=', at);
        const std::string name = line.substr(at, equals - at);
        CHECK(is_name(name));
        at = equals + 1;
        REQUIRE(line.at(at++) == '"');
        std::string value;
        for (; line.at(at) != '"'; ++at) {
            if (line[at] != '\\') {
                value += line[at];
                continue;
            }
            const char escape = line.at(++at);
            CHECK(std::string("\\\"n").find(escape) != std::string::npos);
            value += escape == 'n' ? '\n' : escape;
        }
        CHECK(out.labels.emplace(name, value).second);
        if (line.at(++at) == ',') ++at;
    }
    REQUIRE(line.at(at + 1) == ' ');
    out.value = std::stod(line.substr(at + 2));
    return out;
}

// The whole text: HELP and TYPE once, before the samples of their metric, which stand together; no sample twice.
std::vector<Sample> parse(const std::string& text) {
    REQUIRE((!text.empty() && text.back() == '\n'));
    std::vector<Sample> out;
    std::set<std::string> typed, series;
    std::string current;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("# HELP ", 0) == 0) continue;
        if (line.rfind("# TYPE ", 0) == 0) {
            current = line.substr(7, line.rfind(' ') - 7);
            CHECK(is_name(current));
            CHECK(current.rfind("dwopt_", 0) == 0);
            CHECK(typed.insert(current).second);
            CHECK(line.substr(line.rfind(' ') + 1) == "gauge");
            continue;
        }
        out.push_back(parse_sample(line));
        CHECK(out.back().metric == current);
        CHECK(series.insert(line.substr(0, line.rfind(' '))).second);
    }
    return out;
}

double value_of(const std::vector<Sample>& samples, const std::string& metric, const std::string& label = "",
                const std::string& text = "") {
    for (const auto& sample : samples) {
        if (sample.metric == metric && (label.empty() || sample.labels.at(label) == text)) return sample.value;
    }
    FAIL("no sample of " << metric);
    return 0;
}

}  // namespace

TEST_CASE("metrics are in base units and say which warehouse they are of") {
    const auto samples = parse(report::prometheus(sample::analysis(), sample::recommendations(), sample::deployments(),
                                                  sample::target(), sample::at("2026-03-09T00:00:00Z")));
    for (const auto& each : samples) {
        CHECK(each.labels.at("server") == "db1.example:5432");
        CHECK(each.labels.at("database") == "shop");
    }
    CHECK(value_of(samples, "dwopt_snapshot_timestamp_seconds") == 1773014400);
    CHECK(value_of(samples, "dwopt_pattern_execution_seconds", "pattern", "3fa9c1d2e4b50617") ==
          doctest::Approx(31200));
    CHECK(value_of(samples, "dwopt_workload_wal_bytes") > 0);
    CHECK(value_of(samples, "dwopt_window_covered_ratio") == doctest::Approx(6.8 / 7));
    CHECK(value_of(samples, "dwopt_bottlenecks", "severity", "critical") == 1);
    CHECK(value_of(samples, "dwopt_recommendations", "status", "pending") == 3);
    CHECK(value_of(samples, "dwopt_deployments", "state", "needs_attention") == 1);
    CHECK(value_of(samples, "dwopt_deployments", "state", "failed") == 0);
}

TEST_CASE("hostile labels are escaped and patterns are bounded") {
    Analysis analysis;
    for (int i = 0; i < 500; ++i) {
        Pattern pattern;
        pattern.id = std::to_string(i);
        pattern.usage.total = {static_cast<double>(i)};
        analysis.workload.patterns.push_back(pattern);
    }
    Target target = sample::target();
    target.database = "a\"b\\c\nd}\xff 日本";
    const auto samples = parse(report::prometheus(analysis, {}, {}, target, {}));
    CHECK(samples.size() < 250);
    CHECK(samples.front().labels.at("database") == "a\"b\\c\nd}\xef\xbf\xbd 日本");
    CHECK(value_of(samples, "dwopt_pattern_execution_seconds", "pattern", "499") == doctest::Approx(0.499));
}

TEST_CASE("an empty workspace still gives valid metrics") {
    const auto samples = parse(report::prometheus({}, {}, {}, {}, {}));
    CHECK(value_of(samples, "dwopt_deployments", "state", "needs_attention") == 0);
}
