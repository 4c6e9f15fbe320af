// Which statements of a dump reach the twin. The list is of node types, so what the grammar may learn later is refused
// until somebody has thought about it. Values in a schema (defaults, partition bounds, checks) are expressions that the
// server may fold while it creates the object: the role that does so must have no rights worth having.
#include "sql/schema.hpp"

#include "tree.hpp"

#include <fmt/format.h>
#include <pg_query.h>

#include <algorithm>
#include <array>

namespace dwopt::sql {
namespace {

using Use = SchemaStatement::Use;

struct Verdict {
    Use use = Use::run;
    std::string subject, reason;
};

std::string full(std::string_view schema, std::string_view name) {
    return schema.empty() ? std::string(name) : fmt::format("{}.{}", schema, name);
}
std::string full(const RangeVar* relation) { return relation ? full(text_of(relation->schemaname), text_of(relation->relname)) : ""; }
std::string full(std::size_t size, Node* const* names) {
    std::string text;
    for (const Node* name : nodes(size, names)) text += (text.empty() ? "" : ".") + std::string(text_of(name));
    return text;
}

// ---- functions

std::string_view option_text(const DefElem& option) {
    if (const auto text = text_of(option.arg); !text.empty()) return text;
    const auto items = items_of(option.arg);
    return items.empty() ? std::string_view{} : text_of(items.front());
}

bool harmless_language(const CreateFunctionStmt& function) {
    if (function.sql_body) return true;
    for (const Node* node : nodes(function.n_options, function.options)) {
        const auto* option = as<DefElem>(node);
        if (option && text_of(option->defname) == "language") return text_of(option->arg) == "sql" || text_of(option->arg) == "internal";
    }
    return false;
}

// The tree is ours, in its arena: what stands in it may be replaced.
template <class T>
T* own(const T* node) { return const_cast<T*>(node); }

void make_inert(CreateFunctionStmt& function) {
    static char plpgsql[] = "plpgsql", body[] = "begin return null; end";
    const bool keep_body = harmless_language(function);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < function.n_options; ++i) {
        auto* option = own(as<DefElem>(function.options[i]));
        const auto name = option ? text_of(option->defname) : std::string_view{};
        if (name == "security" || name == "leakproof" || name == "support" || name == "transform" || name == "set") continue;
        if (!keep_body && name == "language" && option->arg) option->arg->string->sval = plpgsql;
        if (!keep_body && name == "as") {
            const auto items = items_of(option->arg);
            auto* text = items.empty() ? option->arg : own(items.front());
            if (text && text->node_case == NodeCase<StringNode>::value) text->string->sval = body;
            if (option->arg && option->arg->node_case == NodeCase<List>::value) option->arg->list->n_items = 1;  // C: a second one names the symbol
        }
        function.options[kept++] = function.options[i];
    }
    function.n_options = kept;
}

// ---- ALTER TABLE

Use use_of(PgQuery__AlterTableType type) {
    switch (type) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIndexConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics: return Use::run;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage: return Use::skip;
        default: return Use::refuse;
    }
}

Verdict judge_alter(const AlterTableStmt& statement) {
    Verdict verdict{Use::skip, "change of " + full(statement.relation), {}};
    const auto type = statement.objtype;
    const bool known = type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX ||
                       type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW || type == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE ||
                       type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW;
    std::size_t to_run = 0;
    for (const Node* node : nodes(statement.n_cmds, statement.cmds)) {
        const auto* command = as<AlterTableCmd>(node);
        const Use use = command ? use_of(command->subtype) : Use::refuse;
        if (!known || use == Use::refuse) return {Use::refuse, verdict.subject, "this change is not on the list"};
        to_run += use == Use::run ? 1 : 0;
    }
    if (to_run == 0) return verdict;
    verdict.use = to_run == statement.n_cmds ? Use::run : Use::refuse;
    if (verdict.use == Use::refuse) verdict.reason = "it mixes changes";
    return verdict;
}

// ---- the rest

Verdict judge_select(const SelectStmt& select) {
    const auto targets = nodes(select.n_target_list, select.target_list);
    const auto* target = targets.size() == 1 && select.n_from_clause == 0 ? as<ResTarget>(targets[0]) : nullptr;
    const auto* call = target ? as<FuncCall>(target->val) : nullptr;
    const auto name = call ? last_text(nodes(call->n_funcname, call->funcname)) : std::string_view{};
    if (name == "set_config" || name == "setval") return {Use::skip, "a setting", {}};
    return {Use::refuse, "a query", "it is no data definition"};
}

Verdict judge_define(const DefineStmt& statement) {
    const std::string name = full(statement.n_defnames, statement.defnames);
    if (statement.kind == PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION) return {Use::run, "collation " + name, {}};
    if (statement.kind == PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE) return {Use::run, "aggregate " + name, {}};
    return {Use::refuse, name, "objects of this kind need a superuser"};
}

Verdict judge_materialized(const CreateTableAsStmt& statement) {
    const std::string name = statement.into ? full(statement.into->rel) : "";
    if (statement.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW) return {Use::refuse, "table " + name, "it would run a query"};
    own(statement.into)->skip_data = true;
    own(statement.into)->table_space_name = own("");
    return {Use::run, "materialized view " + name, {}};
}

bool of_no_consequence(const Node* statement) {
    constexpr std::array kinds{
        PG_QUERY__NODE__NODE_COMMENT_STMT, PG_QUERY__NODE__NODE_VARIABLE_SET_STMT, PG_QUERY__NODE__NODE_GRANT_STMT,
        PG_QUERY__NODE__NODE_GRANT_ROLE_STMT, PG_QUERY__NODE__NODE_ALTER_OWNER_STMT, PG_QUERY__NODE__NODE_CREATE_TRIG_STMT,
        PG_QUERY__NODE__NODE_CREATE_POLICY_STMT, PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT,
        PG_QUERY__NODE__NODE_ALTER_EVENT_TRIG_STMT, PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT,
        PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT, PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT,
        PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT, PG_QUERY__NODE__NODE_SEC_LABEL_STMT,
        PG_QUERY__NODE__NODE_ALTER_SEQ_STMT, PG_QUERY__NODE__NODE_TRANSACTION_STMT, PG_QUERY__NODE__NODE_CREATE_USER_MAPPING_STMT};
    return std::find(kinds.begin(), kinds.end(), statement->node_case) != kinds.end();
}

Verdict judge(const Node* statement) {
    if (const auto* s = as<CreateSchemaStmt>(statement)) {
        if (s->n_schema_elts > 0) return {Use::refuse, "schema " + std::string(text_of(s->schemaname)), "it creates other objects too"};
        own(s)->authrole = nullptr;
        own(s)->if_not_exists = true;
        return {Use::run, "schema " + std::string(text_of(s->schemaname)), {}};
    }
    if (const auto* s = as<CreateExtensionStmt>(statement)) return {Use::extension, std::string(text_of(s->extname)), {}};
    if (const auto* s = as<CreateFunctionStmt>(statement)) {
        make_inert(*own(s));
        return {Use::run, (s->is_procedure ? "procedure " : "function ") + full(s->n_funcname, s->funcname), {}};
    }
    if (const auto* s = as<CreateStmt>(statement)) {
        own(s)->tablespacename = own("");
        return {Use::run, "table " + full(s->relation), {}};
    }
    if (const auto* s = as<IndexStmt>(statement)) {
        own(s)->table_space = own("");
        own(s)->concurrent = false;
        return {Use::run, fmt::format("index {} on {}", text_of(s->idxname), full(s->relation)), {}};
    }
    if (const auto* s = as<CreateEnumStmt>(statement)) return {Use::run, "type " + full(s->n_type_name, s->type_name), {}};
    if (const auto* s = as<CreateRangeStmt>(statement)) return {Use::run, "type " + full(s->n_type_name, s->type_name), {}};
    if (const auto* s = as<CompositeTypeStmt>(statement)) return {Use::run, "type " + full(s->typevar), {}};
    if (const auto* s = as<CreateDomainStmt>(statement)) return {Use::run, "domain " + full(s->n_domainname, s->domainname), {}};
    if (const auto* s = as<CreateSeqStmt>(statement)) return {Use::run, "sequence " + full(s->sequence), {}};
    if (const auto* s = as<CreateStatsStmt>(statement)) return {Use::run, "statistics " + full(s->n_defnames, s->defnames), {}};
    if (const auto* s = as<ViewStmt>(statement)) return {Use::run, "view " + full(s->view), {}};
    if (const auto* s = as<DefineStmt>(statement)) return judge_define(*s);
    if (const auto* s = as<CreateTableAsStmt>(statement)) return judge_materialized(*s);
    if (const auto* s = as<AlterTableStmt>(statement)) return judge_alter(*s);
    if (const auto* s = as<SelectStmt>(statement)) return judge_select(*s);
    if (of_no_consequence(statement)) return {Use::skip, {}, {}};
    return {Use::refuse, "a statement", "its kind is not on the list"};
}

// What judge() changed in the tree has to be written anew; all else is run as its author wrote it.
bool rewritten(const Node* statement, std::string_view sql) {
    switch (statement->node_case) {
        case NodeCase<CreateFunctionStmt>::value:
        case NodeCase<CreateSchemaStmt>::value:
        case NodeCase<CreateTableAsStmt>::value: return true;
        case NodeCase<CreateStmt>::value:
        case NodeCase<IndexStmt>::value: {
            std::string lower(sql);
            std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            return lower.find("tablespace") != std::string::npos || lower.find("concurrently") != std::string::npos;
        }
        default: return false;
    }
}

std::string extension_schema(const Node* statement) {
    const auto* extension = as<CreateExtensionStmt>(statement);
    if (!extension) return {};
    for (const Node* node : nodes(extension->n_options, extension->options)) {
        const auto* option = as<DefElem>(node);
        if (option && text_of(option->defname) == "schema") return std::string(option_text(*option));
    }
    return {};
}

SchemaStatement read_statement(std::string sql) {
    const Tree tree = parse(sql);
    SchemaStatement out;
    if (!tree) return {Use::refuse, {}, "a statement", "it cannot be parsed: " + tree.error().message, {}};
    if (tree.size() != 1) return {tree.size() == 0 ? Use::skip : Use::refuse, {}, "a statement", "there are several in one", {}};
    const Node* statement = tree.statement(0);
    auto verdict = judge(statement);
    out = {verdict.use, {}, std::move(verdict.subject), std::move(verdict.reason), extension_schema(statement)};
    if (out.use != Use::run) return out;
    out.sql = rewritten(statement, sql) ? deparse_statement(statement) : std::move(sql);
    if (out.sql.empty()) return {Use::refuse, {}, out.subject, "it cannot be written without what is not allowed in it", {}};
    return out;
}

// psql's own commands (\restrict, \connect) stand on lines of their own.
std::string without_meta_commands(std::string_view dump) {
    std::string text;
    text.reserve(dump.size());
    while (!dump.empty()) {
        const auto line = dump.substr(0, std::min(dump.find('\n'), dump.size() - 1) + 1);
        dump.remove_prefix(line.size());
        const bool meta = line.size() > 1 && line[0] == '\\' && std::isalpha(static_cast<unsigned char>(line[1])) != 0;
        if (!meta && line.find('\0') == std::string_view::npos) text += line;
    }
    return text;
}

std::vector<std::string> split(const std::string& text) {
    // The parser knows bodies with semicolons in them (BEGIN ATOMIC), but gives up at the first mistake in the text.
    auto result = pg_query_split_with_parser(text.c_str());
    if (result.error) {
        pg_query_free_split_result(result);
        result = pg_query_split_with_scanner(text.c_str());
    }
    std::vector<std::string> pieces;
    for (int i = 0; i < result.n_stmts; ++i) {
        pieces.push_back(text.substr(static_cast<std::size_t>(result.stmts[i]->stmt_location),
                                     static_cast<std::size_t>(result.stmts[i]->stmt_len)));
    }
    if (result.error && pieces.empty()) pieces.push_back(text);
    pg_query_free_split_result(result);
    return pieces;
}

}  // namespace

std::vector<SchemaStatement> read_schema(std::string_view dump) {
    std::vector<SchemaStatement> statements;
    for (auto& piece : split(without_meta_commands(dump))) statements.push_back(read_statement(std::move(piece)));
    return statements;
}

}  // namespace dwopt::sql
