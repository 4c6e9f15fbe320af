// Literals are masked here and not by pg_query_normalize(), which leaves those of most utility statements (COPY,
// COMMENT, PREPARE, CREATE TABLE AS …) in the text. The tree says which tokens are constants; one parse serves the
// masking, the kind and the check that the text is whole.
#include "sql/normalise.hpp"

#include "fallback.hpp"
#include "source.hpp"
#include "tree.hpp"

#include "model/hash.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace dwopt::sql {
namespace {

constexpr std::size_t most_bytes = 10'000'000;

struct Constants {
    std::unordered_set<std::size_t> values;  // offsets of constants
    std::unordered_set<std::size_t> kept;    // offsets of numbers that are structure: positions, type modifiers
};

const AConst* positive_integer(const Node* node) {
    const auto* value = as<AConst>(node);
    return value && value->val_case == PG_QUERY__A__CONST__VAL_IVAL && value->ival->ival > 0 ? value : nullptr;
}

void keep(const AConst* value, Constants& out) {
    if (value) out.kept.insert(static_cast<std::size_t>(value->location));
}

void keep_positions(Nodes clause, Constants& out) {
    for (const auto* item : clause) {
        const auto* sort = as<SortBy>(item);
        keep(positive_integer(sort ? sort->node : item), out);
    }
}

// SET TRANSACTION keeps its keywords as constants.
bool is_transaction_option(const ProtobufCMessage* message) {
    return message->descriptor == &pg_query__def_elem__descriptor &&
           text_of(reinterpret_cast<const PgQuery__DefElem*>(message)->defname).starts_with("transaction_");
}

Constants constants_of(const Tree& tree) {
    Constants out;
    walk_messages(tree.root(), [&](const ProtobufCMessage* message) {
        if (message->descriptor == &pg_query__select_stmt__descriptor) {
            const auto* select = reinterpret_cast<const SelectStmt*>(message);
            keep_positions(nodes(select->n_group_clause, select->group_clause), out);
            keep_positions(nodes(select->n_sort_clause, select->sort_clause), out);
            keep_positions(nodes(select->n_distinct_clause, select->distinct_clause), out);
        } else if (message->descriptor == &pg_query__type_name__descriptor) {
            const auto* type = reinterpret_cast<const TypeName*>(message);
            for (const auto* modifier : nodes(type->n_typmods, type->typmods)) keep(as<AConst>(modifier), out);
        } else if (message->descriptor == &pg_query__a__const__descriptor) {
            const auto* value = reinterpret_cast<const AConst*>(message);
            if (value->location >= 0) out.values.insert(static_cast<std::size_t>(value->location));
        }
        return !is_transaction_option(message);
    });
    return out;
}

// One number per literal; the same $n stays the same. Numbers are made dense when a list was cut.
class Numbering {
  public:
    Numbering(const std::vector<Token>& tokens, bool dense) : next_(dense ? 1 : highest_param(tokens) + 1), dense_(dense) {}

    std::string literal() { return "$" + std::to_string(next_++); }
    std::string param(const Token& token) {
        if (!dense_) return std::string(token.text);
        const auto [found, is_new] = given_.try_emplace(param_number(token), next_);
        if (is_new) ++next_;
        return "$" + std::to_string(found->second);
    }

  private:
    int next_;
    bool dense_;
    std::unordered_map<int, int> given_;
};

std::string mask(const Source& source, const Constants& constants, bool utility) {
    const auto& tokens = source.tokens();
    Numbering numbering(tokens, source.shortened());
    Joiner joiner;
    bool sign = false;  // the minus of a negative constant went before
    for (const auto& token : tokens) {
        const bool constant = constants.values.contains(token.offset);
        const bool kept = constants.kept.contains(token.offset);
        if (constant && !kept && (token.is("-") || token.is("+"))) {
            joiner.skip(token);
            sign = true;
            continue;
        }
        const bool number = token.kind == TokenKind::number && !kept && (constant || sign || utility);
        const bool keyword = token.kind == TokenKind::word && constant && !kept;  // true, null, off, the year of EXTRACT
        if (token.kind == TokenKind::string || number || keyword) joiner.add(token, numbering.literal());
        else if (token.kind == TokenKind::param) joiner.add(token, numbering.param(token));
        else joiner.add(token);
        sign = false;
    }
    return joiner.text();
}

bool has_two_digits_in_a_row(std::string_view name) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::adjacent_find(name.begin(), name.end(), [&](char a, char b) { return digit(a) && digit(b); }) != name.end();
}

// libpg_query passes over runs of digits in the names of relations, so that sales_202401 and sales_202402 look alike.
// Advice is about one table, so they must not.
std::uint64_t with_numbered_relations(std::uint64_t fingerprint, const Tree& tree) {
    walk_messages(tree.root(), [&](const ProtobufCMessage* message) {
        if (message->descriptor == &pg_query__range_var__descriptor) {
            const auto name = text_of(reinterpret_cast<const RangeVar*>(message)->relname);
            if (has_two_digits_in_a_row(name)) fingerprint = model::fnv1a(name, fingerprint);
        }
        return true;
    });
    return fingerprint;
}

bool is_utility(const Tree& tree) {
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const auto* statement = tree.statement(i);
        const auto kind = kind_of(statement);
        if (inner_statement(statement) || kind == StatementKind::utility || kind == StatementKind::unknown) return true;
    }
    return false;
}

Normalised unparsed(const Source& source, bool truncated) {
    auto out = mask_blindly(source);
    out.truncated = truncated || source.open() || source.unbalanced();
    return out;
}

}  // namespace

Normalised normalise(std::string_view sql) {
    const bool cut = sql.size() > most_bytes;
    const Source source(cut ? model::clip_utf8(sql, most_bytes) : sql);
    if (cut || source.open()) return unparsed(source, true);
    std::string text = source.text();
    const auto tree = parse_normalised(text);
    if (!tree) return unparsed(source, tree.error().at_end);
    if (tree.size() == 0) return unparsed(source, false);
    Normalised out;
    out.text = mask(source, constants_of(tree), is_utility(tree));
    const auto [value, error] = fingerprint(out.text);
    out.fingerprint = error.message.empty() ? model::hex(with_numbered_relations(value, tree)) : mask_blindly(source).fingerprint;
    out.kind = kind_of(tree.statement(0));
    out.parsed = true;
    return out;
}

}  // namespace dwopt::sql
