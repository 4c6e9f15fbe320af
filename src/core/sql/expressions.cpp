// Columns that expressions read, functions they call, and lists of columns that want an order.
#include "extractor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dwopt::sql {
namespace {

constexpr std::array<std::string_view, 47> aggregate_names{
    "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count", "covar_pop",
    "covar_samp", "every", "grouping", "json_agg", "json_arrayagg", "json_object_agg", "json_objectagg", "jsonb_agg",
    "jsonb_object_agg", "max", "min", "mode", "percentile_cont", "percentile_disc", "range_agg", "range_intersect_agg",
    "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy",
    "stddev", "stddev_pop", "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance", "xmlagg", "hll_add_agg",
    "topn_add_agg"};

bool is_aggregate(const FuncCall& call, std::string_view name) {
    return call.agg_star || call.agg_distinct || call.agg_filter || call.agg_within_group || call.n_agg_order > 0 ||
           std::find(aggregate_names.begin(), aggregate_names.end(), name) != aggregate_names.end();
}

bool is_integer(const Node* node) {
    const auto* value = as<AConst>(node);
    return value && value->val_case == PG_QUERY__A__CONST__VAL_IVAL;
}

}  // namespace

void Extractor::read(const Output& output) {
    for (const auto& source : output.sources) reads_[source.use].insert(source.column);
}

void Extractor::read(const Outputs& outputs) {
    for (const auto use : outputs.stars) reads_[use].insert("*");
    for (const auto& column : outputs.columns) read(column);
}

// Every query between the reference and the one that holds the column depends on what lies outside of it.
void Extractor::read(const Resolved& column, Scope& from) {
    read(column.output);
    for (auto* at = &from; column.scope && at && at != column.scope; at = at->parent) at->correlated = true;
}

void Extractor::read_list(Nodes list, Scope& scope) {
    for (const auto* node : list) read(node, scope);
}

Extractor::Reads Extractor::read(const Node* expression, Scope& scope) {
    Reads out;
    walk(expression, [&](const Node* node) {
        if (const auto* ref = as<ColumnRef>(node)) {
            read_column(*ref, scope, out);
        } else if (const auto* link = as<SubLink>(node)) {
            ++out_.subqueries;
            const auto inner = query(link->subselect, &scope);
            if (link->sub_link_type != PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK) read(inner.outputs);
            out.subquery = true;
            out.correlated |= inner.correlated;
            if (link->testexpr) {
                const auto tested = read(link->testexpr, scope);
                out.columns.insert(out.columns.end(), tested.columns.begin(), tested.columns.end());
                out.names.insert(out.names.end(), tested.names.begin(), tested.names.end());
            }
            return false;
        } else if (const auto* call = as<FuncCall>(node)) {
            read_function(*call, scope, out);
        }
        return true;
    });
    return out;
}

void Extractor::read_column(const ColumnRef& ref, Scope& scope, Reads& out) {
    const auto fields = nodes(ref.n_fields, ref.fields);
    if (fields.empty()) return;
    const bool star = as<AStar>(fields.back());
    auto resolved = star ? Resolved{} : resolve(scope, ref);
    if (resolved.scope) {
        read(resolved, scope);
        out.columns.push_back(std::move(resolved));
        out.names.emplace_back(text_of(fields.back()));
        return;
    }
    out.unknown = true;  // t.*, or t as a whole row, reads all columns
    const auto name = [&](std::size_t from_end) {
        return fields.size() > from_end ? text_of(fields[fields.size() - 1 - from_end]) : std::string_view{};
    };
    const std::size_t table = star ? 1 : 0;
    if (const auto* range = find_range(scope, name(table + 1), name(table))) {
        if (range->kind == Range::Kind::table) reads_[range->use].insert("*");
        else read(range->outputs);
    }
}

void Extractor::read_function(const FuncCall& call, Scope& scope, Reads& out) {
    const auto name = last_text(nodes(call.n_funcname, call.funcname));
    if (call.over) {
        out_.has_window = true;
        out.aggregate = true;
        window(*call.over, scope);
    } else if (is_aggregate(call, name)) {
        aggregates_.emplace(name);
        out.aggregate = true;
    }
}

// ---- orderings ----

Extractor::Key Extractor::key(const Node* item) {
    const auto* sort = as<SortBy>(item);
    if (!sort) return {item, false, false};
    const bool descending = sort->sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
    const bool stated = sort->sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
                        sort->sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST;
    const bool first = sort->sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST;
    return {sort->node, descending, stated ? first : descending};
}

// What a column of the result is: a plain column, or the expression it was made by. One with a query inside was read already.
Extractor::Operand Extractor::output_item(const Output& output, Scope& scope) {
    Operand item;
    bool queries = false;
    if (!output.sources.empty()) {
        item.kind = Operand::Kind::column;
        item.column = output;
    } else if (output.expression) {
        walk(output.expression, [&](const Node* node) {
            queries |= as<SubLink>(node) != nullptr;
            return !queries;
        });
        if (!queries) item = operand(output.expression, scope);
    }
    return item;
}

// What a key stands for: by position, by the alias of a result column, by its own name, or an expression.
Extractor::Operand Extractor::key_item(const Node* node, bool aliases_first, const Outputs* outputs, Scope& scope) {
    if (outputs && is_integer(node)) {
        const auto position = static_cast<std::size_t>(as<AConst>(node)->ival->ival);
        if (position < 1 || position > outputs->columns.size() || !outputs->open.empty()) return {};
        return output_item(outputs->columns[position - 1], scope);
    }
    const auto* ref = as<ColumnRef>(node);
    if (!ref) return operand(node, scope);
    const Output* alias = nullptr;
    if (outputs && ref->n_fields == 1)
        for (const auto& column : outputs->columns)
            if (!alias && column.name == text_of(ref->fields[0])) alias = &column;
    if (alias && aliases_first) return output_item(*alias, scope);
    auto resolved = resolve(scope, *ref);
    if (resolved.scope == &scope && !resolved.output.sources.empty()) {
        read(resolved.output);
        Operand item;
        item.kind = Operand::Kind::column;
        item.column = std::move(resolved.output);
        return item;
    }
    if (resolved.scope != &scope && alias) return output_item(*alias, scope);
    read(node, scope);
    return {};
}

void Extractor::ordering(Ordering::Purpose purpose, std::span<const Key> keys, const Outputs* outputs, bool limited, Scope& scope) {
    std::vector<Operand> items;
    std::vector<Key> used;
    for (const auto& key : keys) {
        if (as<ParamRef>(key.node) || (as<AConst>(key.node) && !is_integer(key.node))) continue;  // a constant
        items.push_back(key_item(key.node, purpose == Ordering::Purpose::order, outputs, scope));
        if (items.back().kind == Operand::Kind::column) read(items.back().column);
        if (items.back().kind == Operand::Kind::constant) items.pop_back();
        else used.push_back(key);
    }
    add_ordering(purpose, used, items, limited);
}

void Extractor::add_ordering(Ordering::Purpose purpose, std::span<const Key> keys, std::span<const Operand> items, bool limited) {
    Ordering out{.purpose = purpose, .table = 0, .columns = {}, .expressions = {}, .descending = {}, .nulls_first = {}, .with_limit = limited};
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        const bool column = item.kind == Operand::Kind::column && item.column.sources.size() == 1;
        if (!column && (item.kind != Operand::Kind::expression || item.outer)) return;
        const auto use = column ? item.column.sources.front().use : item.use;
        if (i > 0 && use != out.table) return;
        out.table = use;
        const auto name = column ? item.column.sources.front().column : std::string{};
        if (!seen.emplace(name, item.expression).second) continue;
        out.columns.push_back(name);
        out.expressions.push_back(item.expression);
        out.descending.push_back(keys[i].descending);
        out.nulls_first.push_back(keys[i].nulls_first);
    }
    const bool known = std::find(out_.orderings.begin(), out_.orderings.end(), out) != out_.orderings.end();
    if (!out.columns.empty() && !known) out_.orderings.push_back(std::move(out));
}

void Extractor::ends(Nodes targets, Scope& scope) {
    if (scope.ranges.size() != 1 || scope.ranges.front().kind != Range::Kind::table) return;
    for (const auto* item : targets) {
        const auto* target = as<ResTarget>(item);
        const auto* call = target ? as<FuncCall>(target->val) : nullptr;
        if (!call || call->n_args != 1 || call->over || call->agg_filter || !as<ColumnRef>(call->args[0])) continue;
        const auto name = last_text(nodes(call->n_funcname, call->funcname));
        if (name != "min" && name != "max") continue;
        const Key end{call->args[0], name == "max", name == "max"};
        ordering(Ordering::Purpose::order, {&end, 1}, nullptr, true, scope);
    }
}

void Extractor::window(const WindowDef& definition, Scope& scope) {
    std::vector<Key> keys;
    for (const auto* item : nodes(definition.n_partition_clause, definition.partition_clause)) keys.push_back(key(item));
    for (const auto* item : nodes(definition.n_order_clause, definition.order_clause)) keys.push_back(key(item));
    ordering(Ordering::Purpose::window, keys, nullptr, false, scope);
}

}  // namespace dwopt::sql
