// What keys an index could have for one access, and in what order.
#pragma once

#include "access.hpp"

#include <vector>

namespace dwopt::indexing {

using Keys = std::vector<IndexKey>;

[[nodiscard]] inline bool same_item(const IndexKey& a, const IndexKey& b) { return a.column == b.column && a.expression == b.expression; }
[[nodiscard]] bool has(const Keys& keys, const IndexKey& key);

// Lists of btree keys, each once, at most `width` wide: equality before range, the most promising first.
[[nodiscard]] std::vector<Keys> key_lists(const Access& access, std::size_t width);

}  // namespace dwopt::indexing
