#include "condition_text.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

// What stands between two of these marks, where a doubled one is the mark itself; gone with both.
std::string take_quoted(std::string_view& text, char mark) {
    std::string inside;
    std::size_t at = 1;
    for (; at < text.size(); ++at) {
        if (text[at] == mark && (at + 1 == text.size() || text[at + 1] != mark)) break;
        if (text[at] == mark) ++at;
        inside += text[at];
    }
    text.remove_prefix(std::min(text.size(), at + 1));
    return inside;
}

std::string take_until(std::string_view& text, std::string_view stop) {
    const auto end = std::min(text.find_first_of(stop), text.size());
    const std::string taken(text.substr(0, end));
    text.remove_prefix(end);
    return taken;
}

}  // namespace

std::string take_name(std::string_view& text) { return text.starts_with('"') ? take_quoted(text, '"') : take_until(text, " "); }

std::string take_literal(std::string_view& text) {
    const bool quoted = text.starts_with('\'');
    std::string value = quoted ? take_quoted(text, '\'') : take_until(text, " :");
    const auto end = text.starts_with("::") ? text.find(" AND ") : 0;  // a cast, of one word or several
    text.remove_prefix(std::min(end, text.size()));
    if (!quoted && (value == "true" || value == "false")) value.resize(1);
    return value;
}

bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

}  // namespace dwopt::indexing
