// Reading libpg_query's tree: its node types under short names, a checked cast, and a walk over all of them.
#pragma once

#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <span>
#include <string_view>

namespace dwopt::sql {

using Node = PgQuery__Node;

template <class T>
struct NodeCase;

// The types that this room looks into. Everything else is only walked through.
#define DWOPT_NODE(Name, CType, CASE)                                         \
    using Name = PgQuery__##CType;                                            \
    template <>                                                               \
    struct NodeCase<Name> {                                                   \
        static constexpr auto value = PG_QUERY__NODE__NODE_##CASE;            \
    };
DWOPT_NODE(AArrayExpr, AArrayExpr, A_ARRAY_EXPR)
DWOPT_NODE(AConst, AConst, A_CONST)
DWOPT_NODE(AExpr, AExpr, A_EXPR)
DWOPT_NODE(AIndirection, AIndirection, A_INDIRECTION)
DWOPT_NODE(AStar, AStar, A_STAR)
DWOPT_NODE(AlterTableCmd, AlterTableCmd, ALTER_TABLE_CMD)
DWOPT_NODE(AlterTableStmt, AlterTableStmt, ALTER_TABLE_STMT)
DWOPT_NODE(BoolExpr, BoolExpr, BOOL_EXPR)
DWOPT_NODE(BooleanTest, BooleanTest, BOOLEAN_TEST)
DWOPT_NODE(CaseExpr, CaseExpr, CASE_EXPR)
DWOPT_NODE(CaseWhen, CaseWhen, CASE_WHEN)
DWOPT_NODE(CoalesceExpr, CoalesceExpr, COALESCE_EXPR)
DWOPT_NODE(CollateClause, CollateClause, COLLATE_CLAUSE)
DWOPT_NODE(ColumnRef, ColumnRef, COLUMN_REF)
DWOPT_NODE(CommentStmt, CommentStmt, COMMENT_STMT)
DWOPT_NODE(CommonTableExpr, CommonTableExpr, COMMON_TABLE_EXPR)
DWOPT_NODE(CopyStmt, CopyStmt, COPY_STMT)
DWOPT_NODE(CompositeTypeStmt, CompositeTypeStmt, COMPOSITE_TYPE_STMT)
DWOPT_NODE(CreateDomainStmt, CreateDomainStmt, CREATE_DOMAIN_STMT)
DWOPT_NODE(CreateEnumStmt, CreateEnumStmt, CREATE_ENUM_STMT)
DWOPT_NODE(CreateExtensionStmt, CreateExtensionStmt, CREATE_EXTENSION_STMT)
DWOPT_NODE(CreateFunctionStmt, CreateFunctionStmt, CREATE_FUNCTION_STMT)
DWOPT_NODE(CreateRangeStmt, CreateRangeStmt, CREATE_RANGE_STMT)
DWOPT_NODE(CreateSchemaStmt, CreateSchemaStmt, CREATE_SCHEMA_STMT)
DWOPT_NODE(CreateSeqStmt, CreateSeqStmt, CREATE_SEQ_STMT)
DWOPT_NODE(CreateStatsStmt, CreateStatsStmt, CREATE_STATS_STMT)
DWOPT_NODE(CreateStmt, CreateStmt, CREATE_STMT)
DWOPT_NODE(CreateTableAsStmt, CreateTableAsStmt, CREATE_TABLE_AS_STMT)
DWOPT_NODE(DeclareCursorStmt, DeclareCursorStmt, DECLARE_CURSOR_STMT)
DWOPT_NODE(DefElem, DefElem, DEF_ELEM)
DWOPT_NODE(DefineStmt, DefineStmt, DEFINE_STMT)
DWOPT_NODE(DeleteStmt, DeleteStmt, DELETE_STMT)
DWOPT_NODE(DropStmt, DropStmt, DROP_STMT)
DWOPT_NODE(ExplainStmt, ExplainStmt, EXPLAIN_STMT)
DWOPT_NODE(FuncCall, FuncCall, FUNC_CALL)
DWOPT_NODE(GroupingSet, GroupingSet, GROUPING_SET)
DWOPT_NODE(IndexStmt, IndexStmt, INDEX_STMT)
DWOPT_NODE(InsertStmt, InsertStmt, INSERT_STMT)
DWOPT_NODE(Integer, Integer, INTEGER)
DWOPT_NODE(JoinExpr, JoinExpr, JOIN_EXPR)
DWOPT_NODE(List, List, LIST)
DWOPT_NODE(MergeStmt, MergeStmt, MERGE_STMT)
DWOPT_NODE(MergeWhenClause, MergeWhenClause, MERGE_WHEN_CLAUSE)
DWOPT_NODE(MinMaxExpr, MinMaxExpr, MIN_MAX_EXPR)
DWOPT_NODE(NullTest, NullTest, NULL_TEST)
DWOPT_NODE(ParamRef, ParamRef, PARAM_REF)
DWOPT_NODE(PartitionCmd, PartitionCmd, PARTITION_CMD)
DWOPT_NODE(PrepareStmt, PrepareStmt, PREPARE_STMT)
DWOPT_NODE(RangeFunction, RangeFunction, RANGE_FUNCTION)
DWOPT_NODE(RangeSubselect, RangeSubselect, RANGE_SUBSELECT)
DWOPT_NODE(RangeTableFunc, RangeTableFunc, RANGE_TABLE_FUNC)
DWOPT_NODE(RangeTableSample, RangeTableSample, RANGE_TABLE_SAMPLE)
DWOPT_NODE(RangeVar, RangeVar, RANGE_VAR)
DWOPT_NODE(ResTarget, ResTarget, RES_TARGET)
DWOPT_NODE(ReindexStmt, ReindexStmt, REINDEX_STMT)
DWOPT_NODE(RowExpr, RowExpr, ROW_EXPR)
DWOPT_NODE(SelectStmt, SelectStmt, SELECT_STMT)
DWOPT_NODE(SortBy, SortBy, SORT_BY)
DWOPT_NODE(SqlValueFunction, SQLValueFunction, SQLVALUE_FUNCTION)
DWOPT_NODE(StringNode, String, STRING)
DWOPT_NODE(SubLink, SubLink, SUB_LINK)
DWOPT_NODE(TypeCast, TypeCast, TYPE_CAST)
DWOPT_NODE(TypeName, TypeName, TYPE_NAME)
DWOPT_NODE(UpdateStmt, UpdateStmt, UPDATE_STMT)
DWOPT_NODE(ViewStmt, ViewStmt, VIEW_STMT)
DWOPT_NODE(WindowDef, WindowDef, WINDOW_DEF)
#undef DWOPT_NODE

using Alias = PgQuery__Alias;
using OnConflictClause = PgQuery__OnConflictClause;
using WithClause = PgQuery__WithClause;

// The T inside a node, or null if it is something else (or null itself). Every member of the node's union is a pointer.
template <class T>
[[nodiscard]] const T* as(const Node* node) {
    return node && node->node_case == NodeCase<T>::value ? reinterpret_cast<const T*>(node->alias) : nullptr;
}

using Nodes = std::span<Node* const>;  // a repeated field
[[nodiscard]] inline Nodes nodes(std::size_t size, Node* const* items) { return {items, size}; }
[[nodiscard]] Nodes items_of(const Node* list);  // of a List, else of nothing

// Visits everything below, outer before inner, with the help of the descriptors that protobuf-c keeps of all types.
// `visit` says whether to look inside. Some parts are no Node but plain messages (a type's name, the arms of a UNION,
// the target table of an UPDATE): only walk_messages() shows those.
using Visitor = std::function<bool(const Node*)>;
void walk(const ProtobufCMessage* message, const Visitor& visit);
void walk(const Node* node, const Visitor& visit);  // the node too; null is nothing
void walk_messages(const ProtobufCMessage* message, const std::function<bool(const ProtobufCMessage*)>& visit);

// Same shape, names and constants; positions do not count, nor do the numbers of $n.
[[nodiscard]] bool same_but_params(const Node* a, const Node* b);

[[nodiscard]] std::string_view text_of(const Node* node);       // of a String node, else ""
[[nodiscard]] std::string_view last_text(Nodes names);          // "avg" of pg_catalog.avg
[[nodiscard]] inline std::string_view text_of(const char* text) { return text ? text : ""; }

}  // namespace dwopt::sql
