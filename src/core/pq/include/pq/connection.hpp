// One connection to a PostgreSQL server, with the manners dwopt keeps everywhere: an application_name that says what
// is running, read-only unless asked otherwise, timeouts on everything, an empty search_path, texts that do not depend
// on the user's settings (ISO dates, UTC, extra_float_digits = 1), and errors that never carry row values.
//
// Not thread-safe, except cancel(). Every statement is counted.
#pragma once

#include "dwopt/error.hpp"
#include "dwopt/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::pq {

struct ConnectionOptions {
    std::string conninfo;          // libpq URI or key=value string; empty: libpq's own environment and files
    std::string application_name;  // "dwopt/collect"
    std::string role;              // SET ROLE after connecting; empty: none
    bool read_only = true;
    Duration connect_timeout = std::chrono::seconds(10);
    Duration statement_timeout = std::chrono::seconds(30);  // 0: none
    Duration lock_timeout = std::chrono::seconds(1);        // 0: none
};

// What the server answered with an ERROR. `message` is its primary message only: DETAIL, CONTEXT and HINT may hold values.
class SqlError : public Error {
  public:
    SqlError(ErrorKind kind, const std::string& message, std::string sqlstate, std::string hint = {})
        : Error(kind, message, std::move(hint)), sqlstate_(std::move(sqlstate)) {}
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

  private:
    std::string sqlstate_;
};

class Result {
  public:
    [[nodiscard]] std::size_t rows() const noexcept;
    // Column access by position. The view lives as long as the Result. NULL: nullopt; the typed forms take a default.
    [[nodiscard]] std::optional<std::string_view> at(std::size_t row, int column) const;
    [[nodiscard]] std::string text(std::size_t row, int column) const;  // NULL: ""
    [[nodiscard]] std::int64_t integer(std::size_t row, int column, std::int64_t if_null = 0) const;
    [[nodiscard]] double number(std::size_t row, int column, double if_null = 0) const;
    [[nodiscard]] bool boolean(std::size_t row, int column, bool if_null = false) const;

    struct Impl;
    explicit Result(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  private:
    std::shared_ptr<const Impl> impl_;
};

class Connection {
  public:
    // Two round trips after the handshake. Throws Error{connection}, Error{usage} for an unreadable conninfo, SqlError
    // for a role that may not be set.
    explicit Connection(const ConnectionOptions& options);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    // One statement, optionally with $1 … as text parameters; autocommit. Throws SqlError; Error{connection} when the line is lost.
    Result query(std::string_view sql, const std::vector<std::optional<std::string>>& parameters = {});
    // Statements, several separated by ';' allowed, simple protocol, each its own transaction only if sent alone (CREATE INDEX
    // CONCURRENTLY must be). What the last one says.
    Result execute(std::string_view sql);

    // A pooler stands between us and the server (the server process is not the one that greeted us). SETs would then
    // land on a session that others use next, so none is sent: every query() runs in a transaction of its own with
    // SET LOCAL, and execute() sends its text as it is. What lives in a session (PREPARE, HypoPG) must not be used.
    [[nodiscard]] bool pooled() const;
    [[nodiscard]] std::string host() const;  // of the peer: name, address or socket directory
    [[nodiscard]] int port() const;
    [[nodiscard]] std::string database() const;
    [[nodiscard]] int server_version_num() const;
    [[nodiscard]] int backend_pid() const;
    [[nodiscard]] std::string literal(std::string_view text) const;  // quoted for SQL
    [[nodiscard]] ServerCost cost() const;  // a batch of statements sent at once counts as one
    // Asks the server to cancel the running statement. May be called from another thread.
    void cancel() noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// conninfo as key=value pairs without its passwords, for messages.
[[nodiscard]] std::string redacted(std::string_view conninfo);
[[nodiscard]] bool has_password(std::string_view conninfo);

}  // namespace dwopt::pq
