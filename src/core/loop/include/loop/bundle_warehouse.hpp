// A bundle in the place of a server: `collect` takes a snapshot of it as of any warehouse.
#pragma once

#include "dwopt/bundle.hpp"
#include "dwopt/loop.hpp"
#include "dwopt/ports.hpp"

#include <memory>

namespace dwopt::loop {

inline constexpr const char* bundle_host = "bundle";  // Target::host of a workspace that knows its warehouse from a bundle

// Collects `bundle` into the run's store, which knows its target already: one snapshot, and its queries as examples of their patterns.
// `twin` is the warehouse port of a planner twin built from that bundle, which knows its catalog; what the bundle says itself
// (statistics, settings, statements) is taken from it. Statements without times count as the last day's.
[[nodiscard]] CollectSummary import(Bundle bundle, std::unique_ptr<Warehouse> twin, const Run& run, const CollectOptions& options);

// pg_stat_statements as the workspace last saw it, with the texts of the patterns, for a bundle of our own.
[[nodiscard]] std::vector<BundleStatement> bundle_statements(Store& store);

}  // namespace dwopt::loop
