// What type an expression has, as far as its text and the columns' types tell.
#pragma once

#include "nodes.hpp"
#include "sql/features.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dwopt::sql {

enum class Category {
    unknown,
    untyped,  // a parameter, or made of nothing else: takes the type it is given
    number,
    date,
    timestamp,
    interval,
    text,
    boolean,
    other,
};

struct Type {
    Category category = Category::unknown;
    std::string name;  // as SQL writes it; empty if unknown or untyped

    [[nodiscard]] bool is(Category wanted) const { return category == wanted; }
    [[nodiscard]] bool known() const { return category != Category::unknown && category != Category::untyped; }
};

[[nodiscard]] Type number_type();
[[nodiscard]] Type number_type(const Type& wanted);  // that of `wanted` if it is a number, else the most willing one
[[nodiscard]] Type timestamp_type();
[[nodiscard]] Type interval_type();
[[nodiscard]] Type date_type();
[[nodiscard]] Type text_type();

// "timestamp with time zone" → timestamp
[[nodiscard]] Type type_named(std::string_view name);

class Types {
  public:
    // Learns the columns of all tables the statement names, with and without the alias: a bare name with different types
    // in several tables is unknown. Results of subqueries that are bare parameters are untyped columns.
    Types(const Node* statement, const TableLookup& lookup);

    [[nodiscard]] Type of(const Node* expression) const;

    // A column of the table that goes by that alias.
    [[nodiscard]] Type of_column(std::string_view alias, std::string_view column) const;

    // The values behind an untyped column: the parameters that gave it.
    [[nodiscard]] const std::vector<const Node*>* untyped_column(const Node* expression) const;

  private:
    Type of_function(const FuncCall& call) const;
    Type of_operator(const AExpr& expression) const;
    Type common(Nodes results) const;
    using Values = std::vector<const Node*>;
    void learn_table(const RangeVar& relation, const TableLookup& lookup);
    void learn_outputs(std::string_view alias, const Node* query, Nodes names);
    void learn_output(std::string_view alias, std::string_view name, const Node* value);
    // By "alias.column" first, then by the column alone.
    template <class Map>
    const typename Map::mapped_type* find(const Map& map, const ColumnRef& ref, bool qualified) const;

    std::unordered_map<std::string, Type> columns_;    // "alias.column" and "column"
    std::unordered_map<std::string, Values> untyped_;  // the same
    std::unordered_map<std::string, std::string> aliases_;  // of what is no known table, maybe a CTE: alias → name
};

[[nodiscard]] bool is_arithmetic(const AExpr& expression);
[[nodiscard]] std::vector<const Node*> results_of(const CaseExpr& expression);

}  // namespace dwopt::sql
