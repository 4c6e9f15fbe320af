#include "sql/ddl.hpp"

#include "lexer.hpp"
#include "tree.hpp"

#include <string>

namespace dwopt::sql {
namespace {

// schema.name and nothing else; empty if it is anything else.
RelationName full_name(const RangeVar* relation) {
    if (!relation || !text_of(relation->catalogname).empty() || text_of(relation->schemaname).empty()) return {};
    return {relation->schemaname, relation->relname};
}

RelationName full_name(const Node* names) {
    const auto parts = items_of(names);
    if (parts.size() != 2) return {};
    return {std::string(text_of(parts[0])), std::string(text_of(parts[1]))};
}

bool is_full(const RelationName& name) { return !name.schema.empty() && !name.name.empty(); }

std::optional<Action> create(const IndexStmt& statement, DdlUse use) {
    const bool only = statement.relation && !statement.relation->inh;
    const bool unusual = statement.if_not_exists || statement.primary || statement.isconstraint ||
                         statement.n_exclude_op_names > 0 || statement.concurrent == only;
    if (unusual || (statement.unique && use != DdlUse::undo)) return {};
    Action action;
    action.kind = only ? ActionKind::create_parent_index : ActionKind::create_index;
    action.table = full_name(statement.relation);
    action.index = {action.table.schema, std::string(text_of(statement.idxname))};
    if (!is_full(action.table) || !is_full(action.index)) return {};
    return action;
}

std::optional<Action> drop(const DropStmt& statement) {
    if (statement.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX || statement.missing_ok || statement.n_objects != 1 ||
        statement.behavior != PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT)
        return {};
    Action action;
    action.kind = statement.concurrent ? ActionKind::drop_index : ActionKind::drop_parent_index;
    action.index = full_name(statement.objects[0]);
    if (!is_full(action.index)) return {};
    return action;
}

std::optional<Action> reindex(const ReindexStmt& statement) {
    const auto* option = statement.n_params == 1 ? as<DefElem>(statement.params[0]) : nullptr;
    if (statement.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX || !option || option->arg || text_of(option->defname) != "concurrently") return {};
    Action action;
    action.kind = ActionKind::rebuild_index;
    action.index = full_name(statement.relation);
    if (!is_full(action.index)) return {};
    return action;
}

std::optional<Action> alter(const AlterTableStmt& statement) {
    if (statement.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX || statement.missing_ok || statement.n_cmds != 1) return {};
    const auto* command = as<AlterTableCmd>(statement.cmds[0]);
    const auto named = full_name(statement.relation);
    if (!command || command->missing_ok || !is_full(named)) return {};
    Action action;
    action.index = named;
    if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics && command->num > 0) {
        action.kind = ActionKind::set_index_statistics;
        return action;
    }
    const auto* partition = as<PartitionCmd>(command->def);
    if (command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition || !partition) return {};
    action.kind = ActionKind::attach_index;
    action.parent = named;
    action.index = full_name(partition->name);
    if (!is_full(action.index)) return {};
    return action;
}

std::optional<Action> comment(const CommentStmt& statement) {
    if (statement.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX) return {};
    Action action;
    action.kind = ActionKind::comment_index;
    action.index = full_name(statement.object);
    if (!is_full(action.index)) return {};
    return action;
}

std::optional<Action> classify(const Node* statement, DdlUse use) {
    if (const auto* index = as<IndexStmt>(statement)) return create(*index, use);
    if (const auto* dropped = as<DropStmt>(statement)) return drop(*dropped);
    if (const auto* rebuilt = as<ReindexStmt>(statement); rebuilt && use == DdlUse::change) return reindex(*rebuilt);
    if (const auto* altered = as<AlterTableStmt>(statement)) return alter(*altered);
    if (const auto* commented = as<CommentStmt>(statement)) return comment(*commented);
    return {};
}

}  // namespace

std::optional<Action> classify_ddl(std::string_view sql, DdlUse use) {
    const auto lexed = lex(sql);
    if (highest_param(lexed.tokens) > 0) return {};  // libpg_query's grammar takes them where the server does not
    const auto tree = parse(std::string(sql));
    if (!tree || tree.size() != 1) return {};
    auto action = classify(tree.statement(0), use);
    if (action) action->sql = sql;
    return action;
}

}  // namespace dwopt::sql
