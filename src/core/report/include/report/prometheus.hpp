// The warehouse's state as Prometheus metrics.
#pragma once

#include "dwopt/deployment.hpp"
#include "dwopt/finding.hpp"
#include "dwopt/recommendation.hpp"

#include <string>
#include <vector>

namespace dwopt::report {

// Text exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), for a textfile
// collector or a scrape. Base units: seconds, bytes, ratios. Every sample carries `server` (host:port) and `database`.
// Everything is a gauge: a window's sums go down again. At most 20 patterns, by total time; no query texts.
[[nodiscard]] std::string prometheus(const Analysis& analysis, const std::vector<Recommendation>& recommendations,
                                     const std::vector<Deployment>& deployments, const Target& target,
                                     Timestamp snapshot_at);

}  // namespace dwopt::report
