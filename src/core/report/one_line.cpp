// A query as one line of a table. What tells queries apart stands behind FROM, so a select list too long to be shown
// becomes "…". Only for people's eyes: no parser, and the whole text is always to be had elsewhere.
#include "unicode.hpp"
#include "words.hpp"

#include <algorithm>
#include <cctype>

namespace dwopt::report {
namespace {

constexpr std::size_t longest_list = 24;  // bytes of a select list that is worth its place

// The end of the quoted text that starts at `at`: 'literal', "name" (doubled quotes start another, which is the same).
std::size_t past_quotes(std::string_view sql, std::size_t at) {
    const auto close = sql.find(sql[at], at + 1);
    return close == std::string_view::npos ? sql.size() : close + 1;
}

std::size_t past_comment(std::string_view sql, std::size_t at) {
    if (sql[at] == '-') return std::min(sql.find('\n', at), sql.size());
    int depth = 0;  // PostgreSQL's block comments nest
    do {
        if (sql.compare(at, 2, "/*") == 0)
            ++depth, at += 2;
        else if (sql.compare(at, 2, "*/") == 0)
            --depth, at += 2;
        else
            ++at;
    } while (depth > 0 && at < sql.size());
    return at;
}

std::string squeezed(std::string_view sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        if (c == '\'' || c == '"') {
            const auto end = past_quotes(sql, at);
            out += sql.substr(at, end - at);
            at = end;
        } else if (sql.compare(at, 2, "--") == 0 || sql.compare(at, 2, "/*") == 0 ||
                   std::isspace(static_cast<unsigned char>(c)) != 0) {
            at = std::isspace(static_cast<unsigned char>(c)) != 0 ? at + 1 : past_comment(sql, at);
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
            ++at;
        }
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == ';')) out.pop_back();
    return out;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

// Whether the keyword stands at `at` as a word of its own; `sql` in any case.
bool word_at(std::string_view sql, std::size_t at, std::string_view keyword) {
    if (at + keyword.size() > sql.size() || (at > 0 && is_word(sql[at - 1]))) return false;
    for (std::size_t i = 0; i < keyword.size(); ++i) {
        if (std::tolower(static_cast<unsigned char>(sql[at + i])) != keyword[i]) return false;
    }
    return at + keyword.size() == sql.size() || !is_word(sql[at + keyword.size()]);
}

// Where the FROM of the select list that starts at `at` stands; npos if it has none.
std::size_t from_of(std::string_view sql, std::size_t at) {
    int depth = 0;
    while (at < sql.size()) {
        const char c = sql[at];
        if (c == '\'' || c == '"') {
            at = past_quotes(sql, at);
            continue;
        }
        if (c == '(') ++depth;
        if (c == ')' && --depth < 0) break;
        if (depth == 0 && word_at(sql, at, "from")) return at;
        ++at;
    }
    return std::string_view::npos;
}

std::string without_lists(std::string_view sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        if (sql[at] == '\'' || sql[at] == '"') {
            const auto end = past_quotes(sql, at);
            out += sql.substr(at, end - at);
            at = end;
            continue;
        }
        if (word_at(sql, at, "select")) {
            const auto list = at + 7, from = from_of(sql, std::min(list, sql.size()));
            if (from != std::string_view::npos && from > list + longest_list) {
                out.append(sql.substr(at, 7)).append("… ");
                at = from;
                continue;
            }
        }
        out += sql[at++];
    }
    return out;
}

}  // namespace

std::string one_line(std::string_view sql, int columns) {
    // Texts of megabytes happen; nobody reads beyond this in a table.
    const std::string line = squeezed(sql.substr(0, 8000));
    const std::string shown = display_width(line) > 60 ? without_lists(line) : line;
    return shorten(shown, columns);
}

}  // namespace dwopt::report
