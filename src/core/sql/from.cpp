// FROM: tables, joins, subqueries and functions become ranges of the scope.
#include "extractor.hpp"
#include "tree.hpp"

#include <algorithm>
#include <utility>

namespace dwopt::sql {
namespace {

std::string name_of(const Alias* alias, std::string_view otherwise) {
    return std::string(alias ? text_of(alias->aliasname) : otherwise);
}

}  // namespace

void Extractor::from(const Node* item, Scope& scope) {
    if (const auto* relation = as<RangeVar>(item)) {
        const auto* cte = text_of(relation->schemaname).empty() ? find_cte(scope, text_of(relation->relname)) : nullptr;
        if (!cte) {
            if (use_view(*relation, scope)) return;
            use_table(*relation, TableRole::read, scope);
            return;
        }
        Range range{.kind = cte->columns.empty() && cte->open.empty() ? Range::Kind::opaque : Range::Kind::derived,
                    .alias = name_of(relation->alias, text_of(relation->relname)), .schema = {}, .outputs = *cte};
        if (relation->alias) rename(range.outputs, nodes(relation->alias->n_colnames, relation->alias->colnames));
        scope.ranges.push_back(std::move(range));
    } else if (const auto* sub = as<RangeSubselect>(item)) {
        ++out_.subqueries;
        Range range{.kind = Range::Kind::derived, .alias = name_of(sub->alias, ""), .schema = {},
                    .outputs = query(sub->subquery, &scope).outputs};
        if (sub->alias) rename(range.outputs, nodes(sub->alias->n_colnames, sub->alias->colnames));
        scope.ranges.push_back(std::move(range));
    } else if (const auto* joined = as<JoinExpr>(item)) {
        join(*joined, scope);
    } else if (const auto* sample = as<RangeTableSample>(item)) {
        from(sample->relation, scope);
    } else if (const auto* function = as<RangeFunction>(item)) {
        read_list(nodes(function->n_functions, function->functions), scope);
        std::string name;  // of the first function
        for (const auto* part : nodes(function->n_functions, function->functions))
            if (name.empty() && !items_of(part).empty()) name = implied_name(items_of(part).front());
        opaque(function->alias, name, scope);
    } else if (const auto* table = as<RangeTableFunc>(item)) {
        read(item, scope);
        opaque(table->alias, "xmltable", scope);
    } else if (item) {
        read(item, scope);
        opaque(nullptr, "", scope);
    }
}

void Extractor::opaque(const Alias* alias, std::string_view name, Scope& scope) {
    Range range{.kind = Range::Kind::opaque, .alias = name_of(alias, name), .schema = {}, .outputs = {}};
    if (alias)
        for (const auto* column : nodes(alias->n_colnames, alias->colnames))
            range.outputs.columns.push_back({std::string(text_of(column)), {}, false});
    scope.ranges.push_back(std::move(range));
}

void Extractor::join(const JoinExpr& item, Scope& scope) {
    const std::size_t begin = scope.ranges.size();
    from(item.larg, scope);
    const std::size_t middle = scope.ranges.size();
    from(item.rarg, scope);
    if (item.is_natural || item.n_using_clause > 0) join_using(item, begin, middle, scope);
    conditions(item.quals, scope, {});
}

std::vector<std::string> Extractor::shared_columns(const JoinExpr& item, std::size_t begin, std::size_t middle,
                                                   const Scope& scope) const {
    std::vector<std::string> shared;
    for (const auto* name : nodes(item.n_using_clause, item.using_clause)) shared.emplace_back(text_of(name));
    if (!item.is_natural) return shared;
    for (std::size_t i = begin; i < middle; ++i) {
        std::vector<std::string> names;
        if (const auto* table = scope.ranges[i].table)
            for (const auto& column : table->columns) names.push_back(column.name);
        for (const auto& output : scope.ranges[i].outputs.columns) names.push_back(output.name);
        for (auto& name : names)
            for (std::size_t other = middle; other < scope.ranges.size(); ++other)
                if ((scope.ranges[other].table && has_column(*scope.ranges[other].table, name)) ||
                    std::any_of(scope.ranges[other].outputs.columns.begin(), scope.ranges[other].outputs.columns.end(),
                                [&](const Output& output) { return output.name == name; }))
                    shared.push_back(name);
    }
    return shared;
}

void Extractor::join_using(const JoinExpr& item, std::size_t begin, std::size_t middle, Scope& scope) {
    for (auto& column : shared_columns(item, begin, middle, scope)) {
        const auto merged = scope.merged.find(column);
        const bool chained = merged != scope.merged.end() && middle - begin > 1;  // a JOIN b USING (x) JOIN c USING (x)
        auto left = chained ? merged->second : resolve_in(scope, begin, middle, column);
        const auto right = resolve_in(scope, middle, scope.ranges.size(), column);
        read(left);
        read(right);
        emit_joins(left, right);
        scope.merged[column] = left.sources.empty() ? right : std::move(left);
    }
}

std::size_t Extractor::note(const RangeVar& relation, RelationName name, TableRole role, const Scope& scope) {
    TableUse use;
    use.alias = name_of(relation.alias, name.name);
    use.relation = std::move(name);
    use.role = role;
    use.scope = scope.id;
    out_.tables.push_back(std::move(use));
    reads_.emplace_back();
    return out_.tables.size() - 1;
}

// A view is a subquery whose text stands elsewhere.
bool Extractor::use_view(const RangeVar& relation, Scope& scope) {
    const auto* definition = lookup_.find_view(text_of(relation.schemaname), text_of(relation.relname));
    if (!definition || views_left_-- <= 0) return false;
    const auto tree = parse(definition->sql);
    const auto* view = tree && tree.size() > 0 ? as<ViewStmt>(tree.statement(0)) : nullptr;
    if (!view) return false;
    note(relation, definition->name, TableRole::read, scope);

    auto outer_references = std::exchange(references_, {});
    count_references(&view->base);
    Range range{.kind = Range::Kind::derived, .alias = name_of(relation.alias, definition->name.name),
                .schema = relation.alias ? std::string{} : definition->name.schema, .outputs = query(view->query, nullptr).outputs};
    references_ = std::move(outer_references);

    rename(range.outputs, nodes(view->n_aliases, view->aliases));
    if (relation.alias) rename(range.outputs, nodes(relation.alias->n_colnames, relation.alias->colnames));
    for (const auto* option : nodes(view->n_options, view->options)) {
        const auto* element = as<DefElem>(option);
        if (element && text_of(element->defname) == "security_barrier") block(range.outputs);  // conditions stay outside
    }
    scope.ranges.push_back(std::move(range));
    return true;
}

std::size_t Extractor::use_table(const RangeVar& relation, TableRole role, Scope& scope) {
    RelationName name{std::string(text_of(relation.schemaname)), std::string(text_of(relation.relname))};
    const auto* table = lookup_.find(name.schema, name.name);
    Range range{.kind = Range::Kind::table, .alias = name_of(relation.alias, name.name),
                .schema = relation.alias ? std::string{} : table ? table->name.schema : name.schema,
                .use = note(relation, table ? table->name : name, role, scope), .table = table, .outputs = {}};
    const bool renamed = relation.alias && relation.alias->n_colnames > 0;
    if (renamed && table) {  // t (a, b): columns under other names
        range.kind = Range::Kind::derived;
        for (const auto& column : table->columns) range.outputs.columns.push_back({column.name, {{range.use, column.name}}, true});
        rename(range.outputs, nodes(relation.alias->n_colnames, relation.alias->colnames));
    }
    const auto use = range.use;
    scope.ranges.push_back(std::move(range));
    return use;
}

}  // namespace dwopt::sql
