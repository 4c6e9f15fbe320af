// A bundle (format dwopt-bundle/1): a warehouse's planner-visible self in a directory, or a .tar.gz of one.
//
//   manifest.json   optional: format, server_version_num, database, captured_at
//   schema.sql      pg_dump --schema-only
//   relations.csv columns.csv settings.csv       the planner's numbers
//   heights.csv bounds.csv extended.csv statements.csv   optional
//   queries/*.sql   optional: one statement each, "-- weight: N" on the first line
//
// Columns go by their names: unknown ones are ignored, as are unknown files. What comes in is not trusted: sizes are
// bounded, links and paths out of the directory are not followed, nothing is run.
#pragma once

#include "dwopt/bundle.hpp"

#include <filesystem>

namespace dwopt::bundle {

// Throws Error{usage} that names the file (and line) that is missing, too large or cannot be understood.
[[nodiscard]] Bundle read(const std::filesystem::path& path);

// As read() takes it. A path that ends in .tar.gz or .tgz becomes an archive, any other a directory, which must not
// exist yet or be empty. Readable by its owner alone. Throws Error{usage}, Error{failed}.
void write(const Bundle& bundle, const std::filesystem::path& path);

}  // namespace dwopt::bundle
