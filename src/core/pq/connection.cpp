// The only file that knows libpqxx. Written for 6.4, whose connections take a policy that says how to connect; with 7,
// the line would be handed over by pqxx::connection::seize_raw_connection() instead, and nothing else would change.
#include "pq/connection.hpp"

#include "conninfo.hpp"
#include "line.hpp"
#include "model/identifier.hpp"
#include "text.hpp"

#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <pqxx/pqxx>
#include <type_traits>
#include <utility>

namespace dwopt::pq {
namespace {

using SteadyClock = std::chrono::steady_clock;

// What every session of ours begins with: one SELECT, as it leaves one entry in pg_stat_statements where SETs leave one each.
std::string manners(const ConnectionOptions& options, bool local) {
    const auto milliseconds = [](Duration time) { return std::to_string(time.count()); };
    std::vector<std::pair<std::string_view, std::string>> settings{
        {"application_name", options.application_name},
        {"client_encoding", "UTF8"},
        {"default_transaction_read_only", options.read_only ? "on" : "off"},
        {"statement_timeout", milliseconds(options.statement_timeout)},
        {"lock_timeout", milliseconds(options.lock_timeout)},
        {"idle_in_transaction_session_timeout", "60000"},
        {"search_path", ""},  // pg_catalog alone
        {"row_security", "on"},
        {"jit", "off"},
        {"datestyle", "ISO, MDY"},
        {"intervalstyle", "postgres"},
        {"timezone", "UTC"},
        {"extra_float_digits", "1"},
        {"bytea_output", "hex"},
        {"standard_conforming_strings", "on"}};
    if (!options.role.empty()) settings.emplace_back("role", options.role);
    std::string sql = "/* dwopt */ select ";
    for (const auto& [name, value] : settings) {
        if (sql.back() != ' ') sql += ", ";
        sql += fmt::format("pg_catalog.set_config('{}', {}, {})", name, model::quote_literal(value), local);
    }
    return sql;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------ results

struct Result::Impl {
    pqxx::result rows;
    std::vector<std::vector<std::optional<std::string>>> repaired;  // instead of `rows` where those are not UTF-8
};

namespace {

using Sizes = pqxx::result::size_type;
using Columns = pqxx::row::size_type;

std::shared_ptr<const Result::Impl> wrap(pqxx::result rows, bool check_encoding) {
    auto impl = std::make_shared<Result::Impl>();
    impl->rows = std::move(rows);
    if (!check_encoding) return impl;
    std::vector<std::vector<std::optional<std::string>>> repaired;
    for (const auto& row : impl->rows) {
        auto& out = repaired.emplace_back();
        for (const auto& field : row) {
            if (field.is_null()) out.emplace_back();
            else out.emplace_back(sanitised_utf8({field.c_str(), field.size()}));
        }
    }
    impl->repaired = std::move(repaired);
    return impl;
}

}  // namespace

std::size_t Result::rows() const noexcept { return static_cast<std::size_t>(impl_->rows.size()); }

std::optional<std::string_view> Result::at(std::size_t row, int column) const {
    if (row >= rows() || column < 0 || column >= static_cast<int>(impl_->rows.columns())) {
        throw Error(ErrorKind::internal, fmt::format("no field ({}, {}) in a result", row, column));
    }
    if (!impl_->repaired.empty()) {
        const auto& value = impl_->repaired[row][static_cast<std::size_t>(column)];
        return value ? std::optional<std::string_view>(*value) : std::nullopt;
    }
    const pqxx::field field = impl_->rows[static_cast<Sizes>(row)][static_cast<Columns>(column)];
    if (field.is_null()) return std::nullopt;
    return std::string_view(field.c_str(), field.size());
}

std::string Result::text(std::size_t row, int column) const { return std::string(at(row, column).value_or("")); }

std::int64_t Result::integer(std::size_t row, int column, std::int64_t if_null) const {
    const auto value = at(row, column);
    std::int64_t out = if_null;
    if (value) std::from_chars(value->data(), value->data() + value->size(), out);
    return out;
}

double Result::number(std::size_t row, int column, double if_null) const {
    const auto value = at(row, column);
    double out = if_null;
    if (value) std::from_chars(value->data(), value->data() + value->size(), out);
    return out;
}

bool Result::boolean(std::size_t row, int column, bool if_null) const {
    const auto value = at(row, column);
    return value ? *value == "t" : if_null;
}

// --------------------------------------------------------------------------------------------------------- connection

struct Connection::Impl {
    struct QuietPolicy : pqxx::connect_direct {
        explicit QuietPolicy(const std::string& conninfo) : pqxx::connect_direct(conninfo) {}
        handle do_startconnect(handle begun) override { return begun != nullptr ? begun : connect_quietly(options()); }
    };
    pqxx::basic_connection_base<QuietPolicy> line;
    std::string local_manners;  // begins every transaction behind a pooler; empty without one
    std::string encoding;       // of the database
    ServerCost cost;

    explicit Impl(const ConnectionOptions& options) : line(complete(options)) {
#if PQXX_VERSION_MAJOR < 7
        inhibit_reactivation();
#endif
        line.set_verbosity(pqxx::connection_base::terse);  // no DETAIL, HINT or CONTEXT: they hold values
        greet(options);
    }

#if PQXX_VERSION_MAJOR < 7
    // A session that came back by itself would lack our settings, and a deployer's locks.
    void inhibit_reactivation() {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // its successor is libpqxx 7, which never reactivates
        line.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
#endif

    void greet(const ConnectionOptions& options) {
        const pqxx::result answer = guarded([&](pqxx::nontransaction& session) {
            return session.exec("/* dwopt */ select pg_catalog.pg_backend_pid(), "
                                "pg_catalog.current_setting('server_encoding')");
        });
        encoding = answer[0][1].c_str();
        if (answer[0][0].as<int>() != line.backendpid()) {
            local_manners = fmt::format("/* dwopt */ begin{}; {}", options.read_only ? " read only" : "", manners(options, true));
            return;
        }
        const std::string sql = manners(options, false);
        guarded([&](pqxx::nontransaction& session) { return session.exec(sql); });
    }

    // One round trip: counted, timed, and its exceptions made ours.
    template <class Work>
    pqxx::result guarded(const Work& work) {
        const auto start = SteadyClock::now();
        const auto book = [&] {
            ++cost.statements;
            cost.time += Millis{std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count()};
        };
        try {
            pqxx::nontransaction session(line);
            pqxx::result rows = work(session);
            book();
            return rows;
        } catch (const pqxx::sql_error& error) {
            book();
            if (error.sqlstate().empty() && !line.is_open()) throw_lost();
            // libpqxx 6 forgets the SQLSTATE of this one.
            const bool denied = dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr;
            const std::string state = denied ? "42501" : error.sqlstate();
            const ErrorKind kind = kind_of(state);
            throw SqlError(kind, primary_message(error.what()), state,
                           kind == ErrorKind::privilege ? "Run 'dwopt doctor' to see which grant is missing." : "");
        } catch (const pqxx::broken_connection&) {
            book();
            throw_lost();
        } catch (const pqxx::failure& error) {
            book();
            if (!line.is_open()) throw_lost();
            throw Error(ErrorKind::failed, primary_message(error.what()));
        }
    }

    [[noreturn]] static void throw_lost() {
        throw Error(ErrorKind::connection, "lost the connection to the server",
                    "Look into the server's log, then run the same command again.");
    }

    pqxx::result ask(const std::string& sql, const std::vector<const char*>& parameters) {
        return guarded([&](pqxx::nontransaction& session) {
            return session.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
        });
    }

    pqxx::result send(const std::string& sql) {
        return guarded([&](pqxx::nontransaction& session) { return session.exec(sql); });
    }

    pqxx::result ask_in_transaction(const std::string& sql, const std::vector<const char*>& parameters) {
        send(local_manners);
        try {
            pqxx::result rows = ask(sql, parameters);
            send("/* dwopt */ commit");
            return rows;
        } catch (const SqlError&) {
            send("/* dwopt */ rollback");
            throw;
        }
    }

    // Bytes that the server cannot convert to UTF-8 make the whole statement fail: ask for the bytes as they are.
    pqxx::result ask_raw(const std::string& sql, const std::vector<const char*>& parameters) {
        send("/* dwopt */ set client_encoding = 'SQL_ASCII'");
        try {
            pqxx::result rows = ask(sql, parameters);
            send("/* dwopt */ set client_encoding = 'UTF8'");
            return rows;
        } catch (const SqlError&) {
            send("/* dwopt */ set client_encoding = 'UTF8'");
            throw;
        }
    }
};

Connection::Connection(const ConnectionOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result Connection::query(std::string_view sql, const std::vector<std::optional<std::string>>& parameters) {
    std::vector<const char*> values;
    for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
    const std::string text(sql);
    const bool no_encoding = impl_->encoding == "SQL_ASCII";
    if (pooled()) return Result(wrap(impl_->ask_in_transaction(text, values), no_encoding));
    try {
        return Result(wrap(impl_->ask(text, values), no_encoding));
    } catch (const SqlError& error) {
        const bool encoding_trouble = error.sqlstate() == "22P05" || error.sqlstate() == "22021";
        if (!encoding_trouble || impl_->encoding == "UTF8") throw;
    }
    return Result(wrap(impl_->ask_raw(text, values), true));
}

Result Connection::execute(std::string_view sql) { return Result(wrap(impl_->send(std::string(sql)), impl_->encoding == "SQL_ASCII")); }

bool Connection::pooled() const { return !impl_->local_manners.empty(); }

std::string Connection::host() const {
    const char* name = impl_->line.hostname();
    return name != nullptr ? name : "";
}

int Connection::port() const {
    const char* number = impl_->line.port();
    int port = 0;
    if (number != nullptr) std::from_chars(number, number + std::char_traits<char>::length(number), port);
    return port;
}

std::string Connection::database() const { return impl_->line.dbname(); }
int Connection::server_version_num() const { return impl_->line.server_version(); }
int Connection::backend_pid() const { return impl_->line.backendpid(); }
std::string Connection::literal(std::string_view text) const { return model::quote_literal(text); }
ServerCost Connection::cost() const { return impl_->cost; }

void Connection::cancel() noexcept {
    try {
        impl_->line.cancel_query();
    } catch (...) {  // too late, or the server is gone: the running statement will say so
    }
}

}  // namespace dwopt::pq
