// Quantities that must not be mixed up, and the text forms users write and read them in.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace dwopt {

// A number with a unit. Adds and compares with its own kind only; scales by a plain number.
template <class Tag, class Rep>
struct Quantity {
    Rep value{};

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity& operator+=(Quantity other) { value += other.value; return *this; }
    constexpr Quantity& operator-=(Quantity other) { value -= other.value; return *this; }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {static_cast<Rep>(a.value + b.value)}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {static_cast<Rep>(a.value - b.value)}; }
    friend constexpr Quantity operator*(Quantity a, double k) { return {static_cast<Rep>(static_cast<double>(a.value) * k)}; }
    friend constexpr double operator/(Quantity a, Quantity b) {
        return static_cast<double>(a.value) / static_cast<double>(b.value);
    }
};

using Bytes = Quantity<struct BytesTag, std::int64_t>;   // 8-bit bytes
using Millis = Quantity<struct MillisTag, double>;       // milliseconds
using Cost = Quantity<struct CostTag, double>;           // planner units (seq_page_cost = 1)

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;  // UTC
using Duration = std::chrono::milliseconds;

// Sizes as PostgreSQL writes them: "512MB", "1.5 GB", "8192" (bytes); kB MB GB TB are powers of 1024.
// Durations: "500ms" "30s" "5min" "2h" "7d". Throw Error{usage} that quotes the text.
[[nodiscard]] Bytes parse_size(std::string_view text);
[[nodiscard]] Duration parse_duration(std::string_view text);

// For people: three significant digits and a unit ("43 MB", "1.27 s", "12.4 k", "3 d").
[[nodiscard]] std::string human(Bytes size);
[[nodiscard]] std::string human(Millis time);
[[nodiscard]] std::string human(Duration time);
[[nodiscard]] std::string human_count(double count);
[[nodiscard]] std::string human_percent(double percent);

// RFC 3339 in UTC with seconds ("2026-01-01T00:00:00Z"); parse accepts fractions of a second too.
[[nodiscard]] std::string rfc3339(Timestamp time);
[[nodiscard]] Timestamp parse_rfc3339(std::string_view text);

}  // namespace dwopt
