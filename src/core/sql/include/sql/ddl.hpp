// The gate before the deployer: which statements dwopt may send to change a warehouse.
#pragma once

#include "dwopt/deployment.hpp"

#include <optional>
#include <string_view>

namespace dwopt::sql {

enum class DdlUse {
    change,  // on the way forward
    undo,    // restoring what was there: a UNIQUE index may come back
};

// The action, if the text is exactly one statement of this list, else nothing:
//   CREATE INDEX CONCURRENTLY name ON schema.table …            create_index
//   CREATE INDEX name ON ONLY schema.table …                    create_parent_index
//   ALTER INDEX schema.parent ATTACH PARTITION schema.child     attach_index (index = child)
//   DROP INDEX CONCURRENTLY schema.name                         drop_index
//   DROP INDEX schema.name                                      drop_parent_index
//   REINDEX INDEX CONCURRENTLY schema.name                      rebuild_index
//   COMMENT ON INDEX schema.name IS …                           comment_index
//   ALTER INDEX schema.name ALTER COLUMN n SET STATISTICS n     set_index_statistics
// IF [NOT] EXISTS, CASCADE, several objects or sub-commands and names without schema are refused, as is CONCURRENTLY with
// ONLY. Names come out raw; the schema of a new index is its table's. `sql` of the action is the text as given.
[[nodiscard]] std::optional<Action> classify_ddl(std::string_view sql, DdlUse use = DdlUse::change);

}  // namespace dwopt::sql
