// One pass over a statement's tree that fills Features. The class stands in five files: queries.cpp (SELECT,
// WITH), from.cpp, changes.cpp (INSERT, UPDATE, DELETE, MERGE, COPY), conditions.cpp (WHERE and ON), expressions.cpp (columns
// read, orderings).
#pragma once

#include "predicate_kinds.hpp"
#include "scope.hpp"
#include "sql/features.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace dwopt::sql {

class Extractor {
  public:
    explicit Extractor(const TableLookup& lookup) : lookup_(lookup) {}
    [[nodiscard]] Features run(const Node* statement);
    [[nodiscard]] std::vector<FixedColumn> take_fixed() { return std::move(fixed_); }
    [[nodiscard]] std::vector<ComparedColumn> take_compared() { return std::move(compared_); }

  private:
    // ---- queries.cpp ----
    struct Query {
        Outputs outputs;  // not yet counted as read
        bool correlated = false;
    };
    void count_references(const ProtobufCMessage* statement);
    Query query(const Node* statement, Scope* parent);  // a SELECT or a change with RETURNING; else nothing
    Query select(const SelectStmt& statement, Scope* parent);
    Outputs plain_select(const SelectStmt& statement, Scope& scope);
    Outputs set_operation(const SelectStmt& statement, Scope& scope);
    Outputs values(const SelectStmt& statement, Scope& scope);
    Outputs targets(Nodes list, Scope& scope);
    void star_target(const ColumnRef& ref, Scope& scope, Outputs& out);
    void order_and_limit(const SelectStmt& statement, Scope& scope, const Outputs& outputs);
    void with(const WithClause* clause, Scope& scope);

    // ---- from.cpp ----
    void from(const Node* item, Scope& scope);
    void join(const JoinExpr& item, Scope& scope);
    void join_using(const JoinExpr& item, std::size_t begin, std::size_t middle, Scope& scope);
    std::vector<std::string> shared_columns(const JoinExpr& item, std::size_t begin, std::size_t middle, const Scope& scope) const;
    void opaque(const Alias* alias, std::string_view name, Scope& scope);
    std::size_t use_table(const RangeVar& relation, TableRole role, Scope& scope);
    bool use_view(const RangeVar& relation, Scope& scope);
    std::size_t note(const RangeVar& relation, RelationName name, TableRole role, const Scope& scope);

    // ---- changes.cpp ----
    void insert(const InsertStmt& statement, Scope& scope);
    void update(const UpdateStmt& statement, Scope& scope);
    void remove(const DeleteStmt& statement, Scope& scope);
    void merge(const MergeStmt& statement, Scope& scope);
    void copy(const CopyStmt& statement);
    void assign(Nodes targets, std::size_t use, Scope& scope);

    // ---- conditions.cpp ----
    struct Sense {
        int arm = 0;  // of an OR, numbered through the statement; 0: ANDed at its level
        bool negated = false;
        [[nodiscard]] bool disjunct() const { return arm > 0; }
    };
    struct Operand {
        enum class Kind { column, expression, constant, other } kind = Kind::other;
        Output column;
        std::size_t use = 0;      // expression
        std::string expression;
        bool outer = false;       // all of its columns belong to enclosing queries
        [[nodiscard]] bool indexable() const { return !outer && (kind == Kind::column || kind == Kind::expression); }
        [[nodiscard]] bool fixed() const { return kind == Kind::constant || (outer && kind != Kind::other); }
    };
    void conditions(const Node* node, Scope& scope, Sense sense);
    void boolean(const BoolExpr& node, Scope& scope, Sense sense);
    void compare(const AExpr& node, Scope& scope, Sense sense);
    void compare_pair(const Node* left, std::string_view op, const Node* right, Scope& scope, Sense sense);
    void in_list(const AExpr& node, Scope& scope, Sense sense);
    void between(const AExpr& node, Scope& scope, Sense sense);
    void sublink(const SubLink& node, Scope& scope, Sense sense);
    void unary(const Node* argument, PredicateKind kind, std::string_view op, Scope& scope, Sense sense);
    Operand operand(const Node* node, Scope& scope);
    bool all_constant(Nodes list, Scope& scope);
    void emit(const Operand& operand, Condition condition, Sense sense);
    void note_fixed(const Operand& operand, const Node* value);
    void note_compared(const Operand& operand, std::string_view op, const Node* value, Sense sense);
    void emit_joins(const Output& left, const Output& right);
    void emit_comparison(const Output& left, const Output& right, std::string_view op, Sense sense);
    void emit_joined_range(const Output& column, const Output& other, Condition condition, Sense sense);

    // ---- expressions.cpp ----
    struct Reads {
        std::vector<Resolved> columns;
        std::vector<std::string> names;  // as the text has them, beside `columns`
        bool unknown = false;     // a column that leads nowhere
        bool correlated = false;  // a subquery that depends on this query
        bool subquery = false;
        bool aggregate = false;   // or a window function
    };
    Reads read(const Node* expression, Scope& scope);
    void read_column(const ColumnRef& ref, Scope& scope, Reads& out);
    void read_function(const FuncCall& call, Scope& scope, Reads& out);
    void read(const Resolved& column, Scope& from);
    void read(const Output& output);
    void read(const Outputs& outputs);
    void read_list(Nodes list, Scope& scope);

    struct Key {
        const Node* node = nullptr;
        bool descending = false, nulls_first = false;
    };
    static Key key(const Node* item);  // of a SortBy or a bare expression
    // Adds an Ordering if all keys are columns or expressions of one table. `outputs` null: neither positions nor aliases count.
    void ordering(Ordering::Purpose purpose, std::span<const Key> keys, const Outputs* outputs, bool limited, Scope& scope);
    void add_ordering(Ordering::Purpose purpose, std::span<const Key> keys, std::span<const Operand> items, bool limited);
    Operand key_item(const Node* node, bool aliases_first, const Outputs* outputs, Scope& scope);
    Operand output_item(const Output& output, Scope& scope);
    // min() and max() over one table are searched for from an end of an index.
    void ends(Nodes targets, Scope& scope);
    void window(const WindowDef& definition, Scope& scope);

    const TableLookup& lookup_;
    Features out_;
    std::vector<FixedColumn> fixed_;
    std::vector<ComparedColumn> compared_;
    int arms_ = 0;  // of ORs so far
    std::vector<std::set<std::string>> reads_;  // per table use
    std::set<std::string> aggregates_;
    std::vector<JoinPredicate> joins_;          // of the query at hand, until it is done
    std::unordered_map<std::string, int> references_;  // how often the statement names a relation without schema
    int next_scope_ = 0;
    int views_left_ = 100;  // that may be read: definitions from outside may double at each level, or go round in circles

    struct Recursion {  // the recursive CTE whose first arm is about to be read
        Scope* scope = nullptr;
        std::string name;
        Nodes columns;
    } recursion_;
};

}  // namespace dwopt::sql
