// The first page of a report.
#pragma once

#include "report/documents.hpp"

namespace dwopt::report {

[[nodiscard]] Section overview_section(const ReportInput& input);
// How many statements ran at once on average, window by window; not enough windows: no points.
[[nodiscard]] ChartBlock activity_chart(const Workload& workload);

}  // namespace dwopt::report
