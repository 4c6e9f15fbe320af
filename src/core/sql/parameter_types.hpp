// Which parameters need a cast so that PostgreSQL can tell their type.
#pragma once

#include "types.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

namespace dwopt::sql {

struct ParameterCasts {
    std::map<std::size_t, std::string> types;  // by the parameter's offset
    std::set<std::size_t> apart;               // offsets of those that must not share their number with another type
    std::vector<const AExpr*> any_arrays;      // x = ANY (ARRAY[$1, …]) to be written x IN ($1, …)
};

class ParameterTyper {
  public:
    explicit ParameterTyper(const Types& types) : types_(types) {}
    [[nodiscard]] ParameterCasts run(const Node* statement);

  private:
    void visit(const Node* node);
    void visit_expression(const AExpr& expression);
    void visit_call(const FuncCall& call);
    void visit_list_call(std::string_view name, Nodes arguments);
    void compare(const Node* left, const Node* right);
    void list(const AExpr& expression);

    void arithmetic(const AExpr& expression, const Type& wanted);
    void untyped_pair(const AExpr& expression, std::string_view op, const Type& wanted);
    void beside(const Node* untyped, const Type& other, std::string_view op, bool on_the_right, const Type& wanted);

    // Gives the untyped parameters that `node` is made of this type.
    void give(const Node* node, const Type& type);
    // Lets `node` know what it is compared with or stored in.
    void expect(const Node* node, const Type& type);
    [[nodiscard]] bool untyped(const Node* node) const { return types_.of(node).is(Category::untyped); }

    const Types& types_;
    ParameterCasts out_;
    std::unordered_set<const AExpr*> seen_;
    int depth_ = 0;
};

}  // namespace dwopt::sql
