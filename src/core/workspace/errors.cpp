#include "errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace dwopt::workspace {

Error translated(const SQLite::Exception& exception, const std::filesystem::path& file) {
    const std::string path = file.string();
    switch (exception.getErrorCode() & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error(
                ErrorKind::workspace, fmt::format("workspace '{}' is damaged ({})", path, exception.what()),
                fmt::format(
                    "Look at it with \"sqlite3 '{}' 'PRAGMA integrity_check'\", restore a backup, or move the file "
                    "away and begin anew with 'dwopt collect'.",
                    path));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error(ErrorKind::busy, fmt::format("workspace '{}' is locked by another process", path),
                         "Run the command again when the other dwopt has ended.");
        case SQLITE_FULL:
            return Error(ErrorKind::workspace, fmt::format("disk of workspace '{}' is full", path),
                         "Free some space and run the command again; what was stored before is safe.");
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return Error(ErrorKind::workspace,
                         fmt::format("workspace '{}' cannot be opened ({})", path, exception.what()),
                         "Check who owns the directory and whether its file system is writable, or name another one "
                         "with '-C DIR'.");
        case SQLITE_IOERR:
            return Error(ErrorKind::workspace,
                         fmt::format("workspace '{}' cannot be read or written ({})", path, exception.what()),
                         "Check the disk; what was stored before is safe if the disk is.");
        default:
            return Error(ErrorKind::workspace, fmt::format("workspace '{}' failed ({})", path, exception.what()),
                         fmt::format("Look at it with \"sqlite3 '{}' 'PRAGMA integrity_check'\".", path));
    }
}

}  // namespace dwopt::workspace
