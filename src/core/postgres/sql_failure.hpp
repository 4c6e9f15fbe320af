// Why the server would not plan a statement, in words that hold no data of it.
#pragma once

#include "pq/connection.hpp"

#include <string>

namespace dwopt::postgres {

[[nodiscard]] std::string failure_of(const pq::SqlError& error);

}  // namespace dwopt::postgres
