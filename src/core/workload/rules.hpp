// The bottleneck rules. Each looks at the facts and names what crosses its threshold; the table in analyze.cpp lists them.
//
// To add one: write the function, add it to the table, give its threshold a field in dwopt/finding.hpp. A rule speaks
// only on evidence: where a number is unknown it is silent.
#pragma once

#include "facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::workload {

// A finding on its way: `excess` is how many times over the threshold, 1 and above.
struct Found {
    Finding finding;
    double excess = 1;
};

class Findings {
  public:
    explicit Findings(std::string_view rule) : rule_(rule) {}

    // A new finding of the rule; its id follows from rule, relation and object. Below 2 × the threshold it is an info,
    // below 10 × a warning, then critical; but never above `cap`. The reference is valid until the next add().
    Finding& add(const RelationName& relation, std::string_view object, double excess, Severity cap = Severity::warning);
    [[nodiscard]] std::vector<Found> take() { return std::move(found_); }

  private:
    std::string rule_;
    std::vector<Found> found_;
};

using Rule = void (*)(const Facts& facts, const Thresholds& thresholds, Findings& out);

// statements
void sequential_scan(const Facts& facts, const Thresholds& thresholds, Findings& out);
void temp_spill(const Facts& facts, const Thresholds& thresholds, Findings& out);
// tables
void cache_poor(const Facts& facts, const Thresholds& thresholds, Findings& out);
void stale_statistics(const Facts& facts, const Thresholds& thresholds, Findings& out);
void dead_rows(const Facts& facts, const Thresholds& thresholds, Findings& out);
void wraparound(const Facts& facts, const Thresholds& thresholds, Findings& out);
// indexes
void missing_foreign_key_index(const Facts& facts, const Thresholds& thresholds, Findings& out);
void invalid_index(const Facts& facts, const Thresholds& thresholds, Findings& out);
void unused_index(const Facts& facts, const Thresholds& thresholds, Findings& out);
void duplicate_index(const Facts& facts, const Thresholds& thresholds, Findings& out);
// sessions
void idle_in_transaction(const Facts& facts, const Thresholds& thresholds, Findings& out);

}  // namespace dwopt::workload
