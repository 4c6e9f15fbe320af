#include "dwopt/units.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace dwopt {
namespace {

struct Amount {
    double number;
    std::string_view unit;
};

// "1.5 GB" → {1.5, "GB"}.
std::optional<Amount> split_amount(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
    auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
    unit.remove_prefix(std::min(unit.find_first_not_of(" \t"), unit.size()));
    return Amount{number, unit};
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text, const std::array<std::pair<std::string_view, double>, N>& units) {
    const auto amount = split_amount(text);
    if (!amount) return std::nullopt;
    for (const auto& [unit, factor] : units) {
        if (unit == amount->unit && amount->number * factor < 9e18) return amount->number * factor;
    }
    return std::nullopt;
}

// Three significant digits at most, never an exponent: 0.123 1.23 12.3 123 1234.
std::string three_digits(double value) {
    const double size = std::abs(value);
    int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find('.') != std::string::npos) {
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

template <std::size_t N>
std::string in_units(double value, const std::array<std::pair<double, std::string_view>, N>& steps) {
    std::size_t step = 0;  // 999.6 kB would print as "1000 kB": move on at what rounds to the next
    while (step + 1 < N && std::abs(value) >= steps[step + 1].first * 0.9995) ++step;
    return fmt::format("{}{}", three_digits(value / steps[step].first), steps[step].second);
}

constexpr double kilo = 1024;
constexpr double second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

}  // namespace

Bytes parse_size(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 6> units{{{"", 1}, {"B", 1}, {"kB", kilo},
        {"MB", kilo * kilo}, {"GB", kilo * kilo * kilo}, {"TB", kilo * kilo * kilo * kilo}}};
    if (const auto size = scaled(text, units)) return {static_cast<std::int64_t>(std::llround(*size))};
    throw Error(ErrorKind::usage, fmt::format("'{}' is not a size", text), "Write a number and kB, MB, GB or TB, such as 500MB.");
}

Duration parse_duration(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 6> units{
        {{"ms", 1}, {"s", second}, {"min", minute}, {"h", hour}, {"d", day}, {"w", 7 * day}}};
    if (const auto time = scaled(text, units)) return Duration(static_cast<std::int64_t>(std::llround(*time)));
    throw Error(ErrorKind::usage, fmt::format("'{}' is not a duration", text),
                "Write a number and ms, s, min, h or d, such as 30s or 7d.");
}

std::string human(Bytes size) {
    static constexpr std::array<std::pair<double, std::string_view>, 6> steps{{{1, " B"}, {kilo, " kB"},
        {kilo * kilo, " MB"}, {kilo * kilo * kilo, " GB"}, {kilo * kilo * kilo * kilo, " TB"},
        {kilo * kilo * kilo * kilo * kilo, " PB"}}};
    return in_units(static_cast<double>(size.value), steps);
}

std::string human(Millis time) {
    static constexpr std::array<std::pair<double, std::string_view>, 5> steps{
        {{1, " ms"}, {second, " s"}, {minute, " min"}, {hour, " h"}, {day, " d"}}};
    return in_units(time.value, steps);
}

std::string human(Duration time) { return human(Millis{static_cast<double>(time.count())}); }

std::string human_count(double count) {
    static constexpr std::array<std::pair<double, std::string_view>, 5> steps{
        {{1, ""}, {1e3, " k"}, {1e6, " M"}, {1e9, " G"}, {1e12, " T"}}};
    return in_units(count, steps);
}

std::string human_percent(double percent) { return three_digits(percent) + " %"; }

std::string rfc3339(Timestamp time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - days)};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Timestamp parse_rfc3339(std::string_view text) {
    const auto bad = [&] { return Error(ErrorKind::usage, fmt::format("'{}' is not an RFC 3339 time in UTC", text)); };
    const auto digits = [&](std::size_t at, std::size_t count) {
        int value = 0;
        if (text.size() < at + count) throw bad();
        const auto [end, failure] = std::from_chars(text.data() + at, text.data() + at + count, value);
        if (failure != std::errc{} || end != text.data() + at + count) throw bad();
        return value;
    };
    if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[10] != 'T') throw bad();
    const std::chrono::year_month_day date{std::chrono::year(digits(0, 4)), std::chrono::month(unsigned(digits(5, 2))),
                                           std::chrono::day(unsigned(digits(8, 2)))};
    if (!date.ok()) throw bad();
    Timestamp time = std::chrono::sys_days(date) + std::chrono::hours(digits(11, 2)) + std::chrono::minutes(digits(14, 2)) +
                     std::chrono::seconds(digits(17, 2));
    if (text[19] == '.') {
        const std::size_t places = std::min<std::size_t>(text.size() - 21, 6);
        int fraction = digits(20, places);
        for (std::size_t i = places; i < 6; ++i) fraction *= 10;
        time += std::chrono::microseconds(fraction);
    }
    return time;
}

}  // namespace dwopt
