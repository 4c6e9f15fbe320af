#include "json/json.hpp"

#include "json/contract.hpp"

#include <nlohmann/json.hpp>

namespace dwopt::json {
namespace {

// The parser itself does not recurse, but everything done with a value afterwards does.
bool too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            else if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_depth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

Json frame(std::string_view command, Timestamp generated_at, const std::optional<Target>& target,
           std::span<const Warning> warnings) {
    Json out;
    out["contract"] = "dwopt/1";
    out["command"] = command;
    out["generated_at"] = rfc3339(generated_at);
    out["target"] = target ? to_json(*target) : Json(nullptr);
    out["warnings"] = Json::array();
    for (const auto& warning : warnings) out["warnings"].push_back(to_json(warning));
    return out;
}

}  // namespace

std::string dump(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string compact(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json parse(std::string_view text, std::string_view subject) {
    const std::string what(subject);
    if (text.size() > max_text_bytes) {
        throw Error(ErrorKind::usage, what + " is larger than " + human(Bytes{max_text_bytes}));
    }
    if (too_deep(text))
        throw Error(ErrorKind::usage, what + " is nested more than " + std::to_string(max_depth) + " deep");
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& e) {
        throw Error(ErrorKind::usage, what + " is no JSON, see byte " + std::to_string(e.byte));
    }
}

Json envelope(std::string_view command, Timestamp generated_at, const std::optional<Target>& target,
              std::span<const Warning> warnings, Json data) {
    Json out = frame(command, generated_at, target, warnings);
    out["data"] = std::move(data);
    return out;
}

Json error_envelope(std::string_view command, Timestamp generated_at, const std::optional<Target>& target,
                    std::span<const Warning> warnings, const Error& error) {
    Json out = frame(command, generated_at, target, warnings);
    out["error"] = {{"kind", name(error.kind())}, {"message", error.what()}, {"hint", error.hint()}};
    return out;
}

}  // namespace dwopt::json
