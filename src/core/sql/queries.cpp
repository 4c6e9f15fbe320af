#include "extractor.hpp"
#include "lexer.hpp"
#include "source.hpp"
#include "tree.hpp"

#include <algorithm>
#include <utility>

namespace dwopt::sql {
namespace {

bool is_star(const ColumnRef& ref) { return ref.n_fields > 0 && as<AStar>(ref.fields[ref.n_fields - 1]); }

void append(Outputs& to, const Outputs& from) {
    to.columns.insert(to.columns.end(), from.columns.begin(), from.columns.end());
    to.stars.insert(to.stars.end(), from.stars.begin(), from.stars.end());
    to.open.insert(to.open.end(), from.open.begin(), from.open.end());
}

}  // namespace

Features Extractor::run(const Node* statement) {
    count_references(&statement->base);
    out_.kind = kind_of(statement);
    while (const auto* inner = inner_statement(statement)) statement = inner;
    if (const auto* copied = as<CopyStmt>(statement)) copy(*copied);
    else read(query(statement, nullptr).outputs);
    out_.aggregates.assign(aggregates_.begin(), aggregates_.end());
    for (std::size_t i = 0; i < reads_.size(); ++i) {
        if (reads_[i].contains("*")) out_.tables[i].columns = {"*"};
        else out_.tables[i].columns.assign(reads_[i].begin(), reads_[i].end());
    }
    return std::move(out_);
}

void Extractor::count_references(const ProtobufCMessage* statement) {
    walk_messages(statement, [this](const ProtobufCMessage* message) {
        if (message->descriptor == &pg_query__range_var__descriptor) {
            const auto* relation = reinterpret_cast<const RangeVar*>(message);
            if (text_of(relation->schemaname).empty()) ++references_[std::string(text_of(relation->relname))];
        }
        return true;
    });
}

Extractor::Query Extractor::query(const Node* statement, Scope* parent) {
    if (const auto* node = as<SelectStmt>(statement)) return select(*node, parent);
    Scope scope{.parent = parent, .id = next_scope_++};
    auto outer = std::exchange(joins_, {});
    Outputs outputs;
    const auto change = [&](const auto& node, auto handle, Nodes returning) {
        with(node.with_clause, scope);
        (this->*handle)(node, scope);
        outputs = targets(returning, scope);
        read(outputs);
        block(outputs);
    };
    if (const auto* node = as<InsertStmt>(statement))
        change(*node, &Extractor::insert, nodes(node->n_returning_list, node->returning_list));
    else if (const auto* updating = as<UpdateStmt>(statement))
        change(*updating, &Extractor::update, nodes(updating->n_returning_list, updating->returning_list));
    else if (const auto* deleting = as<DeleteStmt>(statement))
        change(*deleting, &Extractor::remove, nodes(deleting->n_returning_list, deleting->returning_list));
    else if (const auto* merging = as<MergeStmt>(statement)) change(*merging, &Extractor::merge, {});
    out_.joins.insert(out_.joins.end(), joins_.begin(), joins_.end());
    joins_ = std::move(outer);
    return {std::move(outputs), scope.correlated};
}

Extractor::Query Extractor::select(const SelectStmt& statement, Scope* parent) {
    Scope scope{.parent = parent, .id = next_scope_++};
    auto outer = std::exchange(joins_, {});
    with(statement.with_clause, scope);
    Outputs outputs;
    if (statement.op != PG_QUERY__SET_OPERATION__SETOP_NONE) outputs = set_operation(statement, scope);
    else if (statement.n_values_lists > 0) outputs = values(statement, scope);
    else outputs = plain_select(statement, scope);
    for (const auto& found : joins_)
        if (std::find(out_.joins.begin(), out_.joins.end(), found) == out_.joins.end()) out_.joins.push_back(found);
    joins_ = std::move(outer);
    return {std::move(outputs), scope.correlated};
}

Outputs Extractor::plain_select(const SelectStmt& statement, Scope& scope) {
    for (const auto* item : nodes(statement.n_from_clause, statement.from_clause)) from(item, scope);
    conditions(statement.where_clause, scope, {});
    const bool window_before = std::exchange(out_.has_window, false);
    auto outputs = targets(nodes(statement.n_target_list, statement.target_list), scope);
    std::vector<Key> group;
    for (const auto* item : nodes(statement.n_group_clause, statement.group_clause)) group.push_back(key(item));
    ordering(Ordering::Purpose::group, group, &outputs, statement.limit_count, scope);
    if (group.empty()) ends(nodes(statement.n_target_list, statement.target_list), scope);
    read(statement.having_clause, scope);
    for (const auto* item : nodes(statement.n_window_clause, statement.window_clause))
        if (const auto* definition = as<WindowDef>(item)) window(*definition, scope);
    if (out_.has_window) block(outputs);
    out_.has_window |= window_before;
    if (statement.n_distinct_clause > 0) {
        out_.has_distinct = true;
        std::vector<Key> on;
        for (const auto* item : nodes(statement.n_distinct_clause, statement.distinct_clause))
            if (item && item->node_case != PG_QUERY__NODE__NODE__NOT_SET) on.push_back(key(item));
        if (on.empty()) {
            read(outputs);
            const std::vector<Key> all(outputs.columns.size());
            std::vector<Operand> items;
            for (const auto& column : outputs.columns) items.push_back(output_item(column, scope));
            if (outputs.open.empty()) add_ordering(Ordering::Purpose::distinct, all, items, statement.limit_count);
        } else {
            ordering(Ordering::Purpose::distinct, on, &outputs, statement.limit_count, scope);
            block(outputs);
        }
    }
    order_and_limit(statement, scope, outputs);
    if (statement.limit_count || statement.limit_offset) block(outputs);
    for (auto& column : outputs.columns) column.expression = nullptr;
    return outputs;
}

void Extractor::order_and_limit(const SelectStmt& statement, Scope& scope, const Outputs& outputs) {
    std::vector<Key> keys;
    for (const auto* item : nodes(statement.n_sort_clause, statement.sort_clause)) keys.push_back(key(item));
    const bool first_rows = statement.limit_count && statement.n_group_clause == 0;  // grouping needs them all
    ordering(Ordering::Purpose::order, keys, &outputs, first_rows, scope);
    out_.has_limit |= statement.limit_count != nullptr;
    read(statement.limit_count, scope);
    read(statement.limit_offset, scope);
}

// The arms' columns by position: a column leads to several tables, one per arm.
Outputs Extractor::set_operation(const SelectStmt& statement, Scope& scope) {
    out_.has_set_operation = true;
    const auto recursion = std::exchange(recursion_, {});
    auto outputs = select(*statement.larg, &scope).outputs;
    if (recursion.scope) {  // the second arm meets what the first one yields
        auto first = outputs;
        rename(first, recursion.columns);
        block(first);
        recursion.scope->ctes[recursion.name] = std::move(first);
    }
    auto right = select(*statement.rarg, &scope).outputs;
    if (!statement.all) read(outputs), read(right);
    for (std::size_t i = 0; i < outputs.columns.size() && i < right.columns.size(); ++i) {
        auto& column = outputs.columns[i];
        const auto& other = right.columns[i];
        column.sources.insert(column.sources.end(), other.sources.begin(), other.sources.end());
        column.pushable &= other.pushable;
    }
    outputs.stars.insert(outputs.stars.end(), right.stars.begin(), right.stars.end());
    outputs.open.insert(outputs.open.end(), right.open.begin(), right.open.end());
    order_and_limit(statement, scope, outputs);
    if (statement.limit_count || statement.limit_offset) block(outputs);
    return outputs;
}

Outputs Extractor::values(const SelectStmt& statement, Scope& scope) {
    Outputs outputs;
    for (const auto* row : nodes(statement.n_values_lists, statement.values_lists)) {
        const auto items = items_of(row);
        for (const auto* item : items) read(item, scope);
        while (outputs.columns.size() < items.size())
            outputs.columns.push_back({"column" + std::to_string(outputs.columns.size() + 1), {}, false});
    }
    order_and_limit(statement, scope, outputs);
    return outputs;
}

// Plain columns are not read yet: whether they are depends on who looks at the result.
Outputs Extractor::targets(Nodes items, Scope& scope) {
    Outputs out;
    for (const auto* item : items) {
        const auto* target = as<ResTarget>(item);
        if (!target) continue;
        const auto* ref = as<ColumnRef>(target->val);
        if (ref && is_star(*ref)) {
            star_target(*ref, scope, out);
            continue;
        }
        const auto given = text_of(target->name);
        Output output{given.empty() ? implied_name(target->val) : std::string(given), {}, false};
        auto resolved = ref ? resolve(scope, *ref) : Resolved{};
        if (!resolved.output.sources.empty() && resolved.scope == &scope) {
            output.sources = std::move(resolved.output.sources);
            output.pushable = resolved.output.pushable;
        } else {
            read(target->val, scope);
            output.expression = target->val;
        }
        out.columns.push_back(std::move(output));
    }
    return out;
}

void Extractor::star_target(const ColumnRef& ref, Scope& scope, Outputs& out) {
    const auto fields = nodes(ref.n_fields, ref.fields);
    const auto expand = [&](const Range& range) {
        if (range.kind != Range::Kind::table) return append(out, range.outputs);
        out.stars.push_back(range.use);
        if (!range.table) return out.open.push_back(range.use);
        for (const auto& column : range.table->columns) out.columns.push_back({column.name, {{range.use, column.name}}, true});
    };
    if (fields.size() == 1) {
        for (const auto& range : scope.ranges) expand(range);
    } else if (const auto* range = find_range(scope, fields.size() > 2 ? text_of(fields[fields.size() - 3]) : std::string_view{},
                                              text_of(fields[fields.size() - 2]))) {
        expand(*range);
    }
}

void Extractor::with(const WithClause* clause, Scope& scope) {
    if (!clause) return;
    for (const auto* item : nodes(clause->n_ctes, clause->ctes)) {
        const auto* cte = as<CommonTableExpr>(item);
        if (!cte) continue;
        ++out_.subqueries;
        const std::string name(text_of(cte->ctename));
        const auto names = nodes(cte->n_aliascolnames, cte->aliascolnames);
        if (clause->recursive) {
            scope.ctes[name] = {};
            recursion_ = {&scope, name, names};
        }
        auto outputs = query(cte->ctequery, &scope).outputs;
        recursion_ = {};
        rename(outputs, names);
        const bool computed_apart = references_[name] > 1 || clause->recursive ||
                                    cte->ctematerialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeAlways;
        if (computed_apart) block(outputs);
        scope.ctes[name] = std::move(outputs);
    }
}

Features extract(std::string_view sql, const TableLookup& lookup) {
    const Source source(sql);
    std::string text = source.text();
    const auto tree = parse_normalised(text);
    Features features;
    if (tree && tree.size() > 0) features = Extractor(lookup).run(tree.statement(0));
    features.parameters = highest_param(source.tokens());
    return features;
}

namespace {

// What an extractor notes beside the features, sorted.
template <class Take>
auto noted(std::string_view sql, const TableLookup& lookup, Take take) -> decltype(take(std::declval<Extractor&>())) {
    const Source source(sql);
    std::string text = source.text();
    const auto tree = parse_normalised(text);
    if (!tree || tree.size() == 0) return {};
    Extractor extractor(lookup);
    (void)extractor.run(tree.statement(0));
    auto found = take(extractor);
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

std::vector<FixedColumn> fixed_columns(std::string_view sql, const TableLookup& lookup) {
    return noted(sql, lookup, [](Extractor& extractor) { return extractor.take_fixed(); });
}

std::vector<ComparedColumn> compared_columns(std::string_view normalised, const TableLookup& lookup) {
    return noted(normalised, lookup, [](Extractor& extractor) { return extractor.take_compared(); });
}

}  // namespace dwopt::sql
