#include "numbers.hpp"

#include <charconv>
#include <chrono>
#include <cmath>

namespace dwopt::indexing {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int number = 0;
    if (text.size() < at + count) return std::nullopt;
    const auto [end, failure] = std::from_chars(text.data() + at, text.data() + at + count, number);
    return failure == std::errc{} && end == text.data() + at + count ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size()) return std::isfinite(number) ? std::optional(number) : std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)}, std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    const auto hours = digits(text, 11, 2), minutes = digits(text, 14, 2), seconds = digits(text, 17, 2);
    return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count()) + (hours.value_or(0) + (minutes.value_or(0) + seconds.value_or(0) / 60.0) / 60.0) / 24;
}

}  // namespace dwopt::indexing
