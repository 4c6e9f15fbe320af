// One value to and from JSON, by its type; structures by their field lists. Private to the storage form.
#pragma once

#include "fields.hpp"

#include "model/hash.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dwopt::json {

using Json = nlohmann::ordered_json;

template <class T>
concept Structure = requires { Fields<T>::list; };
template <class T>
concept WordEnum = std::is_enum_v<T> && !std::is_same_v<T, RelationKind>;

struct BadText : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// ---- words of enumerations

inline std::string_view word(Severity value) { return name(value); }
inline std::string_view word(Family value) { return name(value); }
inline std::string_view word(ActionKind value) { return name(value); }
inline std::string_view word(Discontinuity::Cause value) {
    static constexpr std::array<std::string_view, 4> words{"reset", "restart", "failover", "eviction"};
    const auto position = static_cast<std::size_t>(value);
    return position < words.size() ? words[position] : "unknown";
}

template <WordEnum E>
void unword(const std::string& text, E& value) {
    for (int i = 0; i < 32; ++i) {
        const auto candidate = static_cast<E>(i);
        if (word(candidate) == "unknown") break;
        if (word(candidate) == text) {
            value = candidate;
            return;
        }
    }
    throw BadText("'" + text + "' is an unknown word");
}

// ---- writing

template <class T> Json encode(const T& value);

// Left out when equal to the default; a list's default is always empty.
template <class T>
bool is_default(const T& value, const T& standard) {
    if constexpr (!std::is_same_v<T, std::string> && requires { value.empty(); }) {
        return value.empty() && standard.empty();
    } else if constexpr (requires { { value == standard } -> std::convertible_to<bool>; }) {
        return value == standard;
    } else {
        return false;
    }
}

template <Structure T>
Json encode_structure(const T& value) {
    static const T standard{};
    Json out = Json::object();
    std::apply(
        [&](const auto&... field) {
            ((is_default(value.*field.member, standard.*field.member)
                  ? void()
                  : out.push_back({field.key, encode(value.*field.member)})), ...);
        },
        Fields<T>::list);
    return out;
}

inline Json encode_double(double value) {
    if (std::isfinite(value)) return value;
    return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

template <class T> Json encode_list(const std::vector<T>& values) {
    Json out = Json::array();
    for (const auto& value : values) out.push_back(encode(value));
    return out;
}
template <class T> Json encode_sequence(const std::vector<T>& v) { return encode_list(v); }
template <class T> Json encode_sequence(const std::optional<T>& v) { return v ? encode(*v) : Json(nullptr); }
template <class A, class B> Json encode_sequence(const std::pair<A, B>& v) {
    Json out = Json::array();
    out.push_back(encode(v.first));
    out.push_back(encode(v.second));
    return out;
}
template <class Tag, class Rep> Json encode_sequence(const Quantity<Tag, Rep>& v) { return encode(v.value); }
inline Json encode_sequence(Timestamp v) { return v.time_since_epoch().count(); }

template <class T>
Json encode(const T& value) {
    if constexpr (Structure<T>) return encode_structure(value);
    else if constexpr (std::is_same_v<T, char>) {
        if (value > 0x1f && value < 0x7f) return std::string(1, value);
        return static_cast<int>(value);
    }
    else if constexpr (std::is_same_v<T, RelationKind>) return encode(static_cast<char>(value));
    else if constexpr (WordEnum<T>) return word(value);
    else if constexpr (std::is_same_v<T, double>) return encode_double(value);
    else if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::string>) return value;
    else return encode_sequence(value);
}

// ---- reading

template <class T> void decode(const Json& in, T& value);

template <Structure T>
void decode_structure(const Json& in, T& value) {
    if (!in.is_object()) throw BadText("an object is missing");
    std::apply(
        [&](const auto&... field) {
            const auto one = [&](const auto& f) {
                const auto found = in.find(f.key);
                if (found != in.end()) decode(*found, value.*f.member);
            };
            (one(field), ...);
        },
        Fields<T>::list);
}

inline double decode_double(const Json& in) {
    if (in.is_number()) return in.get<double>();
    const auto& text = in.get_ref<const std::string&>();
    const double infinite = std::numeric_limits<double>::infinity();
    return text == "inf" ? infinite : text == "-inf" ? -infinite : std::numeric_limits<double>::quiet_NaN();
}

template <class T> void decode_sequence(const Json& in, std::vector<T>& v) {
    if (!in.is_array()) throw BadText("a list is missing");
    v.clear();
    v.reserve(in.size());
    for (const auto& item : in) decode(item, v.emplace_back());
}
template <class T> void decode_sequence(const Json& in, std::optional<T>& v) {
    if (in.is_null()) v.reset();
    else decode(in, v.emplace());
}
template <class A, class B> void decode_sequence(const Json& in, std::pair<A, B>& v) {
    decode(in.at(0), v.first);
    decode(in.at(1), v.second);
}
template <class Tag, class Rep> void decode_sequence(const Json& in, Quantity<Tag, Rep>& v) { decode(in, v.value); }
inline void decode_sequence(const Json& in, Timestamp& v) {
    v = Timestamp(std::chrono::microseconds(in.get<std::int64_t>()));
}

template <class T>
void decode(const Json& in, T& value) {
    if constexpr (Structure<T>) decode_structure(in, value);
    else if constexpr (std::is_same_v<T, char>) {
        if (in.is_number()) value = static_cast<char>(in.get<int>());
        else value = in.get_ref<const std::string&>().at(0);
    }
    else if constexpr (std::is_same_v<T, RelationKind>) {
        char letter = 'r';
        decode(in, letter);
        value = static_cast<RelationKind>(letter);
    }
    else if constexpr (WordEnum<T>) unword(in.get_ref<const std::string&>(), value);
    else if constexpr (std::is_same_v<T, double>) value = decode_double(in);
    else if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::string>) value = in.get<T>();
    else decode_sequence(in, value);
}

// ---- hashing: the same walk; every text and list goes in with its length, so that neighbours cannot flow together

class Hasher {
  public:
    [[nodiscard]] std::uint64_t result() const { return state_; }

    template <class T>
    void add(const T& value) {
        if constexpr (Structure<T>) {
            std::apply([&](const auto&... field) { (add(value.*field.member), ...); }, Fields<T>::list);
        } else if constexpr (std::is_same_v<T, std::string>) {
            word(value.size());
            state_ = model::fnv1a(value, state_);
        } else if constexpr (std::is_same_v<T, double>) {
            word(std::bit_cast<std::uint64_t>(value));
        } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
            word(static_cast<std::uint64_t>(value));
        } else {
            parts(value);
        }
    }

  private:
    void word(std::uint64_t value) {
        state_ ^= value;
        state_ *= 0x9e3779b97f4a7c15ULL;
        state_ ^= state_ >> 29;
    }
    template <class T> void parts(const std::vector<T>& values) {
        word(values.size());
        for (const auto& value : values) add(value);
    }
    template <class T> void parts(const std::optional<T>& value) {
        word(value.has_value());
        if (value) add(*value);
    }
    template <class A, class B> void parts(const std::pair<A, B>& value) {
        add(value.first);
        add(value.second);
    }
    template <class Tag, class Rep> void parts(const Quantity<Tag, Rep>& value) { add(value.value); }
    void parts(Timestamp value) { word(static_cast<std::uint64_t>(value.time_since_epoch().count())); }

    std::uint64_t state_ = 14695981039346656037ULL;
};

}  // namespace dwopt::json
