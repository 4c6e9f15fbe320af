// The catalog on disk: every object as often as it changed, never more.
#pragma once

#include "dwopt/catalog.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>

namespace dwopt::workspace {

// What the snapshot shows becomes current; what it does not show is closed at the snapshot before. Statistics of
// relations in `statistics_versions` that `catalog.statistics` leaves out are unchanged.
void write_catalog(SQLite::Database& db, const Catalog& catalog,
                   const std::map<RelationName, std::string>& statistics_versions, std::int64_t snapshot);

// The current catalog; sizes of tables and indexes from the last counters.
[[nodiscard]] Catalog read_catalog(SQLite::Database& db);
[[nodiscard]] std::map<RelationName, std::string> read_statistics_versions(SQLite::Database& db);

}  // namespace dwopt::workspace
