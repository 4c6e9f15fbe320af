// The value types in the form the contract promises to scripts: what stands under `data`.
// Minor versions only add keys; a key whose engine does not exist yet is absent.
#pragma once

#include "json/json.hpp"

#include "dwopt/collect.hpp"
#include "dwopt/finding.hpp"
#include "dwopt/ports.hpp"
#include "dwopt/twin.hpp"

#include <span>

namespace dwopt::json {

[[nodiscard]] Json to_json(const Target& target);
[[nodiscard]] Json to_json(const Warning& warning);
[[nodiscard]] Json to_json(const Recommendation& recommendation);
[[nodiscard]] Json to_json(const PlanComparison& plan);
[[nodiscard]] Json to_json(const Pattern& pattern);
[[nodiscard]] Json to_json(const Finding& finding);
[[nodiscard]] Json to_json(const Deployment& deployment);
[[nodiscard]] Json to_json(const Capability& capability);
[[nodiscard]] Json to_json(const HistoryEntry& entry);
[[nodiscard]] Json to_json(const Discontinuity& discontinuity);

// `data` of recommend: recommendations[], summary, rejected[].
[[nodiscard]] Json to_json(const Advice& advice);
// `data` of analyze: window, covered_days, total, patterns[], bottlenecks[], discontinuities[].
[[nodiscard]] Json to_json(const Analysis& analysis);

// `data` of twin build, and of twin check: share of identical plans, q-error, differences[], failures[], twin.
[[nodiscard]] Json to_json(const TwinReport& report);
[[nodiscard]] Json to_json(const TwinCheck& check);

// `data` of apply and rollback: deployments[]; of doctor: capabilities[]; of report's history: history[].
[[nodiscard]] Json deployments_json(std::span<const Deployment> deployments);
[[nodiscard]] Json capabilities_json(std::span<const Capability> capabilities);
[[nodiscard]] Json history_json(std::span<const HistoryEntry> entries);

// `data` of collect: snapshot id, window, rows that moved per family, new statements and patterns, catalog counts, what
// happened to the counters, what the server was asked, the workspace's size and growth. Target and warnings are left to
// the envelope.
[[nodiscard]] Json to_json(const CollectSummary& summary);

}  // namespace dwopt::json
