// A text made ready for the parser and for masking: valid UTF-8, comments and closing semicolons gone, white space
// single, long lists of literals cut. Still with its literals.
#pragma once

#include "lexer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::sql {

class Source {
  public:
    explicit Source(std::string_view sql);
    Source(const Source&) = delete;  // the tokens view the text
    Source& operator=(const Source&) = delete;

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }
    [[nodiscard]] bool open() const { return open_; }            // a quote or comment of the original never ends
    [[nodiscard]] bool unbalanced() const { return unbalanced_; }  // more ( and [ than ) and ]
    [[nodiscard]] bool shortened() const { return shortened_; }  // lists were cut

  private:
    std::string text_;
    std::vector<Token> tokens_;
    bool open_ = false;
    bool unbalanced_ = false;
    bool shortened_ = false;
};

// Puts tokens together again, with a space where there was a gap (but none before a comma or a closing parenthesis) and
// where two words would grow together.
class Joiner {
  public:
    void add(const Token& token, std::string_view spelling);
    void add(const Token& token) { add(token, token.text); }
    void skip(const Token& token);  // leaves it out, keeps the gap before it
    void drop(const Token& token);  // leaves it out with the gap before it
    [[nodiscard]] const std::string& text() const { return out_; }

  private:
    std::string out_;
    std::size_t last_end_ = 0;
    bool gap_ = false;
};

}  // namespace dwopt::sql
