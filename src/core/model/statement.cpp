// Identity and usage of statements.
#include "dwopt/snapshot.hpp"
#include "dwopt/workload.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace dwopt {
namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> truth(std::string_view text) {
    if (text == "t" || text == "true" || text == "1") return true;
    if (text == "f" || text == "false" || text == "0") return false;
    return std::nullopt;
}

}  // namespace

std::string to_string(const StatementKey& key) {
    return fmt::format("{}/{}/{}/{}", key.queryid, key.user, key.database, key.toplevel ? 't' : 'f');
}

StatementKey parse_statement_key(std::string_view text) {
    std::array<std::string_view, 4> part;
    std::size_t parts = 0;
    for (std::size_t at = 0; parts < part.size(); ++parts) {
        const auto slash = parts + 1 < part.size() ? text.find('/', at) : text.size();
        if (slash == std::string_view::npos) break;
        part[parts] = text.substr(at, slash - at);
        at = slash + 1;
    }
    const auto queryid = number<std::int64_t>(part[0]);
    const auto user = number<Oid>(part[1]);
    const auto database = number<Oid>(part[2]);
    const auto toplevel = truth(part[3]);
    if (!queryid || !user || !database || !toplevel) {
        throw Error(ErrorKind::workspace, fmt::format("'{}' is no statement key", text),
                    "The workspace is damaged; begin a new one with --workspace DIR.");
    }
    return {*queryid, *user, *database, *toplevel};
}

Usage& Usage::operator+=(const Usage& other) {
    calls += other.calls;
    rows += other.rows;
    total += other.total;
    blocks_hit += other.blocks_hit;
    blocks_read += other.blocks_read;
    temp_blocks += other.temp_blocks;
    wal_bytes += other.wal_bytes;
    io += other.io;
    return *this;
}

}  // namespace dwopt
