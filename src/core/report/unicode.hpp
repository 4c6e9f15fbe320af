// UTF-8 as a terminal shows it. All functions take any bytes and never throw.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::report {

struct Rune {
    char32_t code = 0;  // the byte itself where `valid` is false
    std::size_t bytes = 1;
    bool valid = true;  // false: not UTF-8 (overlong forms, surrogates and cut sequences included)
};

// \pre at < text.size()
[[nodiscard]] Rune decode(std::string_view text, std::size_t at);

// Columns of a terminal: 0 for combining marks, 2 for wide characters, else 1, as wcwidth() counts. Sequences joined
// to one picture (emoji with U+200D) count as the sum of their parts: terminals disagree.
[[nodiscard]] int width(char32_t code);
[[nodiscard]] int display_width(std::string_view text);

enum class Lines { escape, keep };
// Controls, invisible format characters and broken bytes as \n, \t, \x1b, \u202e. `keep` leaves \n and \t alone.
[[nodiscard]] std::string visible(std::string_view text, Lines lines = Lines::escape);

// At most `columns` wide; what is cut ends in `ellipsis`, never inside a character or between it and its marks.
[[nodiscard]] std::string shorten(std::string_view text, int columns, std::string_view ellipsis = "…");

// Words filled into lines of at most `columns`; 0 or less: one line. A word that is wider than a line is broken if
// `hard`, else left whole. Always gives at least one line.
[[nodiscard]] std::vector<std::string> folded(std::string_view text, int columns, bool hard);

}  // namespace dwopt::report
