// The reading side of a live PostgreSQL: everything `collect` and `doctor` ask it.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <memory>

namespace dwopt::postgres {

// One session, read-only. Neither waits for nor disturbs anybody: no lock on a relation is waited for (tables held
// exclusively are listed in Snapshot::locked), and no statement text is read twice.
// Throws Error{connection}, also for a server older than PostgreSQL 13; its questions throw SqlError.
[[nodiscard]] std::unique_ptr<Warehouse> open_warehouse(const pq::ConnectionOptions& options);

}  // namespace dwopt::postgres
