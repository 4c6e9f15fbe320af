// What-if costs from the connected server, through HypoPG: hypothetical indexes in one session, seen by nobody else.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <memory>

namespace dwopt::postgres {

// The role that plans captured SQL when a superuser connects.
inline constexpr const char* default_reading_role = "dwopt_reader";

// A read-only session of its own. Statements are only ever planned, never run: EXPLAIN without ANALYZE of one SELECT,
// INSERT, UPDATE, DELETE or MERGE at a time.
//
// Planning can run a user's IMMUTABLE function, so a superuser's session changes to `reading_role` (empty: the default)
// first, and only if that role exists, is no superuser and merely reads. Throws Error{refused} otherwise, or where HypoPG is
// missing or a pooler hands out other sessions; the hint says what to do. Throws Error{connection}, also later when the line is lost.
// What goes wrong with one statement is PlanEstimate::failure, in words without data.
//
// Statements with $n are planned generically: grade generic_plan; the others: planner.
[[nodiscard]] std::unique_ptr<CostOracle> open_oracle(pq::ConnectionOptions options, const std::string& reading_role = {});

// The same without what-if indexes, so that HypoPG need not be there: for comparing plans. A configuration that asks for an
// index fails.
[[nodiscard]] std::unique_ptr<CostOracle> open_planner(pq::ConnectionOptions options, const std::string& reading_role = {});

}  // namespace dwopt::postgres
