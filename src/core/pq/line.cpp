#include "line.hpp"

#include "pq/connection.hpp"
#include "text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <memory>
#include <new>
#include <poll.h>

namespace dwopt::pq {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Finish {
    void operator()(PGconn* line) const { PQfinish(line); }
};
struct FreeParsed {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Line = std::unique_ptr<PGconn, Finish>;

[[noreturn]] void refuse(const PGconn* line, std::string reason = {}) {
    if (reason.empty()) reason = connect_message(PQerrorMessage(line));
    std::string hint = "Check host, port, user and database, or name another target with --dsn.";
    if (PQconnectionNeedsPassword(line) != 0 || PQconnectionUsedPassword(line) != 0) {
        hint = "Put the password into ~/.pgpass (mode 0600) or a service file, then run the same command again.";
    }
    const auto known = [](const char* text) { return text != nullptr ? text : ""; };
    throw Error(ErrorKind::connection,
                fmt::format("cannot connect to database '{}' as '{}': {}", known(PQdb(line)), known(PQuser(line)), reason),
                hint);
}

// 0: for ever, as libpq has it.
std::chrono::seconds connect_timeout(PGconn* line) {
    const std::unique_ptr<PQconninfoOption, FreeParsed> options(PQconninfo(line));
    for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (std::string_view(option->keyword) == "connect_timeout" && option->val != nullptr) {
            return std::chrono::seconds(std::max(0L, std::strtol(option->val, nullptr, 10)));
        }
    }
    return std::chrono::seconds(0);
}

}  // namespace

// Step by step rather than with PQconnectdb(), as only so a notice that the server sends while it lets us in (a
// collation version mismatch, a login trigger) can be kept from libpq's own printing on stderr.
pg_conn* connect_quietly(const std::string& conninfo) {
    Line line(PQconnectStart(conninfo.c_str()));
    if (!line) throw std::bad_alloc();
    if (PQstatus(line.get()) == CONNECTION_BAD) refuse(line.get());
    PQsetNoticeProcessor(line.get(), [](void*, const char*) {}, nullptr);
    const auto timeout = connect_timeout(line.get());
    const auto deadline = SteadyClock::now() + timeout;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) refuse(line.get());
        if (timeout.count() > 0 && SteadyClock::now() >= deadline) refuse(line.get(), "no answer in time");
        pollfd wait{PQsocket(line.get()), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (poll(&wait, 1, 100) > 0) state = PQconnectPoll(line.get());
    }
    return line.release();
}

}  // namespace dwopt::pq
