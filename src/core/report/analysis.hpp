// Parts of the analysis that the report shows too.
#pragma once

#include "dwopt/document.hpp"
#include "dwopt/finding.hpp"

#include <string>
#include <string_view>

namespace dwopt::report {

[[nodiscard]] std::string coverage(const Workload& workload);  // "… (7 d), snapshots cover 6.8 d"
// `order`: "patterns" (by total time) or the id of another order. \pre it is one of analysis_sections()
[[nodiscard]] Section patterns_section(const Workload& workload, std::string_view order, int top);
[[nodiscard]] Section bottlenecks_section(const std::vector<Finding>& findings);

}  // namespace dwopt::report
