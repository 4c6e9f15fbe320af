// libpq's connection strings taken apart and put together again.
#pragma once

#include "pq/connection.hpp"

#include <map>
#include <string>
#include <string_view>

namespace dwopt::pq {

using Conninfo = std::map<std::string, std::string>;  // keyword → value, only what was given

// Throws Error{usage} that shows nothing of the text: it may hold a password.
[[nodiscard]] Conninfo parse_conninfo(std::string_view text);
// key='value' …, as PQconnectdb() reads it.
[[nodiscard]] std::string to_text(const Conninfo& conninfo);
// What the user gave, and under it the defaults that keep a connection from hanging or from speaking another encoding.
[[nodiscard]] std::string complete(const ConnectionOptions& options);

}  // namespace dwopt::pq
