// What a snapshot could not bring home, and why: warnings with stable codes.
#pragma once

#include "catalog_reader.hpp"
#include "dwopt/snapshot.hpp"
#include "questions/server.hpp"

#include <vector>

namespace dwopt::postgres {

inline constexpr std::string_view not_loaded = "55000";  // SQLSTATE of a library that must be preloaded and is not

// statements_missing
[[nodiscard]] Warning statements_not_installed();
[[nodiscard]] Warning statements_not_available(const pq::SqlError& error);
// statement_texts_lost, statement_texts_unreadable
[[nodiscard]] Warning texts_lost(std::size_t count);
[[nodiscard]] Warning texts_unreadable(const pq::SqlError& error);
// statements_hidden
void warn_of_hidden(const std::vector<StatementText>& hidden, const Server& server, std::vector<Warning>& warnings);
// monitor_missing, statistics_hidden, tables_locked, sizes_estimated
void warn_of_rights(const Server& server, const CatalogAnswer& catalog, std::vector<Warning>& warnings);
// io_timing_off, counts_off, statements_untracked, statements_outdated, version_untested
void warn_of_settings(pq::Connection& connection, const Server& server, std::vector<Warning>& warnings);

}  // namespace dwopt::postgres
