// What a statement is, and expressions back to text.
#include "tree.hpp"

#include <pg_query.h>

#include <vector>

namespace dwopt::sql {
namespace {

// Column references that stand without their table while this lives. The tree is ours, so lending it is harmless.
class Unqualified {
  public:
    explicit Unqualified(const Node* expression) {
        walk(expression, [this](const Node* node) {
            if (const auto* column = as<ColumnRef>(node); column && column->n_fields > 1) {
                auto* ref = const_cast<ColumnRef*>(column);
                changed_.push_back({ref, ref->n_fields, ref->fields});
                ref->fields += ref->n_fields - 1;
                ref->n_fields = 1;
            }
            return true;
        });
    }
    ~Unqualified() {
        for (const auto& [ref, n, fields] : changed_) ref->n_fields = n, ref->fields = fields;
    }
    Unqualified(const Unqualified&) = delete;
    Unqualified& operator=(const Unqualified&) = delete;

  private:
    struct Saved {
        ColumnRef* ref;
        std::size_t n;
        Node** fields;
    };
    std::vector<Saved> changed_;
};

std::vector<std::uint8_t> packed_statement(Node* statement) {
    PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT;
    raw.stmt = statement;
    PgQuery__RawStmt* statements[] = {&raw};
    PgQuery__ParseResult result = PG_QUERY__PARSE_RESULT__INIT;
    result.version = PG_VERSION_NUM;
    result.n_stmts = 1;
    result.stmts = statements;
    std::vector<std::uint8_t> bytes(pg_query__parse_result__get_packed_size(&result));
    pg_query__parse_result__pack(&result, bytes.data());
    return bytes;
}

// The tree of SELECT <expression>, as bytes.
std::vector<std::uint8_t> packed(const Node* expression) {
    ResTarget target;  // the INIT macros cast constness away
    pg_query__res_target__init(&target);
    target.val = const_cast<Node*>(expression);
    Node target_node = PG_QUERY__NODE__INIT;
    target_node.node_case = NodeCase<ResTarget>::value;
    target_node.res_target = &target;
    Node* targets[] = {&target_node};
    SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
    select.n_target_list = 1;
    select.target_list = targets;
    select.limit_option = PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_DEFAULT;
    select.op = PG_QUERY__SET_OPERATION__SETOP_NONE;
    Node select_node = PG_QUERY__NODE__INIT;
    select_node.node_case = NodeCase<SelectStmt>::value;
    select_node.select_stmt = &select;
    return packed_statement(&select_node);
}

std::string deparsed(std::vector<std::uint8_t> bytes) {
    const PgQueryProtobuf tree{bytes.size(), reinterpret_cast<char*>(bytes.data())};
    const auto result = pg_query_deparse_protobuf(tree);
    std::string sql = result.error ? "" : result.query;
    pg_query_free_deparse_result(result);
    return sql;
}

}  // namespace

std::string deparse(const Node* expression, bool unqualified) {
    if (!expression) return {};
    std::vector<std::uint8_t> bytes;
    if (unqualified) {
        const Unqualified lent(expression);
        bytes = packed(expression);
    } else {
        bytes = packed(expression);
    }
    const std::string sql = deparsed(std::move(bytes));
    constexpr std::string_view select = "SELECT ";
    return sql.starts_with(select) ? sql.substr(select.size()) : std::string{};
}

std::string deparse_statement(const Node* statement) {
    return statement ? deparsed(packed_statement(const_cast<Node*>(statement))) : std::string{};
}

const Node* inner_statement(const Node* statement) {
    if (const auto* prepare = as<PrepareStmt>(statement)) return prepare->query;
    if (const auto* explain = as<ExplainStmt>(statement)) return explain->query;
    if (const auto* cursor = as<DeclareCursorStmt>(statement)) return cursor->query;
    if (const auto* table = as<CreateTableAsStmt>(statement)) return table->query;
    if (const auto* copy = as<CopyStmt>(statement)) return copy->query;
    return nullptr;
}

StatementKind kind_of(const Node* statement) {
    if (!statement) return StatementKind::unknown;
    switch (statement->node_case) {
        case PG_QUERY__NODE__NODE_SELECT_STMT: return StatementKind::select;
        case PG_QUERY__NODE__NODE_INSERT_STMT: return StatementKind::insert;
        case PG_QUERY__NODE__NODE_UPDATE_STMT: return StatementKind::update;
        case PG_QUERY__NODE__NODE_DELETE_STMT: return StatementKind::remove;
        case PG_QUERY__NODE__NODE_MERGE_STMT: return StatementKind::merge;
        case PG_QUERY__NODE__NODE_EXPLAIN_STMT: return StatementKind::utility;
        default: break;
    }
    const auto* inner = inner_statement(statement);
    return inner ? kind_of(inner) : StatementKind::utility;
}

}  // namespace dwopt::sql
