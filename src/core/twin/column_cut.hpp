// What the planner knows of a column, and what it would know of it within parts of the table's rows.
#pragma once

#include "dwopt/catalog.hpp"
#include "pq/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt::twin {

// Some of the table's rows, told by what the column holds in them.
struct RowsPart {
    std::optional<std::string> low, high;  // low <= value < high
    std::vector<std::string> values;       // or one of these …
    bool others = false;                   // … or none of these; all of them where nothing is said
    bool nulls = false;
    double share = 0;                      // of the table's rows
    bool listed = false;                   // what is not named is out, though nothing is named
};

class ColumnCut {
  public:
    // Asks the planning role's session, since types and values come from outside. Throws Error{failed} where there is no such column.
    ColumnCut(pq::Connection& planner, const RelationName& table, const std::string& column);

    [[nodiscard]] bool known() const { return known_; }  // has statistics
    [[nodiscard]] const ColumnStatistics& whole() const { return whole_; }
    [[nodiscard]] double common_mass() const { return common_mass_; }  // share of the rows that hold a common value

    // Statistics within each part. `hashed`: SQL of a table divided by hash of this column, into `modulus` parts.
    [[nodiscard]] std::vector<ColumnStatistics> within(const std::vector<RowsPart>& parts, const std::string& hashed = {}, int modulus = 0);
    // Share of the rows that hold a common value, in each part.
    [[nodiscard]] const std::vector<double>& common_in() const { return common_in_; }

    // Where in the column's order these shares of the rows end, each 0..1; empty where the type cannot be counted with.
    [[nodiscard]] std::vector<std::string> quantiles(const std::vector<double>& shares);

  private:
    [[nodiscard]] ColumnStatistics cut(const RowsPart& part, const pq::Result& found, std::size_t row);

    pq::Connection* planner_;
    RelationName table_;
    ColumnStatistics whole_;
    std::string type_;
    bool counted_ = false, known_ = false;
    char kind_ = 0;  // n numbers, d days, t times
    double rows_ = 1, common_ = 0, common_mass_ = 0;
    std::vector<double> common_in_;
};

}  // namespace dwopt::twin
