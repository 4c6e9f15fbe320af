// WHERE and ON: conditions on one column against something fixed are predicates, equalities of two tables' columns are
// joins. Conditions under an OR are marked; a join under an OR counts only if every arm has it.
#include "extractor.hpp"
#include "model/identifier.hpp"
#include "predicate_kinds.hpp"
#include "tree.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace dwopt::sql {

namespace {

// varchar to text and the like: the planner sees through it, an index on the column still serves.
bool is_text(std::string_view type) { return type == "text" || type == "varchar" || type.starts_with("character varying"); }

bool is_harmless(const TypeCast& cast, const Output& column, const std::vector<TableUse>& tables, const TableLookup& lookup) {
    if (!cast.type_name || cast.type_name->n_typmods > 0 || cast.type_name->n_array_bounds > 0) return false;
    if (!is_text(last_text(nodes(cast.type_name->n_names, cast.type_name->names))) || column.sources.size() != 1) return false;
    const auto& source = column.sources.front();
    const auto& relation = tables[source.use].relation;
    const auto* table = lookup.find(relation.schema, relation.name);
    if (!table) return false;
    const auto found = std::find_if(table->columns.begin(), table->columns.end(), [&](const Column& c) { return c.name == source.column; });
    return found != table->columns.end() && is_text(found->type);
}

// Of $1 or $1::type; 0 for anything else.
int placeholder(const Node* value) {
    const auto* cast = as<TypeCast>(value);
    const auto* param = as<ParamRef>(cast ? cast->arg : value);
    return param ? param->number : 0;
}

bool is_interval(const Node* value) {
    const auto* cast = as<TypeCast>(value);
    return cast && cast->type_name && last_text(nodes(cast->type_name->n_names, cast->type_name->names)) == "interval";
}

struct Compared {  // as in ComparedColumn
    int number = 0, offset = 0, added = 0;
};

// Of $1, `$1::date + $2::interval` or `$1 - $2`; all 0 where it is nothing of the kind.
Compared compared_with(const Node* value) {
    if (const int number = placeholder(value); number > 0) return {number};
    const auto* sum = as<AExpr>(value);
    if (!sum || sum->kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP) return {};
    const auto op = last_text(nodes(sum->n_name, sum->name));
    const int number = placeholder(sum->lexpr), other = placeholder(sum->rexpr);
    if ((op != "+" && op != "-") || number == 0 || other == 0) return {};
    if (is_interval(sum->rexpr)) return {number, other};
    return as<ParamRef>(sum->lexpr) && as<ParamRef>(sum->rexpr) ? Compared{number, 0, other} : Compared{};
}

}  // namespace

void Extractor::conditions(const Node* node, Scope& scope, Sense sense) {
    if (!node) return;
    if (const auto* boolean_node = as<BoolExpr>(node)) return boolean(*boolean_node, scope, sense);
    if (const auto* comparison = as<AExpr>(node)) return compare(*comparison, scope, sense);
    if (const auto* link = as<SubLink>(node)) return sublink(*link, scope, sense);
    if (as<ColumnRef>(node)) return unary(node, PredicateKind::is_true, "", scope, sense);
    if (const auto* test = as<NullTest>(node)) {
        const bool null = test->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL;
        return unary(test->arg, null ? PredicateKind::is_null : PredicateKind::is_not_null,
                     null ? "IS NULL" : "IS NOT NULL", scope, sense);
    }
    if (const auto* test = as<BooleanTest>(node)) {
        switch (test->booltesttype) {
            case PG_QUERY__BOOL_TEST_TYPE__IS_TRUE: return unary(test->arg, PredicateKind::is_true, "IS TRUE", scope, sense);
            case PG_QUERY__BOOL_TEST_TYPE__IS_FALSE: return unary(test->arg, PredicateKind::is_false, "IS FALSE", scope, sense);
            case PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN: return unary(test->arg, PredicateKind::is_null, "IS UNKNOWN", scope, sense);
            default: return unary(test->arg, PredicateKind::other, "IS NOT", scope, sense);
        }
    }
    if (const auto* call = as<FuncCall>(node)) {
        if (last_text(nodes(call->n_funcname, call->funcname)) == "starts_with" && call->n_args == 2)
            return compare_pair(call->args[0], "^@", call->args[1], scope, sense);
    }
    read(node, scope);
}

void Extractor::boolean(const BoolExpr& node, Scope& scope, Sense sense) {
    const auto arguments = nodes(node.n_args, node.args);
    if (node.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) {
        sense.negated = !sense.negated;
        for (const auto* argument : arguments) conditions(argument, scope, sense);
        return;
    }
    const bool any = (node.boolop == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR) != sense.negated;  // De Morgan
    if (!any) {
        for (const auto* argument : arguments) conditions(argument, scope, sense);
        return;
    }
    auto before = std::exchange(joins_, {});
    std::vector<JoinPredicate> common;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        joins_.clear();
        sense.arm = ++arms_;
        conditions(arguments[i], scope, sense);
        if (i == 0) common = joins_;
        else std::erase_if(common, [&](const auto& join) { return std::find(joins_.begin(), joins_.end(), join) == joins_.end(); });
    }
    joins_ = std::move(before);
    joins_.insert(joins_.end(), common.begin(), common.end());
}

void Extractor::compare(const AExpr& node, Scope& scope, Sense sense) {
    const auto op = last_text(nodes(node.n_name, node.name));
    switch (node.kind) {
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
        case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
        case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
        case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
            if (node.lexpr && node.rexpr) return compare_pair(node.lexpr, op, node.rexpr, scope, sense);
            break;
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT: return compare_pair(node.lexpr, "=", node.rexpr, scope, sense);
        case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT: return compare_pair(node.lexpr, "<>", node.rexpr, scope, sense);
        case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
        case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL: return in_list(node, scope, sense);
        case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM: return between(node, scope, sense);
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
        case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
            sense.negated = !sense.negated;
            return between(node, scope, sense);
        default: break;
    }
    read(node.lexpr, scope);
    read(node.rexpr, scope);
}

void Extractor::compare_pair(const Node* left, std::string_view op, const Node* right, Scope& scope, Sense sense) {
    const auto* left_row = as<RowExpr>(left);
    const auto* right_row = as<RowExpr>(right);
    if (left_row && right_row) {  // (a, b) = ($1, $2), (a, b) > ($1, $2)
        for (std::size_t i = 0; i < left_row->n_args && i < right_row->n_args; ++i)
            compare_pair(left_row->args[i], op, right_row->args[i], scope, sense);
        return;
    }
    const auto a = operand(left, scope);
    const auto b = operand(right, scope);
    const bool columns = a.kind == Operand::Kind::column && b.kind == Operand::Kind::column;
    const bool equal = op == "=" && !sense.negated;
    if (columns && equal) return emit_joins(a.column, b.column);
    if (columns) emit_comparison(a.column, b.column, op, sense);
    if (columns && !a.outer && !b.outer) {
        emit_joined_range(a.column, b.column, condition_of(op, nullptr), sense);
        emit_joined_range(b.column, a.column, condition_of_commuted(op), sense);
    }
    if (equal && !sense.disjunct()) {
        note_fixed(a, right);
        note_fixed(b, left);
    }
    note_compared(a, op, right, sense);
    if (op != "~~" && op != "~~*") note_compared(b, condition_of_commuted(op).op, left, sense);
    if (a.indexable() && b.fixed()) emit(a, condition_of(op, right), sense);
    else if (b.indexable() && a.fixed()) emit(b, condition_of_commuted(op), sense);
}

// c IN (…), c = ANY (…), c <> ALL (…), (a, b) IN ((…), (…))
void Extractor::in_list(const AExpr& node, Scope& scope, Sense sense) {
    const auto op = last_text(nodes(node.n_name, node.name));
    const bool list = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_IN;
    const bool any = list ? op == "=" : node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY;
    const auto items = items_of(node.rexpr);
    bool fixed = false;
    if (list) {
        fixed = all_constant(items, scope);
    } else {
        fixed = operand(node.rexpr, scope).fixed();
    }
    auto kind = PredicateKind::other;
    if (any && op == "=") kind = list && items.size() == 1 ? PredicateKind::equal : PredicateKind::in_list;
    else if (!any && op == "<>") kind = PredicateKind::not_equal;
    const auto each = [&](const Node* tested) {
        const auto found = operand(tested, scope);
        if (fixed && found.indexable()) emit(found, {kind, std::string(op)}, sense);
        if (list && kind != PredicateKind::not_equal && as<RowExpr>(node.lexpr) == nullptr) {
            for (const auto* item : items) note_compared(found, op, item, sense);
        }
    };
    if (const auto* row = as<RowExpr>(node.lexpr))
        for (const auto* part : nodes(row->n_args, row->args)) each(part);
    else each(node.lexpr);
}

void Extractor::between(const AExpr& node, Scope& scope, Sense sense) {
    const auto bounds = items_of(node.rexpr);
    const auto tested = operand(node.lexpr, scope);
    if (bounds.size() != 2) return;
    const auto low = operand(bounds[0], scope);
    const auto high = operand(bounds[1], scope);
    for (const auto& [bound, op, turned] : {std::tuple(&low, ">=", "<="), std::tuple(&high, "<=", ">=")}) {
        if (tested.kind != Operand::Kind::column || bound->kind != Operand::Kind::column || tested.outer || bound->outer) continue;
        emit_joined_range(tested.column, bound->column, {PredicateKind::range, op}, sense);
        emit_joined_range(bound->column, tested.column, {PredicateKind::range, turned}, sense);
    }
    note_compared(tested, ">=", bounds[0], sense);
    note_compared(tested, "<=", bounds[1], sense);
    if (tested.indexable()) {
        if (low.fixed() && high.fixed()) emit(tested, {PredicateKind::range, "BETWEEN"}, sense);
        else if (low.fixed()) emit(tested, {PredicateKind::range, ">="}, sense);
        else if (high.fixed()) emit(tested, {PredicateKind::range, "<="}, sense);
    } else if (tested.fixed()) {  // $1 BETWEEN valid_from AND valid_to
        if (low.indexable()) emit(low, {PredicateKind::range, "<="}, sense);
        if (high.indexable()) emit(high, {PredicateKind::range, ">="}, sense);
    }
}

// EXISTS joins by itself, through its correlated conditions; x IN (SELECT y) joins x and y.
void Extractor::sublink(const SubLink& node, Scope& scope, Sense sense) {
    ++out_.subqueries;
    const auto inner = query(node.subselect, &scope);
    if (node.sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK) return;
    read(inner.outputs);
    const auto op = last_text(nodes(node.n_oper_name, node.oper_name));
    const bool any = node.sub_link_type == PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK && (op.empty() || op == "=") && !sense.negated;
    const auto pair = [&](const Node* tested, std::size_t i) {
        const auto left = operand(tested, scope);
        if (any && left.kind == Operand::Kind::column && i < inner.outputs.columns.size())
            emit_joins(left.column, inner.outputs.columns[i]);
    };
    if (const auto* row = as<RowExpr>(node.testexpr))
        for (std::size_t i = 0; i < row->n_args; ++i) pair(row->args[i], i);
    else if (node.testexpr) pair(node.testexpr, 0);
}

void Extractor::unary(const Node* argument, PredicateKind kind, std::string_view op, Scope& scope, Sense sense) {
    const auto tested = operand(argument, scope);
    if (tested.indexable()) emit(tested, {kind, std::string(op)}, sense);
}

bool Extractor::all_constant(Nodes list, Scope& scope) {
    bool all = true;
    for (const auto* item : list) {
        if (const auto* row = as<RowExpr>(item)) all &= all_constant(nodes(row->n_args, row->args), scope);
        else all &= operand(item, scope).fixed();
    }
    return all;
}

Extractor::Operand Extractor::operand(const Node* node, Scope& scope) {
    Operand out;
    const auto* cast = as<TypeCast>(node);
    const auto* ref = as<ColumnRef>(cast ? cast->arg : node);
    auto reads = read(node, scope);
    const auto& columns = reads.columns;
    if (reads.unknown || reads.aggregate || reads.correlated) return out;
    if (columns.empty()) {
        out.kind = Operand::Kind::constant;
        return out;
    }
    const auto outside = [&](const Resolved& column) { return column.scope != &scope; };
    out.outer = std::all_of(columns.begin(), columns.end(), outside);
    const bool plain = ref && columns.size() == 1 && !columns.front().output.sources.empty();
    if (ref && columns.front().output.sources.empty() && !out.outer) return out;
    if (plain) {
        if (!cast || is_harmless(*cast, columns.front().output, out_.tables, lookup_)) {
            out.kind = Operand::Kind::column;
            out.column = columns.front().output;
            return out;
        }
    }
    if (out.outer) {
        out.kind = Operand::Kind::expression;
        return out;
    }
    if (reads.subquery || std::any_of(columns.begin(), columns.end(), outside)) return out;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& sources = columns[i].output.sources;
        const bool same_name = sources.size() == 1 && sources.front().column == reads.names[i];
        if (!same_name || !columns[i].output.pushable) return out;
        if (i > 0 && sources.front().use != out.use) return out;
        out.use = sources.front().use;
    }
    out.expression = deparse(node, true);
    if (!out.expression.empty()) out.kind = Operand::Kind::expression;
    return out;
}

void Extractor::emit(const Operand& operand, Condition condition, Sense sense) {
    if (sense.negated) condition = negated(condition);
    const auto add = [&](std::size_t use, const std::string& column, const std::string& expression) {
        Predicate predicate{use, column, expression, condition.kind, condition.op, sense.disjunct()};
        if (std::find(out_.predicates.begin(), out_.predicates.end(), predicate) == out_.predicates.end())
            out_.predicates.push_back(std::move(predicate));
    };
    if (operand.kind == Operand::Kind::expression) add(operand.use, "", operand.expression);
    else if (operand.column.pushable)
        for (const auto& source : operand.column.sources) add(source.use, source.column, "");
}

void Extractor::note_fixed(const Operand& operand, const Node* value) {
    const auto* cast = as<TypeCast>(value);
    if (!as<AConst>(cast ? cast->arg : value) || operand.kind != Operand::Kind::column || !operand.column.pushable || operand.outer) return;
    const auto literal = deparse(value, false);
    for (const auto& source : operand.column.sources) {
        if (!literal.empty()) fixed_.push_back({source.use, source.column, literal});
    }
}

void Extractor::note_compared(const Operand& operand, std::string_view op, const Node* value, Sense sense) {
    const auto [number, offset, added] = compared_with(value);
    const auto kind = condition_of(op, value).kind;
    const bool like = op == "~~" || op == "~~*";
    if (kind != PredicateKind::equal && kind != PredicateKind::range && !like) return;
    if (number == 0 || sense.negated || operand.kind != Operand::Kind::column || !operand.column.pushable || operand.outer) return;
    for (const auto& source : operand.column.sources) compared_.push_back({source.use, source.column, std::string(op), number, offset, added, sense.arm});
}

void Extractor::emit_joins(const Output& left, const Output& right) {
    for (const auto& a : left.sources)
        for (const auto& b : right.sources)
            if (a.use != b.use) joins_.push_back({a.use, b.use, a.column, b.column});
}

// shipped < received, of one row: written with < or <=, so that it is the same however the statement puts it.
void Extractor::emit_comparison(const Output& left, const Output& right, std::string_view op, Sense sense) {
    if (!left.pushable || !right.pushable) return;
    Condition condition = condition_of(op, nullptr);
    if (sense.negated) condition = negated(condition);
    if (condition.kind != PredicateKind::range) return;
    const bool turned = condition.op.front() == '>';
    if (turned) condition = condition_of_commuted(condition.op);
    for (const auto& a : left.sources) {
        for (const auto& b : right.sources) {
            if (a.use != b.use || a.column == b.column) continue;
            const auto &lesser = turned ? b.column : a.column, &greater = turned ? a.column : b.column;
            const auto text = model::quote_identifier(lesser) + " " + condition.op + " " + model::quote_identifier(greater);
            const Predicate predicate{a.use, "", text, PredicateKind::columns, condition.op, sense.disjunct()};
            if (std::find(out_.predicates.begin(), out_.predicates.end(), predicate) == out_.predicates.end()) out_.predicates.push_back(predicate);
        }
    }
}

// valid_from <= f.at, of two tables: a nested loop can look for each row of the one what is in that range of the other.
void Extractor::emit_joined_range(const Output& column, const Output& other, Condition condition, Sense sense) {
    if (sense.negated) condition = negated(condition);
    if (condition.kind != PredicateKind::range || sense.disjunct() || column.sources.size() != 1 || other.sources.size() != 1 || !column.pushable) return;
    const auto& source = column.sources.front();
    if (source.use == other.sources.front().use) return;
    const Predicate predicate{source.use, source.column, "", condition.kind, condition.op, false, true};
    if (std::find(out_.predicates.begin(), out_.predicates.end(), predicate) == out_.predicates.end()) out_.predicates.push_back(predicate);
}

}  // namespace dwopt::sql
