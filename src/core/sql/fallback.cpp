#include "fallback.hpp"

#include "model/hash.hpp"

#include <array>
#include <string>

namespace dwopt::sql {
namespace {

constexpr std::array<std::string_view, 44> utility_words{
    "alter", "analyse", "analyze", "begin", "call", "checkpoint", "close", "cluster", "comment", "commit", "copy", "create",
    "deallocate", "declare", "discard", "do", "drop", "end", "execute", "explain", "fetch", "grant", "import", "listen",
    "load", "lock", "move", "notify", "prepare", "reassign", "refresh", "reindex", "release", "reset", "revoke", "rollback",
    "savepoint", "security", "set", "show", "start", "truncate", "unlisten", "vacuum"};

StatementKind kind_by_word(const Token& token) {
    if (token.is_word("select") || token.is_word("values") || token.is_word("table")) return StatementKind::select;
    if (token.is_word("insert")) return StatementKind::insert;
    if (token.is_word("update")) return StatementKind::update;
    if (token.is_word("delete")) return StatementKind::remove;
    if (token.is_word("merge")) return StatementKind::merge;
    for (const auto word : utility_words)
        if (token.is_word(word)) return StatementKind::utility;
    return StatementKind::unknown;
}

StatementKind guess_kind(const std::vector<Token>& tokens) {
    std::size_t first = 0;
    while (first < tokens.size() && tokens[first].is("(")) ++first;
    if (first == tokens.size()) return StatementKind::unknown;
    if (!tokens[first].is_word("with")) return kind_by_word(tokens[first]);
    int depth = 0;
    for (std::size_t i = first + 1; i < tokens.size(); ++i) {  // the statement after the list of CTEs
        depth += tokens[i].is("(") ? 1 : tokens[i].is(")") ? -1 : 0;
        const auto kind = depth == 0 ? kind_by_word(tokens[i]) : StatementKind::unknown;
        if (kind != StatementKind::unknown && kind != StatementKind::utility) return kind;
    }
    return StatementKind::unknown;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// The text's hash with lists of values of any length made one: "( ? , ? )" and "( ? )" are the same.
class Hash {
  public:
    void add(std::string_view part) {
        const bool value = part == "?";
        if (value && after_list_comma_) {
            after_list_comma_ = false;
            after_value_ = true;
            return;  // with its comma, which was held back
        }
        if (after_list_comma_) mix(",");
        after_list_comma_ = after_value_ && part == ",";
        after_value_ = value;
        if (!after_list_comma_) mix(part);
    }
    std::uint64_t value() const { return hash_; }

  private:
    void mix(std::string_view part) { hash_ = model::fnv1a(" ", model::fnv1a(part, hash_)); }

    std::uint64_t hash_ = model::fnv1a("unparsed");
    bool after_value_ = false, after_list_comma_ = false;
};

bool is_sign(const std::vector<Token>& tokens, std::size_t i) {
    if (!tokens[i].is("-") || i + 1 == tokens.size() || tokens[i + 1].kind != TokenKind::number) return false;
    if (i == 0) return true;
    const auto& before = tokens[i - 1];
    return before.kind == TokenKind::op || before.is("(") || before.is("[") || before.is(",");
}

}  // namespace

Normalised mask_blindly(const Source& source) {
    const auto& tokens = source.tokens();
    Joiner joiner;
    Hash hash;
    int next = highest_param(tokens) + 1;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        if (is_sign(tokens, i)) {
            joiner.skip(token);
        } else if (token.is_literal() || !token.closed) {
            joiner.add(token, "$" + std::to_string(next++));
            hash.add("?");
            if (!token.closed || token.ambiguous) break;
        } else {
            joiner.add(token);
            hash.add(token.kind == TokenKind::param ? "?" : token.kind == TokenKind::word ? lower(token.text) : token.text);
        }
    }
    Normalised out;
    out.text = joiner.text();
    out.fingerprint = model::hex(hash.value());
    out.kind = guess_kind(tokens);
    return out;
}

}  // namespace dwopt::sql
