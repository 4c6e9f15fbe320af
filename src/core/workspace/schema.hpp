// The schema and how older workspaces come up to it.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <span>

namespace dwopt::workspace {

inline constexpr int application_id = 0x64776f70;  // "dwop", in the file's header

// One step forward. `version` is PRAGMA user_version after it. Released steps never change: add another.
struct Migration {
    int version;
    void (*apply)(SQLite::Database& db);
};

[[nodiscard]] std::span<const Migration> migrations();

// Brings an open database up to the last of `steps`, each in a transaction of its own with its version number.
// Throws Error{workspace} if the file is another program's or of a newer version than the last step.
void migrate(SQLite::Database& db, std::span<const Migration> steps, const std::filesystem::path& file);

// Tables and views that follow from dwopt/counters.hpp and views.cpp; remade only when those have changed.
void refresh_generated(SQLite::Database& db);

}  // namespace dwopt::workspace
