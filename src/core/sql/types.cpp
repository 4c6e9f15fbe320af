#include "types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dwopt::sql {
namespace {

using Named = std::pair<std::string_view, Category>;

// Names of types as the grammar keeps them, and as format_type() writes them (by their beginning).
constexpr std::array<Named, 29> type_names{
    Named{"int2", Category::number}, {"int4", Category::number}, {"int8", Category::number}, {"int", Category::number},
    {"integer", Category::number}, {"bigint", Category::number}, {"smallint", Category::number}, {"numeric", Category::number},
    {"decimal", Category::number}, {"real", Category::number}, {"float4", Category::number}, {"float8", Category::number},
    {"double precision", Category::number}, {"date", Category::date}, {"timestamp", Category::timestamp},
    {"timestamptz", Category::timestamp}, {"timestamp without time zone", Category::timestamp},
    {"timestamp with time zone", Category::timestamp}, {"interval", Category::interval}, {"text", Category::text},
    {"varchar", Category::text}, {"bpchar", Category::text}, {"character", Category::text}, {"character varying", Category::text},
    {"name", Category::text}, {"bool", Category::boolean}, {"boolean", Category::boolean}, {"money", Category::other}, {"time", Category::other}};

// What well-known functions yield.
constexpr std::array<Named, 51> function_results{
    Named{"now", Category::timestamp}, {"statement_timestamp", Category::timestamp}, {"clock_timestamp", Category::timestamp},
    {"transaction_timestamp", Category::timestamp}, {"date_trunc", Category::timestamp}, {"to_timestamp", Category::timestamp},
    {"make_timestamp", Category::timestamp}, {"make_timestamptz", Category::timestamp}, {"date_bin", Category::timestamp},
    {"timezone", Category::timestamp}, {"to_date", Category::date}, {"make_date", Category::date}, {"age", Category::interval},
    {"make_interval", Category::interval}, {"justify_days", Category::interval}, {"justify_hours", Category::interval},
    {"justify_interval", Category::interval}, {"count", Category::number}, {"extract", Category::number},
    {"date_part", Category::number}, {"length", Category::number}, {"char_length", Category::number},
    {"octet_length", Category::number}, {"position", Category::number}, {"strpos", Category::number}, {"round", Category::number},
    {"floor", Category::number}, {"ceil", Category::number}, {"ceiling", Category::number}, {"trunc", Category::number},
    {"mod", Category::number}, {"power", Category::number}, {"sqrt", Category::number}, {"exp", Category::number},
    {"ln", Category::number}, {"log", Category::number}, {"sign", Category::number}, {"random", Category::number},
    {"row_number", Category::number}, {"rank", Category::number}, {"dense_rank", Category::number}, {"stddev", Category::number},
    {"stddev_samp", Category::number}, {"variance", Category::number}, {"array_length", Category::number}, {"lower", Category::text},
    {"upper", Category::text}, {"substring", Category::text}, {"substr", Category::text}, {"concat", Category::text},
    {"to_char", Category::text}};

// Functions that yield what their first argument is.
constexpr std::array<std::string_view, 9> same_as_argument{"sum", "avg", "min", "max", "abs", "lag", "lead", "first_value", "last_value"};

std::string_view default_name(Category category) {
    switch (category) {
        case Category::number: return "integer";  // every other number takes it in: a column keeps its own type and index
        case Category::date: return "date";
        case Category::timestamp: return "timestamptz";
        case Category::interval: return "interval";
        case Category::text: return "text";
        case Category::boolean: return "boolean";
        default: return "";
    }
}

template <std::size_t N>
Category category_of(const std::array<Named, N>& names, std::string_view name) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const Named& named) { return named.first == name; });
    return found == names.end() ? Category::unknown : found->second;
}

Type standard(Category category) { return {category, std::string(default_name(category))}; }

// Without "(10,2)", which may stand in the middle: "timestamp(3) with time zone".
std::string without_modifier(std::string_view name) {
    const auto open = name.find('(');
    const auto close = name.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::string(name);
    return std::string(name.substr(0, open)) + std::string(name.substr(close + 1));
}

Type of_type_name(const TypeName* type) {
    if (!type) return {};
    const auto name = last_text(nodes(type->n_names, type->names));
    if (type->n_array_bounds > 0) return {Category::other, std::string(name) + "[]"};
    auto found = type_named(name);
    return found.known() ? found : Type{Category::other, std::string(name)};
}

std::string_view operator_name(const AExpr& expression) { return last_text(nodes(expression.n_name, expression.name)); }

}  // namespace

Type number_type(const Type& wanted) {
    if (!wanted.is(Category::number)) return number_type();
    auto name = without_modifier(wanted.name);
    const bool small = name.empty() || name == "smallint" || name == "int2";
    return {Category::number, small ? "integer" : name};
}
Type number_type() { return standard(Category::number); }
Type timestamp_type() { return standard(Category::timestamp); }
Type interval_type() { return standard(Category::interval); }
Type date_type() { return standard(Category::date); }
Type text_type() { return standard(Category::text); }

Type type_named(std::string_view name) {
    if (name.ends_with("[]")) return {Category::other, std::string(name)};
    const auto category = category_of(type_names, without_modifier(name));
    return {category == Category::unknown ? Category::other : category, std::string(name)};
}

bool is_arithmetic(const AExpr& expression) {
    const auto op = operator_name(expression);
    return expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP &&
           (op == "+" || op == "-" || op == "*" || op == "/" || op == "%" || op == "^");
}

std::vector<const Node*> results_of(const CaseExpr& expression) {
    std::vector<const Node*> results;
    for (const auto* item : nodes(expression.n_args, expression.args))
        if (const auto* when = as<CaseWhen>(item)) results.push_back(when->result);
    if (expression.defresult) results.push_back(expression.defresult);
    return results;
}

Types::Types(const Node* statement, const TableLookup& lookup) {
    walk_messages(&statement->base, [&](const ProtobufCMessage* message) {
        if (message->descriptor == &pg_query__range_var__descriptor)
            learn_table(*reinterpret_cast<const RangeVar*>(message), lookup);
        return true;
    });
    walk(&statement->base, [&](const Node* node) {
        if (const auto* cte = as<CommonTableExpr>(node)) {
            learn_outputs(text_of(cte->ctename), cte->ctequery, nodes(cte->n_aliascolnames, cte->aliascolnames));
        } else if (const auto* sub = as<RangeSubselect>(node)) {
            learn_outputs(sub->alias ? text_of(sub->alias->aliasname) : std::string_view{}, sub->subquery,
                          sub->alias ? nodes(sub->alias->n_colnames, sub->alias->colnames) : Nodes{});
        }
        return true;
    });
}

void Types::learn_table(const RangeVar& relation, const TableLookup& lookup) {
    const auto* table = lookup.find(text_of(relation.schemaname), text_of(relation.relname));
    const std::string alias(relation.alias ? text_of(relation.alias->aliasname) : text_of(relation.relname));
    if (!table) {
        aliases_.emplace(alias, text_of(relation.relname));
        return;
    }
    for (const auto& column : table->columns) {
        const auto type = type_named(column.type);
        for (const auto& key : {alias + "." + column.name, column.name}) {
            const auto [found, is_new] = columns_.try_emplace(key, type);
            if (!is_new && found->second.category != type.category) found->second = {};
        }
    }
}

void Types::learn_outputs(std::string_view alias, const Node* query, Nodes names) {
    const auto* select = as<SelectStmt>(query);
    while (select && select->op != PG_QUERY__SET_OPERATION__SETOP_NONE) select = select->larg;  // names come from the first arm
    if (!select) return;
    for (const auto* row : nodes(select->n_values_lists, select->values_lists)) {
        const auto items = items_of(row);
        for (std::size_t i = 0; i < items.size() && i < names.size(); ++i) learn_output(alias, text_of(names[i]), items[i]);
    }
    for (std::size_t i = 0; i < select->n_target_list; ++i)
        if (const auto* target = as<ResTarget>(select->target_list[i]))
            learn_output(alias, i < names.size() ? text_of(names[i]) : text_of(target->name), target->val);
}

void Types::learn_output(std::string_view alias, std::string_view name, const Node* value) {
    if (name.empty() || !of(value).is(Category::untyped)) return;
    untyped_[std::string(name)].push_back(value);
    if (!alias.empty()) untyped_[std::string(alias) + "." + std::string(name)].push_back(value);
}

template <class Map>
const typename Map::mapped_type* Types::find(const Map& map, const ColumnRef& ref, bool qualified) const {
    const auto fields = nodes(ref.n_fields, ref.fields);
    std::string key(last_text(fields));
    if (qualified && fields.size() < 2) return nullptr;
    if (qualified) {
        std::string alias(text_of(fields[fields.size() - 2]));
        if (const auto other = aliases_.find(alias); other != aliases_.end()) alias = other->second;
        key = alias + "." + key;
    }
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

const std::vector<const Node*>* Types::untyped_column(const Node* expression) const {
    const auto* ref = as<ColumnRef>(expression);
    if (!ref || find(columns_, *ref, true)) return nullptr;
    if (const auto* values = find(untyped_, *ref, true)) return values;
    return find(columns_, *ref, false) ? nullptr : find(untyped_, *ref, false);
}

Type Types::of_column(std::string_view alias, std::string_view column) const {
    const auto found = columns_.find(std::string(alias) + "." + std::string(column));
    return found == columns_.end() ? Type{} : found->second;
}

Type Types::common(Nodes results) const {
    Type found{Category::untyped, ""};
    for (const auto* result : results)
        if (const auto type = of(result); !type.is(Category::untyped)) return type;
    return found;
}

Type Types::of(const Node* node) const {
    if (!node) return {};
    if (as<ParamRef>(node)) return {Category::untyped, ""};
    if (const auto* cast = as<TypeCast>(node)) return of_type_name(cast->type_name);
    if (const auto* call = as<FuncCall>(node)) return of_function(*call);
    if (const auto* expression = as<AExpr>(node)) return of_operator(*expression);
    if (const auto* choice = as<CoalesceExpr>(node)) return common(nodes(choice->n_args, choice->args));
    if (const auto* choice = as<MinMaxExpr>(node)) return common(nodes(choice->n_args, choice->args));
    if (const auto* choice = as<CaseExpr>(node)) {
        for (const auto* result : results_of(*choice))
            if (const auto type = of(result); !type.is(Category::untyped)) return type;
        return {Category::untyped, ""};
    }
    if (const auto* value = as<AConst>(node)) {
        const bool number = value->val_case == PG_QUERY__A__CONST__VAL_IVAL || value->val_case == PG_QUERY__A__CONST__VAL_FVAL;
        return number ? number_type() : Type{Category::untyped, ""};
    }
    if (const auto* value = as<SqlValueFunction>(node)) {
        if (value->op == PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE) return date_type();
        const bool stamp = value->op >= PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP &&
                           value->op != PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME &&
                           value->op <= PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N;
        return stamp ? timestamp_type() : Type{Category::other, ""};
    }
    if (const auto* link = as<SubLink>(node)) {
        const auto* select = as<SelectStmt>(link->subselect);
        const bool scalar = link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK;
        const auto* target = select && scalar && select->n_target_list == 1 ? as<ResTarget>(select->target_list[0]) : nullptr;
        return target ? of(target->val) : Type{};
    }
    if (const auto* ref = as<ColumnRef>(node)) {
        if (untyped_column(node)) return {Category::untyped, ""};
        const auto* found = find(columns_, *ref, true);
        if (!found) found = find(columns_, *ref, false);
        return found ? *found : Type{};
    }
    return {};
}

Type Types::of_function(const FuncCall& call) const {
    const auto name = last_text(nodes(call.n_funcname, call.funcname));
    if (std::find(same_as_argument.begin(), same_as_argument.end(), name) != same_as_argument.end() && call.n_args > 0) {
        auto type = of(call.args[0]);
        if ((name == "sum" || name == "avg") && !type.is(Category::interval)) return number_type();
        return type;
    }
    return standard(category_of(function_results, name));
}

// The result of date and number arithmetic; what is untyped is taken for what makes sense beside the other side.
Type Types::of_operator(const AExpr& expression) const {
    const auto op = operator_name(expression);
    if (op == "||" || op == "->>" || op == "#>>") return text_type();
    if (!is_arithmetic(expression)) return op == "->" || op == "#>" ? Type{Category::other, "jsonb"} : standard(Category::boolean);
    const auto left = of(expression.lexpr);
    const auto right = of(expression.rexpr);
    if (!expression.lexpr) return right.is(Category::untyped) ? number_type() : right;
    const auto either = [&](Category category) { return left.is(category) || right.is(category); };
    if (op == "+" || op == "-") {
        if (either(Category::timestamp)) {
            const bool both = left.is(Category::timestamp) && right.is(Category::timestamp);
            return both || (op == "-" && right.is(Category::date)) ? interval_type() : timestamp_type();
        }
        if (either(Category::date)) {
            if (op == "-" && left.is(Category::date) && right.is(Category::date)) return number_type();
            return either(Category::interval) ? timestamp_type() : date_type();
        }
        if (left.is(Category::interval) && right.is(Category::interval)) return interval_type();
        if (either(Category::interval)) return {};
    } else if (either(Category::interval)) {
        return interval_type();
    }
    return either(Category::number) || (left.is(Category::untyped) && right.is(Category::untyped)) ? number_type() : Type{};
}

}  // namespace dwopt::sql
