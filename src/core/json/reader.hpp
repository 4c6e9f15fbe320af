// A cursor over parsed JSON that knows where it stands, so that every complaint can say so.
#pragma once

#include "json/json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::json {

class Reader {
  public:
    // `value` must outlive the reader; `pointer` is the JSON pointer of the place (RFC 6901).
    Reader(const Json& value, std::string pointer) : value_(&value), pointer_(std::move(pointer)) {}

    // All throw Error{usage} that quotes the pointer when the value is not what they ask for.
    [[nodiscard]] Reader operator[](const char* key) const;             // a member that must be there
    [[nodiscard]] std::optional<Reader> find(const char* key) const;    // absent or null: nothing
    [[nodiscard]] std::string text() const;                             // without zero bytes
    [[nodiscard]] std::string text_or_empty(const char* key) const;     // of a member that may be absent or null
    [[nodiscard]] double number() const;  // null is what a number that is not finite became: NaN
    [[nodiscard]] std::int64_t integer(std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                                       std::int64_t high = std::numeric_limits<std::int64_t>::max()) const;
    [[nodiscard]] bool flag() const;
    [[nodiscard]] std::vector<Reader> items() const;
    [[nodiscard]] std::vector<std::string> texts() const;
    [[noreturn]] void fail(std::string_view problem) const;  // "plan field '<pointer>' <problem>"

  private:
    const Json* value_;
    std::string pointer_;
};

}  // namespace dwopt::json
