#include "repeated.hpp"

#include <vector>

namespace dwopt::sql {
namespace {

std::vector<const ParamRef*> params_of(const Node* expression) {
    std::vector<const ParamRef*> params;
    walk(expression, [&](const Node* node) {
        if (const auto* param = as<ParamRef>(node)) params.push_back(param);
        return true;
    });
    return params;
}

class Repetitions {
  public:
    void select(const SelectStmt& statement) {
        targets_ = nodes(statement.n_target_list, statement.target_list);
        const auto group = nodes(statement.n_group_clause, statement.group_clause);
        const auto sort = nodes(statement.n_sort_clause, statement.sort_clause);
        const auto distinct = nodes(statement.n_distinct_clause, statement.distinct_clause);
        std::vector<const Node*> originals;
        for (const auto* item : group) add_grouped(item, originals);
        for (const auto* item : distinct) add_grouped(item, originals);
        if (!distinct.empty())
            for (const auto* item : targets_) originals.push_back(as<ResTarget>(item) ? as<ResTarget>(item)->val : item);
        for (const auto* original : originals) {
            if (params_of(original).empty()) continue;
            for (const auto* item : targets_) unify(original, item);
            for (const auto* item : sort) unify(original, item);
            for (const auto* item : distinct) unify(original, item);
            unify(original, statement.having_clause);
        }
    }

    std::map<std::size_t, int> numbers;

  private:
    // A column by position or alias stands for the result column's value.
    void add_grouped(const Node* item, std::vector<const Node*>& out) const {
        if (const auto* sets = as<GroupingSet>(item)) {
            for (const auto* part : nodes(sets->n_content, sets->content)) add_grouped(part, out);
        } else if (const auto* position = as<AConst>(item); position && position->val_case == PG_QUERY__A__CONST__VAL_IVAL) {
            const auto i = static_cast<std::size_t>(position->ival->ival - 1);
            if (i < targets_.size())
                if (const auto* target = as<ResTarget>(targets_[i])) out.push_back(target->val);
        } else if (const auto* ref = as<ColumnRef>(item); ref && ref->n_fields == 1) {
            for (const auto* other : targets_)
                if (const auto* target = as<ResTarget>(other); target && text_of(target->name) == text_of(ref->fields[0]))
                    out.push_back(target->val);
        } else if (const auto* row = as<RowExpr>(item)) {
            for (const auto* part : nodes(row->n_args, row->args)) add_grouped(part, out);
        } else {
            out.push_back(item);
        }
    }

    void unify(const Node* original, const Node* where) {
        const auto from = params_of(original);
        walk(where, [&](const Node* node) {
            if (node == original || !same_but_params(node, original)) return node != original;
            const auto to = params_of(node);
            for (std::size_t i = 0; i < to.size() && i < from.size(); ++i)
                numbers.try_emplace(static_cast<std::size_t>(to[i]->location), number_of(*from[i]));
            return false;
        });
    }

    int number_of(const ParamRef& param) const {
        const auto found = numbers.find(static_cast<std::size_t>(param.location));
        return found == numbers.end() ? param.number : found->second;
    }

    Nodes targets_;
};

}  // namespace

std::map<std::size_t, int> repeated_params(const Node* statement) {
    Repetitions repetitions;
    if (const auto* top = as<SelectStmt>(statement)) repetitions.select(*top);
    walk_messages(&statement->base, [&](const ProtobufCMessage* message) {
        if (message->descriptor == &pg_query__select_stmt__descriptor)
            repetitions.select(*reinterpret_cast<const SelectStmt*>(message));
        return true;
    });
    return std::move(repetitions.numbers);
}

}  // namespace dwopt::sql
