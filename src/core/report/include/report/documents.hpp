// What the verbs show, as Documents: values in, plain words with units out. No I/O, no clock. Warnings of a run are not
// in them, since they go to stderr; only of_report repeats those of the analysis, as its reader did not see that run.
#pragma once

#include "dwopt/collect.hpp"
#include "dwopt/document.hpp"
#include "dwopt/ports.hpp"
#include "dwopt/report_input.hpp"
#include "dwopt/stages.hpp"
#include "dwopt/twin.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::report {

using Sections = std::vector<std::string>;  // ids as --section names them, in the order to show; empty: the usual ones

[[nodiscard]] Document of_collect(const CollectSummary& summary);

// Sections: "patterns" (by total time) and "bottlenecks" are the usual ones; "mean", "calls", "rows", "blocks", "temp"
// and "wal" hold the patterns in other orders. `top` limits each list of patterns; 0 or less: all.
// Throws Error{usage} for a section it does not know.
[[nodiscard]] std::span<const std::string_view> analysis_sections();
[[nodiscard]] Document of_analysis(const Analysis& analysis, const Target& target, int top = 10,
                                   const Sections& sections = {});

// The plan first, then every recommendation in full, what was rejected, and the queries that could not be looked at.
[[nodiscard]] Document of_advice(const Advice& advice, const Target& target);
// One recommendation in full, for `recommend --explain ID`.
[[nodiscard]] Document of_recommendation(const Recommendation& recommendation, const std::vector<PlanComparison>& plans, const Target& target);

enum class Direction { apply, rollback };
// What `apply` or `rollback` is about to do: every statement it would send, and the locks they take.
[[nodiscard]] Document of_plan(const std::vector<Deployment>& deployments, Direction direction, bool dry_run);
// What it did.
[[nodiscard]] Document of_outcomes(const std::vector<Outcome>& outcomes, Direction direction);

[[nodiscard]] Document of_twin(const TwinReport& report, const Target& target);
[[nodiscard]] Document of_twin_check(const TwinCheck& check, const Target& target);
[[nodiscard]] Document of_capabilities(const std::vector<Capability>& capabilities, const Target& target);

using dwopt::ReportInput;

// Sections, all of them by default: "overview", "patterns", "bottlenecks", "recommendations", "deployments", "history".
// Throws Error{usage} for a section it does not know.
[[nodiscard]] std::span<const std::string_view> report_sections();
[[nodiscard]] Document of_report(const ReportInput& input, const Sections& sections = {});

}  // namespace dwopt::report
