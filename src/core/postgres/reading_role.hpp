// The role under which captured SQL may be planned when a superuser is connected.
#pragma once

#include "pq/connection.hpp"

#include <string>

namespace dwopt::postgres {

// Changes a superuser's session to `role`; any other session stays what it is. Returns the role that plans from now on.
// Throws Error{refused} if the role does not exist or could do more than read.
std::string step_down(pq::Connection& connection, const std::string& role);

// SQL that makes such a role.
[[nodiscard]] std::string reading_role_sql(const std::string& role, int server_version_num);

}  // namespace dwopt::postgres
