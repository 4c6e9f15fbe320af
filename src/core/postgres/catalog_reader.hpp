// The catalog as a whole, out of its questions.
#pragma once

#include "questions/catalog.hpp"

#include <map>

namespace dwopt::postgres {

struct CatalogAnswer {
    CatalogReading reading;            // facts and sizes of all tables, the locked ones too
    std::vector<RelationName> locked;  // tables left out of reading.catalog, sorted
};

// Settings included, column statistics not. Lists are sorted by name. Throws SqlError 55P03 only if lock after lock is
// taken between looking for them and asking.
[[nodiscard]] CatalogAnswer read_catalog(pq::Connection& connection, int major);

// Of every table, and index with expressions, whose statistics this role may see: a text that changes when pg_stats may
// have changed. `analyzed` as TableCountersAnswer has it; `with_values` is part of it, as is the column list.
[[nodiscard]] std::map<RelationName, std::string> statistics_versions(const CatalogReading& reading,
                                                                      const std::unordered_map<Oid, std::string>& analyzed,
                                                                      bool with_values, Timestamp now);

}  // namespace dwopt::postgres
