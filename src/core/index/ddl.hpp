// The statements that carry an index change out and take it back, and the locks they take.
#pragma once

#include "view.hpp"

#include "dwopt/recommendation.hpp"

#include <string>
#include <vector>

namespace dwopt::indexing {

struct Change {
    std::vector<std::string> ddl;
    std::vector<std::string> undo;
    std::vector<std::string> locks;
};

// Builds the index concurrently; on a partitioned table on the parent alone, then concurrently on each leaf, which is attached.
[[nodiscard]] Change create_change(const View& view, const IndexSpec& spec);
// Drops it (concurrently where PostgreSQL can), and rebuilds it with tablespace, comment and statistics targets.
[[nodiscard]] Change drop_change(const View& view, const Index& index);

// pg_get_indexdef()'s text with CONCURRENTLY and the tablespace put in.
[[nodiscard]] std::string rebuild_sql(const Index& index, bool concurrently);

}  // namespace dwopt::indexing
