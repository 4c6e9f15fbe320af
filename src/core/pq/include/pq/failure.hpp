// Why the server would not plan a statement, in words that hold no data of it.
#pragma once

#include "pq/connection.hpp"

#include <string>

namespace dwopt::pq {

[[nodiscard]] std::string failure_of(const SqlError& error);

}  // namespace dwopt::pq
