// What a report is made of: everything the workspace knows.
#pragma once

#include "dwopt/ports.hpp"

#include <optional>
#include <vector>

namespace dwopt {

struct ReportInput {
    Target target;
    Timestamp now{};
    std::vector<StoredSnapshot> snapshots;
    std::optional<Analysis> analysis;             // absent: nothing collected yet
    std::vector<Recommendation> recommendations;  // of every status
    std::optional<Advice::Summary> advice;        // of the last run of recommend
    std::vector<Deployment> deployments;          // oldest first
    std::vector<HistoryEntry> history;            // oldest or newest first
    int top = 10;
};

}  // namespace dwopt
