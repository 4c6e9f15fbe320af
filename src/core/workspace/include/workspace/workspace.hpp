// The workspace: one directory, one SQLite database, everything dwopt remembers about one warehouse
// (dwopt-workspace(5)).
#pragma once

#include "dwopt/ports.hpp"

#include <filesystem>
#include <memory>

namespace dwopt::workspace {

enum class Access {
    read_write,  // made if it is not there
    read_only,   // must be there; nothing is written but what an older version's schema needs to be brought up to date
};

inline constexpr const char* database_name = "dwopt.db";
inline constexpr const char* deploy_lock_name = "deploy.lock";
inline constexpr const char* collect_lock_name = "collect.lock";

// Opens the workspace in `directory`, makes it (0700, the database 0600, whatever the umask) and brings its schema up
// to date.
//
// The store belongs to one thread. Any number of processes may read while one writes; a writer waits up to 10 s for
// another one. Calls of the journal, of recommendations' status and of the target are synced to disk when they return;
// a snapshot, an analysis and a roll-up are atomic, and may be lost as a whole in a power failure.
//
// Throws Error{workspace} when the directory or the database belongs to another user, others may write to the
// directory, the database is a symbolic link, is damaged, belongs to another program or to a newer dwopt, or the disk
// fails or is full; Error{busy} when another process keeps it locked for longer than 10 s. So does every call of the
// store. Never deletes a file.
[[nodiscard]] std::unique_ptr<Store> open(const std::filesystem::path& directory, Access access);

// Bytes its files take on disk, for telling growth; 0 where there is none.
[[nodiscard]] Bytes size_on_disk(const std::filesystem::path& directory);

}  // namespace dwopt::workspace
