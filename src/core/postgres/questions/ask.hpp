// How every question is put: with dwopt's mark in front, so that its own entries in pg_stat_statements can be told from
// the warehouse's. Questions are the only place of the reading side where SQL stands.
#pragma once

#include "dwopt/counters.hpp"
#include "pq/connection.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::postgres {

inline constexpr std::string_view mark = "/* dwopt */ ";

// Relations of users: for a pg_namespace under the alias n. Temporary schemas (pg_temp_3) go with the prefix, which the
// server reserves.
inline constexpr std::string_view user_schema = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

pq::Result ask(pq::Connection& connection, std::string_view sql, const std::vector<std::optional<std::string>>& parameters = {});

// A transaction for settings of its own, rolled back at the end of it.
class Transaction {
  public:
    explicit Transaction(pq::Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

  private:
    pq::Connection& connection_;
};

// Parameters of type oid[], bigint[], text[].
[[nodiscard]] std::string array_literal(const std::vector<Oid>& oids);
[[nodiscard]] std::string array_literal(const std::vector<std::int64_t>& numbers);
[[nodiscard]] std::string array_literal(const std::vector<std::string>& texts);

[[nodiscard]] inline Oid oid_at(const pq::Result& result, std::size_t row, int column) {
    return static_cast<Oid>(result.integer(row, column));
}
// Microseconds since 1970, as the questions ask for times.
[[nodiscard]] inline Timestamp time_at(const pq::Result& result, std::size_t row, int column) {
    return Timestamp(std::chrono::microseconds(result.integer(row, column)));
}

// The family's values out of the columns from `first` on.
[[nodiscard]] std::vector<double> values_at(const pq::Result& result, std::size_t row, int first, Family family);

void sort_by_key(std::vector<CounterRow>& rows);

}  // namespace dwopt::postgres
