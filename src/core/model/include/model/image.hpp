// The planner-visible self of a warehouse out of its catalog.
#pragma once

#include "dwopt/twin.hpp"

namespace dwopt::model {

// The schema in statements that a fresh database takes, in an order that pg_dump would use. Empty if the catalog holds no
// table.
[[nodiscard]] std::string schema_sql(const Catalog& catalog);
// Index::height of those whose table's statistics tell it.
void put_heights(Catalog& catalog);
[[nodiscard]] TwinImage image_of(const Catalog& catalog, int server_version_num);

}  // namespace dwopt::model
