// A bundle in the place of a server: `collect` takes a snapshot of it as of any warehouse.
#pragma once

#include "dwopt/bundle.hpp"
#include "dwopt/ports.hpp"

#include <memory>

namespace dwopt::loop {

inline constexpr const char* bundle_host = "bundle";  // Target::host of a workspace that knows its warehouse from a bundle

// `twin` is the warehouse port of a planner twin built from that bundle, which knows its catalog; what the bundle says
// itself (statistics, settings, statements) is taken from it. Statements without times count as `now`'s last day.
// `now` stands in where the bundle does not say when it was captured.
[[nodiscard]] std::unique_ptr<Warehouse> bundle_warehouse(Bundle bundle, std::unique_ptr<Warehouse> twin, Timestamp now);

// The bundle's queries/, with the patterns they belong to, for Store::save_examples().
[[nodiscard]] std::vector<Example> examples_of(const Bundle& bundle);

// pg_stat_statements as the workspace last saw it, with the texts of the patterns, for a bundle of our own.
[[nodiscard]] std::vector<BundleStatement> bundle_statements(Store& store);

}  // namespace dwopt::loop
