// JSON text and the envelope every document of dwopt travels in (contract "dwopt/1").
//
// Keys are in snake_case and in the order they were set, times RFC 3339 in UTC, durations `_ms`, sizes `_bytes`,
// planner costs `_cost`, shares `_pct`. A number that is not finite becomes null; a text that is no valid UTF-8 has its
// bad bytes replaced by U+FFFD. Nothing here throws on the values it is given, only on texts it is asked to parse.
//
// This header names the JSON type only; include <nlohmann/json.hpp> where its values are handled.
#pragma once

#include "dwopt/error.hpp"
#include "dwopt/snapshot.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dwopt::json {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t max_text_bytes = 16u << 20;  // what parse() accepts
inline constexpr int max_depth = 64;

[[nodiscard]] std::string dump(const Json& value);     // indented by two, for documents; ends with a newline
[[nodiscard]] std::string compact(const Json& value);  // one line, no newline

// Throws Error{usage} that names `subject` ("plan 'p.json'") when the text is too large, nested too deeply or no JSON.
[[nodiscard]] Json parse(std::string_view text, std::string_view subject);

// The one document of a run. `target` is null where no warehouse was met.
[[nodiscard]] Json envelope(std::string_view command, Timestamp generated_at, const std::optional<Target>& target,
                            std::span<const Warning> warnings, Json data);
// The same with `error` {kind, message, hint} in place of `data`; the word `failed` stands for plain failures.
[[nodiscard]] Json error_envelope(std::string_view command, Timestamp generated_at, const std::optional<Target>& target,
                                  std::span<const Warning> warnings, const Error& error);

}  // namespace dwopt::json
