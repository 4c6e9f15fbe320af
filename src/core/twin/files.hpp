// Relation files that hold nothing and look full. The planner asks the file for a relation's size, and a btree's meta page
// for its height; both can be had without rows: zero pages are valid empty pages and, in a sparse file, cost no disk.
//
// To be written while the server is stopped, or to a relation no session has opened yet.
#pragma once

#include "process.hpp"

#include "dwopt/units.hpp"

#include <cstdint>
#include <filesystem>

namespace dwopt::twin {

inline constexpr std::int64_t block_size = 8192;

// Makes the main fork `pages` blocks long, over as many segments of 1 GiB as that takes. Nothing happens to a file that is
// longer. `file` is the first segment. Throws Error{failed}.
void extend(const std::filesystem::path& file, std::int64_t pages, const Account& account);

[[nodiscard]] std::int64_t length(const std::filesystem::path& file);  // in pages, over all segments

// Makes a longer one that long.
void cut(const std::filesystem::path& file, std::int64_t pages);

// Gives an empty btree `height` levels above its leaf: block 1 is the root, one page a level follows, down to an empty leaf.
// `file` holds the meta page that the server wrote. At least height + 2 blocks long afterwards.
void raise_btree(const std::filesystem::path& file, int height, const Account& account);

// As many levels as a btree of so many pages has whose pages hold some 300 entries: where its height is not known.
[[nodiscard]] int guessed_height(std::int64_t pages);

}  // namespace dwopt::twin
