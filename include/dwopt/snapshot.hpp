// What one `collect` brought home, and what the workspace keeps of it.
#pragma once

#include "dwopt/catalog.hpp"
#include "dwopt/counters.hpp"
#include "dwopt/error.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dwopt {

// Whom we talk to. `system_identifier` is the same on a physical clone, so a workspace also holds database and host.
struct Target {
    int server_version_num = 0;
    std::string system_identifier;
    std::string database;
    std::string host;  // host name, or the socket directory
    int port = 0;
    bool operator==(const Target&) const = default;
};

struct ServerState {
    Target target;
    Timestamp now{};                // the server's clock
    Timestamp started_at{};         // postmaster start
    std::int64_t timeline = 0;      // changes at failover; 0 where it may not be read
    bool in_recovery = false;
    std::int64_t next_xid = 0;      // epoch included, for the wraparound distance
    std::string role;
    bool superuser = false;
    bool operator==(const ServerState&) const = default;
};

// Identity of a pg_stat_statements entry.
struct StatementKey {
    std::int64_t queryid = 0;  // 0: NULL, hidden from this role
    Oid user = 0;
    Oid database = 0;
    bool toplevel = true;
    auto operator<=>(const StatementKey&) const = default;
};
[[nodiscard]] std::string to_string(const StatementKey& key);  // the key of its counter row
[[nodiscard]] StatementKey parse_statement_key(std::string_view text);

// The text of an entry as the server gave it. Only in memory: what is stored is a Statement.
struct StatementText {
    StatementKey key;
    std::string user;
    std::string text;
};

// A pg_stat_statements entry as the workspace keeps it: literals stripped, tied to its pattern.
struct Statement {
    StatementKey key;
    std::string user;
    std::string pattern;     // Pattern::id
    bool truncated = false;  // the server cut the text (track_activity_query_size, memory)
    bool hidden = false;     // <insufficient privilege> or NULL queryid
    bool operator==(const Statement&) const = default;
};

// What the next collect must know of the last one, so as to ask for less.
struct KnownState {
    std::vector<StatementKey> statements;                        // sorted; their texts are not asked for again
    std::map<RelationName, std::string> statistics_versions;     // see Snapshot
    bool has_snapshot = false;
};

struct ServerCost {
    int statements = 0;  // sent to the server
    Millis time{};       // round trips, total
};

struct Snapshot {
    ServerState server;
    std::vector<CounterReading> readings;
    Catalog catalog;  // `statistics` holds only relations whose version is new to KnownState
    std::map<RelationName, std::string> statistics_versions;  // of every relation with readable statistics
    std::vector<StatementText> new_texts;
    std::vector<Warning> warnings;  // what is missing and why
    ServerCost cost;
    // Tables that somebody held in ACCESS EXCLUSIVE mode. Their definitions cannot be read without waiting, so `catalog` has
    // nothing of them: no table, index, constraint, extended or column statistics. What was known of them before still holds.
    std::vector<RelationName> locked;  // sorted
};

// What happened to the counters between two snapshots.
struct Discontinuity {
    Family family = Family::statement;
    enum class Cause { reset, restart, failover, eviction } cause = Cause::reset;
    std::int64_t count = 0;  // evicted entries
    bool operator==(const Discontinuity&) const = default;
};

// Activity between two snapshots: counters as differences, gauges as last seen. Rows that did not move are absent.
struct CounterDelta {
    Family family = Family::statement;
    std::vector<CounterRow> rows;
};

struct Window {
    Timestamp from{};
    Timestamp to{};
    [[nodiscard]] double days() const {
        return std::chrono::duration<double>(to - from).count() / 86400.0;
    }
    bool operator==(const Window&) const = default;
};

}  // namespace dwopt
