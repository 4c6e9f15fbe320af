// The reading side of a live PostgreSQL: everything `collect` and `doctor` ask it.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <memory>
#include <vector>

namespace dwopt::postgres {

// One session, read-only. Neither waits for nor disturbs anybody: no lock on a relation is waited for (tables held
// exclusively are listed in Snapshot::locked), and no statement text is read twice.
// Of `standbys` only the use of indexes is read, each over a short session of its own; one that cannot be is a warning.
// Throws Error{connection}, also for a server older than PostgreSQL 13; its questions throw SqlError.
[[nodiscard]] std::unique_ptr<Warehouse> open_warehouse(const pq::ConnectionOptions& options, const std::vector<pq::ConnectionOptions>& standbys = {});

}  // namespace dwopt::postgres
