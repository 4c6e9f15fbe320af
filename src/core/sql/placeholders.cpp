// The text is edited token by token, guided by the tree, rather than written anew from the tree: what needs no change
// stays as its author wrote it, and libpg_query's deparser has gaps.
#include "sql/placeholders.hpp"

#include "parameter_types.hpp"
#include "repeated.hpp"
#include "source.hpp"
#include "tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace dwopt::sql {
namespace {

class Rewriter {
  public:
    Rewriter(const Source& source, const Node* statement, const TableLookup& lookup) : tokens_(source.tokens()), text_(source.text()) {
        for (std::size_t i = 0; i < tokens_.size(); ++i) at_[tokens_[i].offset] = i;
        // The statement may be the one inside a PREPARE: what the tree does not reach is left alone.
        mend_grammar(statement);
        const Types types(statement, lookup);
        auto casts = ParameterTyper(types).run(statement);
        for (const auto& [offset, type] : casts.types) casts_.try_emplace(offset, type);
        for (const auto* expression : casts.any_arrays) any_to_in(*expression);
        numbers_ = repeated_params(statement);
        separate(casts.apart);
    }

    std::string text() {
        const auto dense = dense_numbers();
        Joiner joiner;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const auto& token = tokens_[i];
            const auto replaced = spelled_.find(i);
            if (replaced != spelled_.end()) {
                if (replaced->second.empty()) joiner.skip(token);
                else joiner.add(token, replaced->second);
            } else if (token.kind == TokenKind::param) {
                const auto cast = casts_.find(token.offset);
                const auto name = "$" + std::to_string(dense.at(number(token)));
                joiner.add(token, cast == casts_.end() ? name : name + "::" + cast->second);
            } else {
                joiner.add(token);
            }
        }
        return joiner.text();
    }

  private:
    const Token* token(std::size_t i) const { return i < tokens_.size() ? &tokens_[i] : nullptr; }

    std::optional<std::size_t> index_of(int location) const {
        const auto found = at_.find(static_cast<std::size_t>(location));
        return found == at_.end() ? std::nullopt : std::optional(found->second);
    }

    int number(const Token& param) const {
        const auto found = numbers_.find(param.offset);
        return found == numbers_.end() ? param_number(param) : found->second;
    }

    void drop(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) spelled_[i] = "";
    }

    void mend_grammar(const Node* statement) {
        walk(statement, [this](const Node* node) {
            if (const auto* cast = as<TypeCast>(node)) mend_typed_literal(*cast);
            if (const auto* call = as<FuncCall>(node)) mend_extract(*call);
            return true;
        });
    }

    // date $1, interval $1 day to second: the type stands before its value.
    void mend_typed_literal(const TypeCast& cast) {
        const auto* param = as<ParamRef>(cast.arg);
        if (!param || !cast.type_name || cast.type_name->location < 0 || cast.type_name->location >= param->location) return;
        const auto type = index_of(cast.type_name->location);
        const auto value = index_of(param->location);
        if (!type || !value || tokens_[*type].is_word("cast")) return;
        std::string name = text_.substr(tokens_[*type].offset, tokens_[*value].offset - tokens_[*type].offset);
        while (!name.empty() && name.back() == ' ') name.pop_back();
        std::size_t end = *value + 1;
        const auto is_unit = [&](std::size_t i) {
            constexpr std::string_view units[] = {"year", "month", "day", "hour", "minute", "second"};
            return token(i) && std::any_of(std::begin(units), std::end(units), [&](auto unit) { return tokens_[i].is_word(unit); });
        };
        if (tokens_[*type].is_word("interval") && is_unit(end)) {
            ++end;
            if (token(end) && tokens_[end].is_word("to") && is_unit(end + 1)) end += 2;
            if (token(end + 2) && tokens_[end].is("(") && tokens_[end - 1].is_word("second")) end += 3;
            name += " " + text_.substr(tokens_[*value + 1].offset, tokens_[end - 1].end() - tokens_[*value + 1].offset);
        }
        casts_[tokens_[*value].offset] = name;
        drop(*type, *value);
        drop(*value + 1, end);
    }

    // EXTRACT ($1 FROM x): the field is a keyword there.
    void mend_extract(const FuncCall& call) {
        if (last_text(nodes(call.n_funcname, call.funcname)) != "extract" || call.n_args != 2) return;
        const auto* field = as<ParamRef>(call.args[0]);
        const auto name = index_of(call.location);
        const auto value = field ? index_of(field->location) : std::nullopt;
        if (!name || !value || !token(*value + 1) || !tokens_[*value + 1].is_word("from")) return;
        spelled_[*name] = "date_part";
        casts_[tokens_[*value].offset] = "text";
        spelled_[*value + 1] = ",";
    }

    // x = ANY (ARRAY[$1, $2]) → x IN ($1, $2)
    void any_to_in(const AExpr& expression) {
        const auto op = index_of(expression.location);
        const auto* array = as<AArrayExpr>(expression.rexpr);
        const auto begin = array ? index_of(array->location) : std::nullopt;
        if (!op || !begin || *begin < 2 || !token(*begin + 1) || !tokens_[*begin + 1].is("[")) return;
        std::size_t end = *begin + 2;
        while (token(end) && (tokens_[end].kind == TokenKind::param || tokens_[end].is(","))) ++end;
        const bool plain = *op + 3 == *begin && token(end + 1) && tokens_[end].is("]") && tokens_[end + 1].is(")");
        if (!plain) return;  // op ANY ( ARRAY [ … ] )
        spelled_[*op] = tokens_[*op].is("=") ? "IN" : "NOT IN";
        drop(*op + 1, *op + 2);
        drop(*begin, *begin + 2);
        drop(end, end + 1);
    }

    // Parameters that are read as text in one place and as something else in another become two.
    void separate(const std::set<std::size_t>& apart) {
        std::map<int, int> uses;
        int highest = 0;
        for (const auto& one : tokens_) {
            if (one.kind != TokenKind::param) continue;
            ++uses[number(one)];
            highest = std::max({highest, number(one), param_number(one)});
        }
        for (const auto offset : apart) {
            const auto found = at_.find(offset);
            if (found == at_.end() || uses[number(tokens_[found->second])] < 2) continue;
            numbers_[offset] = ++highest;
        }
    }

    std::map<int, int> dense_numbers() const {
        std::map<int, int> dense;
        for (std::size_t i = 0; i < tokens_.size(); ++i)
            if (tokens_[i].kind == TokenKind::param && !spelled_.contains(i)) dense[number(tokens_[i])] = 0;
        int next = 1;
        for (auto& [from, to] : dense) to = next++;
        return dense;
    }

    const std::vector<Token>& tokens_;
    const std::string& text_;
    std::unordered_map<std::size_t, std::size_t> at_;        // offset → token
    std::unordered_map<std::size_t, std::string> casts_;     // parameter's offset → type
    std::map<std::size_t, int> numbers_;                     // parameter's offset → another number
    std::unordered_map<std::size_t, std::string> spelled_;   // token → other text, empty for none
};

// Where the query inside a wrapping statement begins and ends.
std::string inner_text(const Source& source, const Node* wrapper) {
    const auto& tokens = source.tokens();
    const auto slice = [&](std::size_t begin, std::size_t end) {
        return begin < end ? source.text().substr(tokens[begin].offset, tokens[end - 1].end() - tokens[begin].offset) : std::string{};
    };
    const bool copy = as<CopyStmt>(wrapper);
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is(")") && --depth == 0 && copy) return slice(2, i);  // COPY ( query )
        if (tokens[i].is("(")) ++depth;
        if (depth > 0 || i == 0) continue;
        const bool before = (as<DeclareCursorStmt>(wrapper) && tokens[i].is_word("for")) ||
                            ((as<PrepareStmt>(wrapper) || as<CreateTableAsStmt>(wrapper)) && tokens[i].is_word("as"));
        std::size_t end = tokens.size();
        if (as<CreateTableAsStmt>(wrapper) && end > 2 && tokens[end - 1].is_word("data"))
            end -= tokens[end - 2].is_word("no") ? 3 : 2;
        if (before) return slice(i + 1, end);
        constexpr std::string_view starts[] = {"select", "with", "insert", "update", "delete", "merge", "values", "table",
                                               "declare", "create", "execute"};
        if (as<ExplainStmt>(wrapper) &&
            std::any_of(std::begin(starts), std::end(starts), [&](auto word) { return tokens[i].is_word(word); }))
            return slice(i, tokens.size());
    }
    return {};
}

}  // namespace

int parameter_count(std::string_view sql) { return highest_param(lex(sql).tokens); }

std::optional<std::string> with_literals(std::string_view normalised, const std::map<int, std::string>& literals) {
    std::string text;
    std::size_t copied = 0;
    std::map<int, int> places;
    for (const auto& token : lex(normalised).tokens) {
        const auto literal = token.kind == TokenKind::param ? literals.find(param_number(token)) : literals.end();
        if (literal == literals.end()) continue;
        text += normalised.substr(copied, token.offset - copied);
        text += literal->second;
        copied = token.end();
        ++places[literal->first];
    }
    text += normalised.substr(copied);
    const bool each_once = std::all_of(literals.begin(), literals.end(), [&](const auto& literal) { return places[literal.first] == 1; });
    return each_once ? std::optional(std::move(text)) : std::nullopt;
}

std::string plannable(std::string_view normalised, const TableLookup& lookup) {
    const Source source(normalised);
    std::string parsed = source.text();
    const auto tree = parse_normalised(parsed);  // a wrapping statement may have $n where only literals may stand
    if (!tree || tree.size() != 1) return source.text();
    const auto* statement = tree.statement(0);
    if (inner_statement(statement)) {
        const auto inner = inner_text(source, statement);
        return inner.empty() || inner.size() >= source.text().size() ? source.text() : plannable(inner, lookup);
    }
    return Rewriter(source, statement, lookup).text();
}

}  // namespace dwopt::sql
