// Small pieces the contract's writers share.
#pragma once

#include "json/contract.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <vector>

namespace dwopt::json {

inline constexpr double exact_integers = 9007199254740992.0;  // 2^53

// A measure; null where it is not finite.
inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// A count that travels as a double: written without ".0" where it is whole.
inline Json count(double value) {
    if (std::abs(value) <= exact_integers && value == std::floor(value)) return static_cast<std::int64_t>(value);
    return number(value);
}

inline Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

inline Json texts(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& text : list) out.push_back(text);
    return out;
}

template <class List>
Json list(const List& values) {
    Json out = Json::array();
    for (const auto& value : values) out.push_back(to_json(value));
    return out;
}

inline Json window_json(const Window& window) { return {{"from", rfc3339(window.from)}, {"to", rfc3339(window.to)}}; }

}  // namespace dwopt::json
