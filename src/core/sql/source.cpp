#include "source.hpp"

#include <algorithm>

namespace dwopt::sql {
namespace {

constexpr std::size_t longest_list = 100;
constexpr std::size_t none = static_cast<std::size_t>(-1);

bool opens(const Token& token) { return token.is("(") || token.is("["); }
bool closes(const Token& token) { return token.is(")") || token.is("]"); }

// Finds long lists of literals, which generated statements carry by the thousand, so that neither the parser nor the
// workspace has to.
class ListCutter {
  public:
    explicit ListCutter(const std::vector<Token>& tokens) : tokens_(tokens), match_(tokens.size(), none), drop_(tokens.size()) {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (opens(tokens[i])) open.push_back(i);
            if (!closes(tokens[i]) || open.empty()) continue;
            match_[open.back()] = i;
            open.pop_back();
        }
        unbalanced = !open.empty();
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            if (match_[i + 1] == none) continue;
            if (tokens[i].is_word("in") || tokens[i].is_word("array")) cut_elements(i + 2, match_[i + 1]);
            if (tokens[i].is_word("values")) cut_rows(i + 1);
        }
    }

    bool dropped(std::size_t i) const { return drop_[i]; }
    bool unbalanced = false;
    bool any = false;

  private:
    bool simple(std::size_t i) const {
        const auto& token = tokens_[i];
        return token.is_literal() || token.kind == TokenKind::param || token.is("-") || token.is("+") ||
               token.is_word("null") || token.is_word("true") || token.is_word("false");
    }

    // The end of the element that begins at i; `plain` tells whether it is nothing but literals.
    std::size_t element(std::size_t i, std::size_t end, bool& plain) const {
        plain = true;
        for (; i < end && !tokens_[i].is(","); ++i) {
            if (opens(tokens_[i]) && match_[i] != none) {
                for (std::size_t inner = i + 1; inner < match_[i]; ++inner) plain &= simple(inner) || tokens_[inner].is(",");
                i = match_[i];
            } else {
                plain &= simple(i);
            }
        }
        return i;
    }

    void mark(std::size_t begin, std::size_t end) {
        std::fill(drop_.begin() + static_cast<std::ptrdiff_t>(begin), drop_.begin() + static_cast<std::ptrdiff_t>(end), true);
        any = true;
    }

    void cut_elements(std::size_t begin, std::size_t end) {
        std::size_t seen = 0;
        for (std::size_t i = begin; i < end;) {
            bool plain = false;
            const std::size_t next = element(i, end, plain);
            if (plain && ++seen > longest_list) mark(i - 1, next);  // with the comma before it
            i = next + 1;
        }
    }

    void cut_rows(std::size_t i) {
        for (std::size_t rows = 1; i < tokens_.size() && tokens_[i].is("(") && match_[i] != none; ++rows) {
            const std::size_t end = match_[i] + 1;
            if (rows > longest_list) mark(i - 1, end);
            if (end >= tokens_.size() || !tokens_[end].is(",")) return;
            i = end + 1;
        }
    }

    const std::vector<Token>& tokens_;
    std::vector<std::size_t> match_;  // of an opening bracket: its closing one
    std::vector<bool> drop_;
};

// Bytes of the UTF-8 character that begins at `at`; 0 if there is none.
std::size_t character(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead == 0 ? 0 : lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
    return length;
}

// NUL and bytes that are no UTF-8 become U+FFFD, which may stand in names: what is stored and printed must be valid.
std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto length = character(text, i);
        out += length > 0 ? text.substr(i, length) : std::string_view("\xEF\xBF\xBD");
        i += std::max<std::size_t>(length, 1);
    }
    return out;
}

bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Source::Source(std::string_view sql) {
    const auto valid = valid_utf8(sql);
    auto lexed = lex(valid);
    auto& raw = lexed.tokens;
    while (!raw.empty() && raw.back().is(";")) raw.pop_back();
    open_ = lexed.open_comment || (!raw.empty() && !raw.back().closed);
    const ListCutter lists(raw);
    unbalanced_ = lists.unbalanced;
    shortened_ = lists.any;
    Joiner joiner;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (lists.dropped(i)) {
            joiner.drop(raw[i]);
            continue;
        }
        joiner.add(raw[i]);
        tokens_.push_back(raw[i]);
        tokens_.back().offset = joiner.text().size() - raw[i].text.size();
    }
    text_ = joiner.text();
    for (auto& token : tokens_) token.text = std::string_view(text_).substr(token.offset, token.text.size());
}

void Joiner::add(const Token& token, std::string_view spelling) {
    skip(token);
    if (spelling.empty()) return;
    const bool tight = spelling == "," || spelling == ")";
    if (!out_.empty() && !tight && (gap_ || (in_word(out_.back()) && in_word(spelling.front())))) out_ += ' ';
    out_ += spelling;
    gap_ = false;
}

void Joiner::skip(const Token& token) {
    gap_ |= token.offset > last_end_;
    last_end_ = token.end();
}

void Joiner::drop(const Token& token) { last_end_ = token.end(); }

}  // namespace dwopt::sql
