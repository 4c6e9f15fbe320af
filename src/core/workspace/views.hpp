// What users may query with sqlite3: the views, with names and columns that stay (dwopt-workspace(5)).
#pragma once

#include <string>

namespace dwopt::workspace {

[[nodiscard]] std::string views_sql();  // CREATE VIEW …; the same text as long as nothing changed

}  // namespace dwopt::workspace
