// After PostgreSQL's src/backend/parser/scan.l, written by hand because libpg_query's scanner gives nothing at all for a
// text it does not like, and texts from the server's views and logs are often cut.
#include "lexer.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

namespace dwopt::sql {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }
bool is_operator(char c) { return std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Lexer {
  public:
    explicit Lexer(std::string_view sql) : sql_(sql) {}

    Lexed run() {
        while (skip_blank(), at_ < sql_.size()) {
            start_ = at_;
            token_ = {};
            scan();
            token_.offset = start_;
            token_.text = sql_.substr(start_, at_ - start_);
            out_.tokens.push_back(token_);
        }
        return std::move(out_);
    }

  private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

    void scan() {
        const char c = peek();
        const char l = lower(c);
        if (c == '\'') return string(false, 0);
        if (c == '"') return quoted_word(0);
        if (peek(1) == '\'' && (l == 'e' || l == 'b' || l == 'x' || l == 'n')) return string(l == 'e', 1);
        if (l == 'u' && peek(1) == '&' && peek(2) == '\'') return string(false, 2), uescape();
        if (l == 'u' && peek(1) == '&' && peek(2) == '"') return quoted_word(2), uescape();
        if (c == '$') return dollar();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)) && !after_name())) return number();
        if (starts_word(c)) {
            token_.kind = TokenKind::word;
            while (at_ < sql_.size() && in_word(sql_[at_])) ++at_;
            return;
        }
        if (is_operator(c)) return operator_();
        const bool two = (c == ':' && (peek(1) == ':' || peek(1) == '=')) || (c == '.' && peek(1) == '.');
        token_.kind = two ? TokenKind::op : TokenKind::mark;
        at_ += two ? 2 : 1;
    }

    bool after_name() const {
        return at_ > 0 && (in_word(sql_[at_ - 1]) || sql_[at_ - 1] == '"' || sql_[at_ - 1] == ']' || sql_[at_ - 1] == ')');
    }

    // White space and comments; true if a line ended among them.
    bool skip_blank(bool block_comments = true) {
        bool newline = false;
        while (at_ < sql_.size()) {
            if (is_space(sql_[at_])) {
                newline |= sql_[at_] == '\n' || sql_[at_] == '\r';
                ++at_;
            } else if (peek() == '-' && peek(1) == '-') {
                while (at_ < sql_.size() && sql_[at_] != '\n' && sql_[at_] != '\r') ++at_;
            } else if (block_comments && peek() == '/' && peek(1) == '*') {
                block_comment();
            } else {
                break;
            }
        }
        return newline;
    }

    void block_comment() {
        int depth = 0;
        do {
            if (at_ >= sql_.size()) {
                out_.open_comment = true;
                return;
            }
            if (peek() == '/' && peek(1) == '*') ++depth, at_ += 2;
            else if (peek() == '*' && peek(1) == '/') --depth, at_ += 2;
            else ++at_;
        } while (depth > 0);
    }

    void string(bool escapes, std::size_t prefix) {
        token_.kind = TokenKind::string;
        at_ += prefix;
        for (;;) {
            ++at_;  // the opening quote
            if (!quoted('\'', escapes)) return;
            const std::size_t closed = at_;
            if (skip_blank(false) && peek() == '\'') continue;  // 'one' newline 'string'
            at_ = closed;
            return;
        }
    }

    // Up to and with the closing quote; false if there is none.
    bool quoted(char quote, bool escapes) {
        bool backslash = false;
        while (at_ < sql_.size()) {
            const char c = sql_[at_++];
            if (c == quote) {
                token_.ambiguous |= backslash && !escapes;
                if (peek() != quote) return true;
                ++at_;
            } else if (c == '\\' && escapes && at_ < sql_.size()) {
                ++at_;
            }
            backslash = c == '\\' && !backslash;
        }
        return token_.closed = false;
    }

    void quoted_word(std::size_t prefix) {
        token_.kind = TokenKind::quoted_word;
        at_ += prefix + 1;
        quoted('"', false);
        token_.ambiguous = false;
    }

    // U&'d!0061' UESCAPE '!'
    void uescape() {
        constexpr std::string_view keyword = "uescape";
        const std::size_t before = at_;
        skip_blank();
        std::size_t matched = 0;
        while (matched < keyword.size() && lower(peek(matched)) == keyword[matched]) ++matched;
        at_ += matched;
        if (matched == keyword.size() && (skip_blank(), peek() == '\'')) {
            ++at_;
            quoted('\'', false);
        } else {
            at_ = before;
        }
    }

    void dollar() {
        if (is_digit(peek(1))) {
            token_.kind = TokenKind::param;
            for (++at_; is_digit(peek());) ++at_;
            return;
        }
        std::size_t tag = 1;
        while (at_ + tag < sql_.size() && in_word(peek(tag)) && peek(tag) != '$') ++tag;
        if (peek(tag) != '$') {
            ++at_;  // a lone dollar
            return;
        }
        token_.kind = TokenKind::string;
        const std::string_view delimiter = sql_.substr(at_, tag + 1);
        const std::size_t close = sql_.find(delimiter, at_ + delimiter.size());
        token_.closed = close != std::string_view::npos;
        at_ = token_.closed ? close + delimiter.size() : sql_.size();
    }

    void number() {
        token_.kind = TokenKind::number;
        while (at_ < sql_.size()) {
            const char c = sql_[at_];
            const bool sign = (c == '+' || c == '-') && lower(sql_[at_ - 1]) == 'e' && is_digit(peek(1)) && at_ > start_ + 1;
            const bool point = c == '.' && peek(1) != '.';
            if (!in_word(c) && !sign && !point) return;
            ++at_;
        }
    }

    // An operator ends before a comment; + and - belong to what follows unless a "loud" character goes before.
    void operator_() {
        token_.kind = TokenKind::op;
        bool loud = false;
        while (at_ < sql_.size() && is_operator(sql_[at_])) {
            if (at_ > start_ && ((peek() == '-' && peek(1) == '-') || (peek() == '/' && peek(1) == '*'))) break;
            loud |= std::string_view("~!@#%^&|`?").find(sql_[at_]) != std::string_view::npos;
            ++at_;
        }
        while (!loud && at_ > start_ + 1 && (sql_[at_ - 1] == '+' || sql_[at_ - 1] == '-')) --at_;
    }

    std::string_view sql_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    Token token_;
    Lexed out_;
};

bool is_any(const Token& token, std::initializer_list<std::string_view> words) {
    for (const auto word : words)
        if (token.is_word(word)) return true;
    return false;
}

}  // namespace

bool Token::is_word(std::string_view word) const {
    if (kind != TokenKind::word || text.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (dwopt::sql::lower(text[i]) != word[i]) return false;
    return true;
}

Lexed lex(std::string_view sql) { return Lexer(sql).run(); }

// Operators chain to the left, each one level deeper, until a list or a clause starts anew; set operations and joins
// chain over clauses. AND and OR are flat in the tree.
std::size_t nesting(const std::vector<Token>& tokens) {
    struct Level {
        std::size_t chain = 0, lasting = 0;
    };
    std::vector<Level> open(1);
    std::size_t below = 0, deepest = 0;  // below: the sum over the levels under the current one
    for (const auto& token : tokens) {
        if (token.is("(") || token.is("[")) {
            below += 1 + open.back().chain + open.back().lasting;
            open.emplace_back();
        } else if (token.is(")") || token.is("]")) {
            if (open.size() == 1) continue;
            open.pop_back();
            below -= 1 + open.back().chain + open.back().lasting;
        } else if (token.kind == TokenKind::op || is_any(token, {"not", "is", "at", "collate", "isnull", "notnull"})) {
            ++open.back().chain;
        } else if (is_any(token, {"union", "except", "intersect", "join", "case"})) {
            ++open.back().lasting;
        } else if (token.is_word("end")) {
            if (open.back().lasting > 0) --open.back().lasting;
        } else if (token.is(",") || token.is(";") ||
                   is_any(token, {"and", "or", "select", "from", "where", "when", "then", "else", "on", "as"})) {
            open.back().chain = 0;
        }
        deepest = std::max(deepest, below + open.back().chain + open.back().lasting);
    }
    return deepest;
}

int param_number(const Token& token) {
    int number = 0;
    const auto digits = token.text.substr(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && number <= 65535 ? number : 0;
}

int highest_param(const std::vector<Token>& tokens) {
    int highest = 0;
    for (const auto& token : tokens)
        if (token.kind == TokenKind::param) highest = std::max(highest, param_number(token));
    return highest;
}

}  // namespace dwopt::sql
