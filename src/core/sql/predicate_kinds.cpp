#include "predicate_kinds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dwopt::sql {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Operators that a GIN index serves with one of PostgreSQL's own operator classes or pg_trgm's.
constexpr std::array<std::string_view, 9> containment{"@>", "<@", "?", "?|", "?&", "&&", "@@", "@@@", "@?"};

constexpr std::array<Pair, 9> commutators{Pair{"=", "="}, {"<>", "<>"}, {"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="},
                                          {"@>", "<@"}, {"<@", "@>"}, {"&&", "&&"}};

constexpr std::array<Pair, 18> negators{
    Pair{"=", "<>"}, {"<>", "="}, {"<", ">="}, {">=", "<"}, {">", "<="}, {"<=", ">"}, {"~~", "!~~"}, {"!~~", "~~"},
    {"~~*", "!~~*"}, {"!~~*", "~~*"}, {"~", "!~"}, {"!~", "~"}, {"IS NULL", "IS NOT NULL"}, {"IS NOT NULL", "IS NULL"},
    {"", "NOT"}, {"NOT", ""}, {"IS TRUE", "IS NOT TRUE"}, {"IS FALSE", "IS NOT FALSE"}};

template <std::size_t N>
std::string_view second(const std::array<Pair, N>& pairs, std::string_view first) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& pair) { return pair.first == first; });
    return found == pairs.end() ? std::string_view{} : found->second;
}

// A pattern that begins with plain characters is a prefix; a parameter may be one.
PredicateKind kind_of_like(const Node* pattern) {
    if (const auto* cast = as<TypeCast>(pattern)) return kind_of_like(cast->arg);
    if (const auto* escape = as<FuncCall>(pattern); escape && last_text(nodes(escape->n_funcname, escape->funcname)) == "like_escape")
        return escape->n_args > 0 ? kind_of_like(escape->args[0]) : PredicateKind::pattern;
    if (as<ParamRef>(pattern)) return PredicateKind::prefix;
    const auto* value = as<AConst>(pattern);
    if (!value || value->val_case != PG_QUERY__A__CONST__VAL_SVAL) return PredicateKind::pattern;
    const auto text = text_of(value->sval->sval);
    return text.empty() || text.front() == '%' || text.front() == '_' ? PredicateKind::pattern : PredicateKind::prefix;
}

PredicateKind kind_of_operator(std::string_view op) {
    if (op == "=") return PredicateKind::equal;
    if (op == "<>") return PredicateKind::not_equal;
    if (op == "<" || op == "<=" || op == ">" || op == ">=") return PredicateKind::range;
    if (op == "^@") return PredicateKind::prefix;
    constexpr std::array<std::string_view, 8> patterns{"~~*", "~", "~*", "%", "<%", "%>", "<<%", "%>>"};  // the last five: pg_trgm's similarity
    if (std::find(patterns.begin(), patterns.end(), op) != patterns.end()) return PredicateKind::pattern;
    if (std::find(containment.begin(), containment.end(), op) != containment.end()) return PredicateKind::contains;
    return PredicateKind::other;
}

}  // namespace

Condition condition_of(std::string_view op, const Node* right) {
    return {op == "~~" ? kind_of_like(right) : kind_of_operator(op), std::string(op)};
}

Condition condition_of_commuted(std::string_view op) {
    const auto swapped = second(commutators, op);
    if (swapped.empty()) return {PredicateKind::other, std::string(op)};
    return {kind_of_operator(swapped), std::string(swapped)};
}

Condition negated(const Condition& condition) {
    const auto opposite = second(negators, condition.op);
    const bool known = !opposite.empty() || condition.op == "NOT";
    Condition out{PredicateKind::other, known ? std::string(opposite) : "NOT " + condition.op};
    switch (condition.kind) {
        case PredicateKind::equal:
        case PredicateKind::in_list: out.kind = PredicateKind::not_equal; break;
        case PredicateKind::not_equal: out.kind = PredicateKind::equal; break;
        case PredicateKind::range: out.kind = known ? PredicateKind::range : PredicateKind::other; break;
        case PredicateKind::is_null: out.kind = PredicateKind::is_not_null; break;
        case PredicateKind::is_not_null: out.kind = PredicateKind::is_null; break;
        case PredicateKind::is_true: out.kind = condition.op.empty() ? PredicateKind::is_false : PredicateKind::other; break;
        case PredicateKind::is_false: out.kind = condition.op == "NOT" ? PredicateKind::is_true : PredicateKind::other; break;
        default: break;
    }
    return out;
}

}  // namespace dwopt::sql
