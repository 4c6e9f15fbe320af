#include "store.hpp"

#include "errors.hpp"
#include "json/storage.hpp"
#include "schema.hpp"
#include "transaction.hpp"
#include "workspace/workspace.hpp"

#include <fmt/format.h>

#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace dwopt::workspace {
namespace {

// Processes that open a new workspace at the same moment set it up one after the other. The lock is on the directory
// itself and goes with the descriptor; where the file system has no locks SQLite would fail too.
void lock_setup(const Directory& directory) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_wait_ms);
    while (::flock(directory.descriptor.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (std::chrono::steady_clock::now() >= until) {
            throw Error(ErrorKind::busy,
                        fmt::format("workspace '{}' is being set up by another process", directory.path.string()),
                        "Run the command again when the other dwopt has ended.");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

// auto_vacuum has to come first: it cannot be changed once the file has a page.
constexpr const char* connection_settings = R"sql(
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA journal_size_limit = 4194304;
PRAGMA cache_size = -16384;
)sql";

}  // namespace

WorkspaceStore::WorkspaceStore(const Directory& directory, bool read_only)
    : file_(directory.path / database_name), db_(file_.string(), SQLite::OPEN_READWRITE, busy_wait_ms) {
    lock_setup(directory);
    db_.exec(connection_settings);
    migrate(db_, migrations(), file_);
    refresh_generated(db_);
    if (read_only) db_.exec("PRAGMA query_only = ON");
}

std::unique_ptr<Store> open(const std::filesystem::path& directory, Access access) {
    const bool create = access == Access::read_write;
    const auto place = open_directory(directory, create);
    ensure_private_file(place, database_name, create);
    return guarded(place.path / database_name,
                   [&] { return std::make_unique<WorkspaceStore>(place, access == Access::read_only); });
}

Bytes size_on_disk(const std::filesystem::path& directory) {
    Bytes total{};
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code none;
        const auto size = std::filesystem::file_size(directory / (std::string(database_name) + suffix), none);
        if (!none) total.value += static_cast<std::int64_t>(size);
    }
    return total;
}

void checkpoint(SQLite::Database& db) {
    db.setBusyTimeout(0);
    (void)db.tryExec("PRAGMA wal_checkpoint(TRUNCATE)");  // busy: the next one does it
    db.setBusyTimeout(busy_wait_ms);
}

std::optional<std::string> WorkspaceStore::meta(const char* key) {
    SQLite::Statement query(db_, "SELECT value FROM meta WHERE key = ?");
    query.bind(1, key);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
}

void WorkspaceStore::set_meta(const char* key, const std::string& value) {
    SQLite::Statement query(db_, "INSERT OR REPLACE INTO meta VALUES (?, ?)");
    query.bind(1, key);
    query.bind(2, value);
    query.exec();
}

std::optional<Target> WorkspaceStore::target() {
    return guarded(file_, [&]() -> std::optional<Target> {
        const auto text = meta("target");
        if (!text) return std::nullopt;
        return json::load<Target>(*text);
    });
}

void WorkspaceStore::bind_target(const Target& target) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        if (const auto text = meta("target")) {
            const auto bound = json::load<Target>(*text);
            if (bound.system_identifier != target.system_identifier || bound.database != target.database ||
                bound.host != target.host) {
                throw Error(ErrorKind::workspace,
                            fmt::format("workspace '{}' belongs to another warehouse (database '{}' on '{}')",
                                        file_.parent_path().string(), bound.database, bound.host),
                            "Make a second workspace with 'dwopt -C DIR collect'.");
            }
        }
        set_meta("target", json::store(target));
        transaction.commit();
    });
}

}  // namespace dwopt::workspace
