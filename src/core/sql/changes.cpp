// Statements that change tables.
#include "extractor.hpp"

#include <algorithm>

namespace dwopt::sql {

void Extractor::insert(const InsertStmt& statement, Scope& scope) {
    if (!statement.relation) return;
    read(query(statement.select_stmt, &scope).outputs);  // before the target comes in sight
    const auto use = use_table(*statement.relation, TableRole::insert, scope);
    const auto* conflict = statement.on_conflict_clause;
    if (!conflict) return;
    Range excluded{.kind = Range::Kind::opaque, .alias = "excluded", .schema = {}, .outputs = {}};
    excluded.outputs.columns.push_back({"", {}, false});  // reached as excluded.x only
    scope.ranges.push_back(std::move(excluded));
    assign(nodes(conflict->n_target_list, conflict->target_list), use, scope);
    conditions(conflict->where_clause, scope, {});
    if (!conflict->infer) return;
    for (const auto* item : nodes(conflict->infer->n_index_elems, conflict->infer->index_elems))
        if (item && item->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM && !text_of(item->index_elem->name).empty())
            reads_[use].insert(item->index_elem->name);
}

void Extractor::update(const UpdateStmt& statement, Scope& scope) {
    if (!statement.relation) return;
    const auto use = use_table(*statement.relation, TableRole::update, scope);
    for (const auto* item : nodes(statement.n_from_clause, statement.from_clause)) from(item, scope);
    assign(nodes(statement.n_target_list, statement.target_list), use, scope);
    conditions(statement.where_clause, scope, {});
}

void Extractor::remove(const DeleteStmt& statement, Scope& scope) {
    if (!statement.relation) return;
    use_table(*statement.relation, TableRole::remove, scope);
    for (const auto* item : nodes(statement.n_using_clause, statement.using_clause)) from(item, scope);
    conditions(statement.where_clause, scope, {});
}

void Extractor::merge(const MergeStmt& statement, Scope& scope) {
    if (!statement.relation) return;
    auto role = TableRole::insert;
    const auto clauses = nodes(statement.n_merge_when_clauses, statement.merge_when_clauses);
    for (const auto* item : clauses) {
        const auto* clause = as<MergeWhenClause>(item);
        if (!clause) continue;
        if (clause->command_type == PG_QUERY__CMD_TYPE__CMD_UPDATE) role = TableRole::update;
        if (clause->command_type == PG_QUERY__CMD_TYPE__CMD_DELETE && role == TableRole::insert) role = TableRole::remove;
    }
    const auto use = use_table(*statement.relation, role, scope);
    from(statement.source_relation, scope);
    conditions(statement.join_condition, scope, {});
    for (const auto* item : clauses) {
        const auto* clause = as<MergeWhenClause>(item);
        if (!clause) continue;
        read(clause->condition, scope);
        read_list(nodes(clause->n_values, clause->values), scope);
        if (clause->command_type == PG_QUERY__CMD_TYPE__CMD_UPDATE)
            assign(nodes(clause->n_target_list, clause->target_list), use, scope);
    }
}

// SET column = expression
void Extractor::assign(Nodes targets, std::size_t use, Scope& scope) {
    for (const auto* item : targets) {
        const auto* target = as<ResTarget>(item);
        if (!target) continue;
        out_.tables[use].written.emplace_back(text_of(target->name));
        read(target->val, scope);  // may add tables
    }
    auto& written = out_.tables[use].written;
    std::sort(written.begin(), written.end());
    written.erase(std::unique(written.begin(), written.end()), written.end());
}

void Extractor::copy(const CopyStmt& statement) {
    if (!statement.relation) return;
    Scope scope{.parent = nullptr, .id = next_scope_++};
    const auto use = use_table(*statement.relation, statement.is_from ? TableRole::insert : TableRole::read, scope);
    if (statement.is_from) return;
    for (const auto* column : nodes(statement.n_attlist, statement.attlist)) reads_[use].insert(std::string(text_of(column)));
    if (statement.n_attlist == 0) reads_[use].insert("*");
}

}  // namespace dwopt::sql
