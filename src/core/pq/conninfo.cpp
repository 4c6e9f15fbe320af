#include "conninfo.hpp"

#include <algorithm>
#include <chrono>
#include <libpq-fe.h>
#include <memory>

namespace dwopt::pq {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Options parse(const std::string& text) {
    char* error = nullptr;
    Options options(PQconninfoParse(text.c_str(), &error));
    PQfreemem(error);  // quotes the text, so nobody may see it
    return options;
}

bool is_secret(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:,@%+*").find(c) != std::string_view::npos;
}

std::string quoted(const std::string& value) {
    if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) return value;
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

bool environment_gives(std::string_view keyword) {
    const Options defaults(PQconndefaults());
    for (const PQconninfoOption* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->keyword == keyword) return option->val != nullptr;
    }
    return false;
}

}  // namespace

Conninfo parse_conninfo(std::string_view text) {
    const Options options = text.find('\0') == text.npos ? parse(std::string(text)) : nullptr;
    if (!options) {
        throw Error(ErrorKind::usage, "the connection string is not one libpq understands",
                    "Write it as \"host=… port=… dbname=… user=…\" or as \"postgresql://user@host:port/dbname\".");
    }
    Conninfo found;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) found.emplace(option->keyword, option->val);
    }
    return found;
}

std::string to_text(const Conninfo& conninfo) {
    std::string out;
    for (const auto& [keyword, value] : conninfo) {
        if (!out.empty()) out += ' ';
        out += keyword + "=" + quoted(value);
    }
    return out;
}

std::string complete(const ConnectionOptions& options) {
    Conninfo conninfo = parse_conninfo(options.conninfo);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count();
    if (!environment_gives("connect_timeout")) conninfo.emplace("connect_timeout", std::to_string(seconds));
    conninfo["application_name"] = options.application_name.empty() ? "dwopt" : options.application_name;
    conninfo["client_encoding"] = "UTF8";
    // A host that has vanished would otherwise be waited for until the kernel gives up, two hours later.
    conninfo.emplace("keepalives_idle", "30");
    conninfo.emplace("keepalives_interval", "10");
    conninfo.emplace("keepalives_count", "3");
    conninfo.emplace("tcp_user_timeout", std::to_string(std::max<std::int64_t>(options.connect_timeout.count(), 1000)));
    return to_text(conninfo);
}

std::string redacted(std::string_view conninfo) {
    Conninfo parsed;
    try {
        parsed = parse_conninfo(conninfo);
    } catch (const Error&) {
        return "(unreadable connection string)";
    }
    std::erase_if(parsed, [](const auto& item) { return is_secret(item.first); });
    return to_text(parsed);
}

bool has_password(std::string_view conninfo) {
    try {
        const Conninfo parsed = parse_conninfo(conninfo);
        return std::any_of(parsed.begin(), parsed.end(),
                           [](const auto& item) { return is_secret(item.first) && !item.second.empty(); });
    } catch (const Error&) {
        // Unreadable: rather a warning too many than one too few.
        return conninfo.find("password") != conninfo.npos ||
               (conninfo.find("://") != conninfo.npos && conninfo.find('@') != conninfo.npos);
    }
}

}  // namespace dwopt::pq
