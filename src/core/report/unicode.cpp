#include "unicode.hpp"

#include "unicode_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace dwopt::report {
namespace {

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t code) {
    const auto* found = std::lower_bound(std::begin(ranges), std::end(ranges), code,
                                         [](const Range& range, char32_t c) { return range.last < c; });
    return found != std::end(ranges) && found->first <= code;
}

// What takes no place, or turns the text around it: U+00AD, bidirectional controls, separators, tags. The joiners
// U+200C and U+200D are left alone, since Persian, Hindi and emoji are written with them.
bool invisible(char32_t code) {
    static constexpr Range ranges[] = {{0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},    {0x180e, 0x180e},
                                       {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f},
                                       {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0001, 0xe007f}};
    return code < 0x20 || in(ranges, code);
}

std::string escaped(const Rune& rune) {
    if (!rune.valid) return fmt::format("\\x{:02x}", static_cast<unsigned>(rune.code));
    switch (rune.code) {
        case '\n': return "\\n";
        case '\t': return "\\t";
        case '\r': return "\\r";
        default: break;
    }
    const auto code = static_cast<unsigned>(rune.code);
    return code < 0x80 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
}

// How many bytes of `text` fit into `room` columns.
std::size_t prefix(std::string_view text, int room) {
    int used = 0;
    std::size_t end = 0;
    while (end < text.size()) {
        const Rune rune = decode(text, end);
        used += rune.valid ? width(rune.code) : 1;
        if (used > room) break;
        end += rune.bytes;
    }
    return end;
}

// The end of the word that starts at `at`. A number and its unit are one word: "1.2 GB", "34 %".
std::size_t end_of_word(std::string_view text, std::size_t at) {
    static constexpr std::array<std::string_view, 19> units{"%",  "ms", "s", "min", "h", "d", "B",   "kB", "MB",  "GB",
                                                            "TB", "PB", "k", "M",   "G", "T", "UTC", "×",  "days"};
    auto stop = std::min(text.find(' ', at), text.size());
    if (stop == text.size() || stop == at || std::isdigit(static_cast<unsigned char>(text[stop - 1])) == 0) return stop;
    const auto next = std::min(text.find(' ', stop + 1), text.size());
    auto unit = text.substr(stop + 1, next - stop - 1);
    while (!unit.empty() && std::string_view(".,;:)").find(unit.back()) != std::string_view::npos)
        unit.remove_suffix(1);
    return std::find(units.begin(), units.end(), unit) == units.end() ? stop : next;
}

}  // namespace

Rune decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return {lead, 1, true};
    const Rune broken{lead, 1, false};
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (bytes == 0 || lead > 0xf4 || at + bytes > text.size()) return broken;
    char32_t code = lead & (0x7fU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(at + i) & 0xc0U) != 0x80) return broken;
        code = (code << 6U) | (byte(at + i) & 0x3fU);
    }
    const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return broken;
    return {code, bytes, true};
}

int width(char32_t code) {
    if (code < 0x300) return 1;
    if (in(zero_ranges, code)) return 0;
    return in(wide_ranges, code) ? 2 : 1;
}

int display_width(std::string_view text) {
    int columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode(text, at);
        columns += rune.valid ? width(rune.code) : 1;
        at += rune.bytes;
    }
    return columns;
}

std::string visible(std::string_view text, Lines lines) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode(text, at);
        const bool kept_line = lines == Lines::keep && (rune.code == '\n' || rune.code == '\t');
        if (!rune.valid || (invisible(rune.code) && !kept_line))
            out += escaped(rune);
        else
            out += text.substr(at, rune.bytes);
        at += rune.bytes;
    }
    return out;
}

std::string shorten(std::string_view text, int columns, std::string_view ellipsis) {
    if (display_width(text) <= columns) return std::string(text);
    const int room = columns - display_width(ellipsis);
    if (room < 0) return {};
    std::size_t end = prefix(text, room);
    while (end > 0 && text[end - 1] == ' ') --end;
    return std::string(text.substr(0, end)).append(ellipsis);
}

std::vector<std::string> folded(std::string_view text, int columns, bool hard) {
    std::vector<std::string> lines{""};
    int used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto stop = end_of_word(text, at);
        auto word = text.substr(at, stop - at);
        at = stop + 1;
        if (word.empty()) continue;
        if (columns > 0 && used > 0 && used + 1 + display_width(word) > columns) lines.emplace_back(), used = 0;
        while (hard && columns > 1 && display_width(word) > columns) {
            const std::size_t cut = prefix(word, columns);
            lines.back() = word.substr(0, cut);
            lines.emplace_back();
            word.remove_prefix(cut);
        }
        if (used > 0) lines.back() += ' ', ++used;
        lines.back() += word;
        used += display_width(word);
    }
    if (lines.size() > 1 && lines.back().empty()) lines.pop_back();
    return lines;
}

}  // namespace dwopt::report
