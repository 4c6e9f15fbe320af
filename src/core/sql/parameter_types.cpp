// PostgreSQL finds the type of most bare parameters itself, by the rules for unknown literals: x = $1 has x's type, a
// function with one candidate gives its argument's. It cannot where both sides are unknown ($1 + $2), where the rule
// "same type as the other side" is wrong (timestamp - $1), and where a function takes anything (count, sum). Only those
// get a cast; what is known to work is left alone.
#include "parameter_types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dwopt::sql {
namespace {

using Rule = std::pair<std::string_view, Category>;

// Functions whose bare parameters, in any place, are to be of this type.
constexpr std::array<Rule, 38> argument_types{
    Rule{"sum", Category::number}, {"avg", Category::number}, {"abs", Category::number}, {"ceil", Category::number},
    {"ceiling", Category::number}, {"floor", Category::number}, {"trunc", Category::number}, {"sqrt", Category::number},
    {"exp", Category::number}, {"ln", Category::number}, {"log", Category::number}, {"sign", Category::number},
    {"mod", Category::number}, {"power", Category::number}, {"stddev", Category::number}, {"stddev_samp", Category::number},
    {"stddev_pop", Category::number}, {"variance", Category::number}, {"var_samp", Category::number},
    {"var_pop", Category::number}, {"width_bucket", Category::number}, {"count", Category::text}, {"concat", Category::text},
    {"concat_ws", Category::text}, {"format", Category::text}, {"json_build_object", Category::text},
    {"jsonb_build_object", Category::text}, {"json_build_array", Category::text}, {"jsonb_build_array", Category::text},
    {"to_json", Category::text}, {"to_jsonb", Category::text}, {"array_agg", Category::text}, {"json_agg", Category::text},
    {"jsonb_agg", Category::text}, {"num_nulls", Category::text}, {"num_nonnulls", Category::text}, {"age", Category::timestamp},
    {"overlaps", Category::timestamp}};

Type standard_type(Category category) {
    switch (category) {
        case Category::number: return number_type();
        case Category::timestamp: return timestamp_type();
        default: return text_type();
    }
}

std::string_view operator_name(const AExpr& expression) { return last_text(nodes(expression.n_name, expression.name)); }

const AArrayExpr* array_of(const Node* node) { return as<AArrayExpr>(node); }

Type array_type(const Type& element) { return {Category::other, element.name.empty() ? "" : element.name + "[]"}; }

}  // namespace

ParameterCasts ParameterTyper::run(const Node* statement) {
    walk(statement, [this](const Node* node) {
        visit(node);
        return true;
    });
    return std::move(out_);
}

void ParameterTyper::visit(const Node* node) {
    if (const auto* expression = as<AExpr>(node)) return visit_expression(*expression);
    if (const auto* call = as<FuncCall>(node)) return visit_call(*call);
    if (const auto* target = as<ResTarget>(node)) {
        if (const auto* row = as<RowExpr>(target->val))
            for (const auto* part : nodes(row->n_args, row->args))
                if (as<ParamRef>(part)) give(part, text_type());
    }
    if (const auto* test = as<NullTest>(node)) {
        const auto* param = as<ParamRef>(test->arg);
        if (!param) return expect(test->arg, text_type());
        give(test->arg, text_type());
        out_.apart.insert(static_cast<std::size_t>(param->location));
    } else if (const auto* choice = as<CaseExpr>(node); choice && choice->arg) {
        for (const auto* item : nodes(choice->n_args, choice->args))
            if (const auto* when = as<CaseWhen>(item)) compare(choice->arg, when->expr);
    } else if (const auto* update = as<UpdateStmt>(node); update && update->relation) {
        const auto* renamed = update->relation->alias;
        const auto alias = renamed ? text_of(renamed->aliasname) : text_of(update->relation->relname);
        for (const auto* item : nodes(update->n_target_list, update->target_list)) {
            const auto* target = as<ResTarget>(item);
            if (target && !as<ParamRef>(target->val)) expect(target->val, types_.of_column(alias, text_of(target->name)));
        }
    }
}

void ParameterTyper::visit_expression(const AExpr& expression) {
    if (is_arithmetic(expression)) return arithmetic(expression, {});
    switch (expression.kind) {
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP: {
            const auto op = operator_name(expression);
            const bool json = op == "->" || op == "->>" || op == "#>" || op == "#>>";
            if (json && untyped(expression.lexpr)) return give(expression.lexpr, {Category::other, "jsonb"});
            if (!json && op != "||") compare(expression.lexpr, expression.rexpr);
            return;
        }
        case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT:
        case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF: return compare(expression.lexpr, expression.rexpr);
        case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
            for (const auto* item : items_of(expression.rexpr)) compare(expression.lexpr, item);
            return;
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL: return list(expression);
        default: return;
    }
}

// x = ANY (…): an array of bare parameters would be text[].
void ParameterTyper::list(const AExpr& expression) {
    const auto element = types_.of(expression.lexpr);
    const auto* array = array_of(expression.rexpr);
    if (as<ParamRef>(expression.rexpr) && element.is(Category::untyped))
        return give(expression.rexpr, array_type(text_type()));
    if (!array) return;
    const auto items = nodes(array->n_elements, array->elements);
    if (items.empty() || !std::all_of(items.begin(), items.end(), [](const Node* item) { return as<ParamRef>(item); })) return;
    const auto op = operator_name(expression);
    const bool in = (expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY && op == "=") ||
                    (expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL && op == "<>");
    if (in) out_.any_arrays.push_back(&expression);
    else if (element.known() && !element.is(Category::text)) give(items.front(), element);
}

void ParameterTyper::compare(const Node* left, const Node* right) {
    if (!left || !right) return;
    const auto* left_row = as<RowExpr>(left);
    const auto* right_row = as<RowExpr>(right);
    if (left_row && right_row) {
        for (std::size_t i = 0; i < left_row->n_args && i < right_row->n_args; ++i) compare(left_row->args[i], right_row->args[i]);
        return;
    }
    if (!as<ParamRef>(left)) expect(left, types_.of(right));
    if (!as<ParamRef>(right)) expect(right, types_.of(left));
}

void ParameterTyper::expect(const Node* node, const Type& type) {
    if (!node || as<ParamRef>(node)) return;
    const auto* expression = as<AExpr>(node);
    if (expression && is_arithmetic(*expression)) return arithmetic(*expression, type);
    if (const auto* array = array_of(node)) {  // tags @> ARRAY[$1]
        if (type.is(Category::other) && type.name.ends_with("[]") && array->n_elements > 0)
            give(array->elements[0], type_named(type.name.substr(0, type.name.size() - 2)));
        return;
    }
    if (type.known() && untyped(node)) give(node, type);
}

void ParameterTyper::give(const Node* node, const Type& type) {
    if (!node || !type.known() || type.name.empty() || depth_ > 20) return;
    ++depth_;
    if (const auto* param = as<ParamRef>(node)) {
        out_.types.try_emplace(static_cast<std::size_t>(param->location), type.name);
    } else if (const auto* choice = as<CaseExpr>(node)) {
        for (const auto* result : results_of(*choice)) give(result, type);
    } else if (const auto* coalesce = as<CoalesceExpr>(node)) {
        for (const auto* part : nodes(coalesce->n_args, coalesce->args)) give(part, type);
    } else if (const auto* extreme = as<MinMaxExpr>(node)) {
        for (const auto* part : nodes(extreme->n_args, extreme->args)) give(part, type);
    } else if (const auto* link = as<SubLink>(node)) {
        const auto* select = as<SelectStmt>(link->subselect);
        const auto* target = select && select->n_target_list == 1 ? as<ResTarget>(select->target_list[0]) : nullptr;
        if (target) give(target->val, type);
    } else if (const auto* call = as<FuncCall>(node); call && call->n_args > 0 && untyped(node)) {
        give(call->args[0], type);  // min, max, lag: what they yield is what they take
    } else if (const auto* behind = types_.untyped_column(node)) {
        for (const auto* value : *behind) give(value, type);
    }
    --depth_;
}

// ---- arithmetic ----

void ParameterTyper::arithmetic(const AExpr& expression, const Type& wanted) {
    if (!seen_.insert(&expression).second) return;  // from outside in: the outer one knew what is wanted
    const auto op = operator_name(expression);
    const auto left = types_.of(expression.lexpr);
    const auto right = types_.of(expression.rexpr);
    if (!expression.lexpr) {
        if (right.is(Category::untyped)) give(expression.rexpr, wanted.is(Category::interval) ? wanted : number_type(wanted));
    } else if (left.is(Category::untyped) && right.is(Category::untyped)) {
        untyped_pair(expression, op, wanted);
    } else if (left.is(Category::untyped)) {
        beside(expression.lexpr, right, op, false, wanted);
    } else if (right.is(Category::untyped)) {
        beside(expression.rexpr, left, op, true, wanted);
    }
    const bool sum = op == "+" || op == "-";
    const auto inner = [&](const Node* side, const Type& other) {
        const auto* nested = as<AExpr>(side);
        if (!nested || !is_arithmetic(*nested)) return;
        if (sum && other.is(Category::interval)) arithmetic(*nested, wanted.known() ? wanted : timestamp_type());
        else if (sum && !other.is(Category::number)) arithmetic(*nested, wanted);
        else arithmetic(*nested, other.is(Category::interval) ? number_type() : sum ? wanted : number_type());
    };
    inner(expression.lexpr, right);
    inner(expression.rexpr, left);
}

void ParameterTyper::untyped_pair(const AExpr& expression, std::string_view op, const Type& wanted) {
    auto left = number_type(wanted);
    auto right = left;
    const bool sum = op == "+" || op == "-";
    if (sum && (wanted.is(Category::date) || wanted.is(Category::timestamp))) {
        left = wanted;
        right = interval_type();
    } else if (wanted.is(Category::interval)) {
        left = wanted;
        if (sum) right = wanted;
    }
    give(expression.lexpr, left);
    give(expression.rexpr, right);
}

// One side is typed, the other not. By default PostgreSQL takes the untyped one for the same type.
void ParameterTyper::beside(const Node* node, const Type& other, std::string_view op, bool on_the_right, const Type& wanted) {
    const bool plus = op == "+";
    if (!plus && op != "-") {
        if (!as<ParamRef>(node) && !other.is(Category::interval)) give(node, other.known() ? other : number_type());
        return;
    }
    switch (other.category) {
        case Category::timestamp:
            if (plus || (on_the_right && !wanted.is(Category::interval))) give(node, interval_type());
            return;
        case Category::date:
            if (plus || (on_the_right && !wanted.is(Category::number) && !wanted.is(Category::untyped))) give(node, number_type());
            return;
        case Category::interval:
            if (!on_the_right && !wanted.is(Category::interval)) give(node, wanted.known() ? wanted : timestamp_type());
            else if (plus && (wanted.is(Category::date) || wanted.is(Category::timestamp))) give(node, wanted);
            return;
        case Category::number:
            if (!as<ParamRef>(node)) give(node, number_type());
            return;
        default:
            if (!as<ParamRef>(node)) give(node, number_type());
            return;
    }
}

// ---- functions ----

void ParameterTyper::visit_call(const FuncCall& call) {
    const auto name = last_text(nodes(call.n_funcname, call.funcname));
    const auto arguments = nodes(call.n_args, call.args);
    const auto rule = std::find_if(argument_types.begin(), argument_types.end(), [&](const Rule& r) { return r.first == name; });
    if (rule != argument_types.end()) {
        for (const auto* argument : arguments) {
            const auto* nested = as<AExpr>(argument);
            if (untyped(argument)) give(argument, standard_type(rule->second));
            else if (nested && is_arithmetic(*nested)) arithmetic(*nested, standard_type(rule->second));
        }
        return;
    }
    visit_list_call(name, arguments);
}

void ParameterTyper::visit_list_call(std::string_view name, Nodes arguments) {
    const auto bare = [&](std::size_t i) { return i < arguments.size() && untyped(arguments[i]); };
    if (name == "generate_series") {
        const bool time = std::any_of(arguments.begin(), arguments.end(), [this](const Node* argument) {
            const auto type = types_.of(argument);
            return type.is(Category::interval) || type.is(Category::date) || type.is(Category::timestamp);
        });
        for (std::size_t i = 0; i < arguments.size(); ++i)
            if (bare(i)) give(arguments[i], !time ? number_type() : i == 2 ? interval_type() : timestamp_type());
    } else if ((name == "substring" || name == "substr" || name == "overlay") && arguments.size() > 2) {
        for (std::size_t i = name == "overlay" ? 2 : 1; i < arguments.size(); ++i)
            if (bare(i)) give(arguments[i], number_type());
    } else if (name == "date_trunc" || name == "date_part" || name == "extract" || name == "timezone" || name == "to_char") {
        const std::size_t time = name == "to_char" ? 0 : 1;
        if (bare(time)) give(arguments[time], timestamp_type());
    } else if (name == "percentile_cont" || name == "percentile_disc") {
        if (bare(0)) give(arguments[0], {Category::number, "double precision"});
    } else if (name == "unnest" || name == "array_length" || name == "cardinality") {
        if (bare(0)) give(arguments[0], array_type(text_type()));
    } else if (name == "round" && arguments.size() == 1 && bare(0)) {
        give(arguments[0], number_type());
    }
}

}  // namespace dwopt::sql
