// The statistics views: each question is one reading of one family, for the connected database.
#pragma once

#include "dwopt/snapshot.hpp"
#include "server.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace dwopt::postgres {

// ---- the server's own books on when counters began

// Of the families table, index and database, which pg_stat_reset() and a crash empty together.
struct CounterBook {
    std::string epoch;
    std::optional<Timestamp> reset_at;
};

struct DatabaseAnswer {
    CounterReading reading;
    CounterBook book;
};
[[nodiscard]] DatabaseAnswer ask_database_counters(pq::Connection& connection, const Server& server);
[[nodiscard]] CounterReading ask_server_counters(pq::Connection& connection, const Server& server);

// ---- relations

struct TableCountersAnswer {
    CounterReading reading;  // `bytes` and `total_bytes` are left 0
    // By oid: when and how often it was analyzed, as a text that changes when pg_stats may have. Not in here: what the
    // server keeps no such books on (foreign tables).
    std::unordered_map<Oid, std::string> analyzed;
};
[[nodiscard]] TableCountersAnswer ask_table_counters(pq::Connection& connection, const Server& server, const CounterBook& book);
[[nodiscard]] CounterReading ask_index_counters(pq::Connection& connection, const Server& server, const CounterBook& book);

// ---- standbys

// What is read through indexes there. A standby that cannot be read, or is none of this warehouse, is a warning and a row without a time.
[[nodiscard]] CounterReading ask_standbys(const std::vector<pq::ConnectionOptions>& standbys, const Server& primary, std::vector<Warning>& warnings);

// ---- statements

struct StatementsAnswer {
    CounterReading reading;
    std::vector<StatementKey> keys;  // of the entries this role may see, sorted
    std::vector<StatementText> hidden;  // one per user whose entries it may not see: queryid 0
    std::string schema;              // where the extension lives, quoted
};
// Counters without texts. Throws SqlError 55000 if the library is not loaded. `server` must have the extension.
[[nodiscard]] StatementsAnswer ask_statements(pq::Connection& connection, const Server& server);

struct TextsAnswer {
    std::vector<StatementText> texts;  // in the order of `keys`
    std::size_t lost = 0;              // entries without text: the server's text file was damaged or could not be read
};
// The server reads its whole text file for this, however few are wanted: call it only for keys not known yet. Entries
// evicted meanwhile are absent. A text longer than a million characters is cut there.
[[nodiscard]] TextsAnswer ask_statement_texts(pq::Connection& connection, const Server& server,
                                              const std::vector<StatementKey>& keys);

// ---- other extensions; the readings are empty where they are not installed, too old, or not loaded

[[nodiscard]] std::optional<CounterReading> ask_kcache(pq::Connection& connection, const Server& server);
// Never asks for the constants that pg_qualstats keeps.
[[nodiscard]] std::optional<CounterReading> ask_quals(pq::Connection& connection, const Server& server);

// ---- one sample of now

// Sessions of this database but our own, without their texts.
[[nodiscard]] CounterReading ask_waits(pq::Connection& connection);
// Standbys by application name and slots by name; of several with one name the worst.
[[nodiscard]] CounterReading ask_replication(pq::Connection& connection);

}  // namespace dwopt::postgres
