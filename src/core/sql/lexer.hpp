// PostgreSQL's lexical rules, for texts of any quality: nothing is refused, what is left open at the end is marked.
// A string, with its prefix, its continuation lines and UESCAPE, is one token; comments and white space are none.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace dwopt::sql {

enum class TokenKind {
    word,         // identifier or keyword, not quoted
    quoted_word,  // "…", U&"…"
    string,       // '…', E'…', B'…', X'…', N'…', U&'…', $tag$…$tag$
    number,       // with any junk glued to it
    param,        // $1
    op,           // operator characters, "::", ":=", ".."
    mark,         // one of ( ) [ ] , ; . : and characters that no rule knows
};

struct Token {
    TokenKind kind = TokenKind::mark;
    std::size_t offset = 0;
    std::string_view text;
    bool closed = true;       // false: the text ends inside it
    bool ambiguous = false;   // a plain string with \' in it: ends elsewhere if standard_conforming_strings is off

    [[nodiscard]] std::size_t end() const { return offset + text.size(); }
    [[nodiscard]] bool is(std::string_view mark) const { return text == mark; }
    // A keyword, in any case. `lower` is in lower case.
    [[nodiscard]] bool is_word(std::string_view lower) const;
    [[nodiscard]] bool is_literal() const { return kind == TokenKind::string || kind == TokenKind::number; }
};

struct Lexed {
    std::vector<Token> tokens;  // views into the text that was lexed
    bool open_comment = false;  // the text ends inside /* … */
};

[[nodiscard]] Lexed lex(std::string_view sql);

// How deeply a parser that recurses would have to nest for this text; an upper bound for the usual constructs.
[[nodiscard]] std::size_t nesting(const std::vector<Token>& tokens);

// The number of a $n token; 0 if it is absurdly large.
[[nodiscard]] int param_number(const Token& token);

// Highest $n of a text; 0 without.
[[nodiscard]] int highest_param(const std::vector<Token>& tokens);

}  // namespace dwopt::sql
