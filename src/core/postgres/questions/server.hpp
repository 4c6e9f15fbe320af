// Whom we talk to, and what it can tell: asked first, as the other questions depend on the answer.
#pragma once

#include "ask.hpp"
#include "dwopt/snapshot.hpp"

#include <map>
#include <string>

namespace dwopt::postgres {

struct Extension {
    std::string schema;  // quoted for SQL
    std::string version;
};

struct Server {
    ServerState state;
    int major = 0;                 // 15
    Oid database = 0;              // pg_database.oid of the connected one
    bool reads_all_stats = false;  // pg_read_all_stats: other users' statements and activity
    bool reads_all_settings = false;
    std::map<std::string, Extension> extensions;  // installed in the connected database

    [[nodiscard]] const Extension* extension(const std::string& name) const {
        const auto found = extensions.find(name);
        return found == extensions.end() ? nullptr : &found->second;
    }
};

// Throws Error{connection} for a server older than oldest_version.
[[nodiscard]] Server ask_server(pq::Connection& connection);

// Settings as this session has them; those that do not exist or are not shown to this role are absent.
[[nodiscard]] std::map<std::string, std::string> ask_values(pq::Connection& connection, const std::vector<std::string>& names);

}  // namespace dwopt::postgres
