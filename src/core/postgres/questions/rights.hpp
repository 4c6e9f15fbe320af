// What this session may do, for `doctor`.
#pragma once

#include "server.hpp"

#include <set>
#include <string>
#include <vector>

namespace dwopt::postgres {

struct Rights {
    std::int64_t tables = 0;
    std::int64_t readable = 0;                   // of them: by privilege
    std::int64_t row_security = 0;               // readable, but pg_stats hides them for their row level security
    std::int64_t derived = 0;                    // indexes with expressions, and extended statistics
    std::int64_t derived_readable = 0;           // of them: what was gathered is shown to this role
    std::int64_t owned = 0;                       // may build indexes on them
    std::vector<std::string> unreadable_schemas;  // of tables that are not readable
    std::vector<std::string> other_owners;       // of tables that are not owned
    bool reader_role = false;                    // a role "dwopt_reader" exists
    std::int64_t standbys = 0;
    std::string tls;                             // "TLSv1.3"; empty: none
    std::set<std::string> available;             // extensions whose files are there
};
[[nodiscard]] Rights ask_rights(pq::Connection& connection);

struct StatementCapacity {
    std::int64_t entries = 0;  // of all databases
    std::int64_t hidden = 0;   // of them: of other users, not shown to this role
    std::int64_t dealloc = 0;  // entries evicted since `days` ago
    double days = 0;
};
// Throws SqlError 55000 if the library is not loaded. `server` must have the extension.
[[nodiscard]] StatementCapacity ask_statement_capacity(pq::Connection& connection, const Server& server);

}  // namespace dwopt::postgres
