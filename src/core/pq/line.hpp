// A raw connection, made so that nothing a server says on the way in reaches the terminal.
#pragma once

#include <string>

struct pg_conn;

namespace dwopt::pq {

// Connects within its connect_timeout (seconds in `conninfo`; per attempt as a whole). Never null; the caller owns it
// and ends it with PQfinish(). Throws Error{connection}.
[[nodiscard]] pg_conn* connect_quietly(const std::string& conninfo);

}  // namespace dwopt::pq
