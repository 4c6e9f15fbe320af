// SQL that an administrator can paste into psql.
#pragma once

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace dwopt::postgres {

[[nodiscard]] inline std::string grant(std::string_view right, const std::string& role) {
    return fmt::format("GRANT {} TO {};", right, model::quote_identifier(role));
}

// `schema` is quoted already.
[[nodiscard]] inline std::string grant_usage(std::string_view schema, const std::string& role) {
    return fmt::format("GRANT USAGE ON SCHEMA {} TO {};", schema, model::quote_identifier(role));
}

// Read rights on tables: from PostgreSQL 14 on one grant for all, before one per schema.
[[nodiscard]] std::string grant_reading(int major, const std::vector<std::string>& schemas, const std::string& role);

[[nodiscard]] std::string set_and_reload(std::string_view setting, std::string_view value);

// Preloads one more library. `libraries` is the setting as it is; the list is written out name by name, as PostgreSQL
// takes 'a,b' for the name of one library and then does not start.
[[nodiscard]] std::string preload(const std::string& libraries, std::string_view library);

}  // namespace dwopt::postgres
