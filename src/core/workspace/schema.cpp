#include "schema.hpp"

#include "dwopt/error.hpp"
#include "families.hpp"
#include "model/hash.hpp"
#include "transaction.hpp"
#include "views.hpp"

#include <fmt/format.h>

#include <array>

namespace dwopt::workspace {
namespace {

// Times are microseconds since 1970 UTC, except where a value type of the house holds them as text. Bodies are the JSON
// of json/storage.hpp. Columns that only people read (schema, name, summary …) repeat what the body says.
constexpr const char* first_schema = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL,
  resolution TEXT NOT NULL DEFAULT 'raw',      -- raw, hour, day
  server TEXT NOT NULL,
  discontinuities TEXT NOT NULL,
  warnings TEXT NOT NULL);
CREATE INDEX snapshot_by_time ON snapshot (window_to);

CREATE TABLE reading (
  family TEXT PRIMARY KEY, epoch TEXT NOT NULL, reset_at INTEGER, dealloc INTEGER NOT NULL) WITHOUT ROWID;

-- An object of the catalog as it was from first_snapshot to last_snapshot; NULL: as it is.
CREATE TABLE object (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                          -- table, index, constraint, extended_statistics, statistics, setting, definition
  schema TEXT NOT NULL,
  name TEXT NOT NULL,
  detail TEXT NOT NULL,                        -- the constraint's name
  hash INTEGER NOT NULL,
  version TEXT NOT NULL,                       -- of statistics: changes when they are gathered again
  first_snapshot INTEGER NOT NULL,
  last_snapshot INTEGER);
CREATE UNIQUE INDEX object_now ON object (kind, schema, name, detail) WHERE last_snapshot IS NULL;
CREATE INDEX object_then ON object (last_snapshot) WHERE last_snapshot IS NOT NULL;
CREATE TABLE object_body (object INTEGER PRIMARY KEY REFERENCES object(id) ON DELETE CASCADE, body TEXT NOT NULL);

CREATE TABLE pattern (id TEXT PRIMARY KEY, text TEXT NOT NULL, first_seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE statement (
  key TEXT PRIMARY KEY,
  user_name TEXT NOT NULL,
  pattern TEXT NOT NULL,
  truncated INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  first_seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX statement_by_pattern ON statement (pattern);

CREATE TABLE finding (
  position INTEGER PRIMARY KEY,
  rule TEXT NOT NULL, severity TEXT NOT NULL, schema TEXT NOT NULL, name TEXT NOT NULL, object TEXT NOT NULL,
  summary TEXT NOT NULL, body TEXT NOT NULL);

CREATE TABLE recommendation (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL, schema TEXT NOT NULL, name TEXT NOT NULL,
  status TEXT NOT NULL,
  position INTEGER,                            -- in the last advice
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  body TEXT NOT NULL);

CREATE TABLE deployment (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  recommendation TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, note TEXT NOT NULL,
  body TEXT NOT NULL);                         -- the recommendation as it was then
CREATE TABLE step (
  deployment TEXT NOT NULL REFERENCES deployment(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  is_undo INTEGER NOT NULL, state TEXT NOT NULL, undo TEXT NOT NULL, started_at TEXT NOT NULL, elapsed_ms REAL NOT NULL,
  error TEXT NOT NULL, backend_pid INTEGER NOT NULL, backend_start TEXT NOT NULL, nonce TEXT NOT NULL,
  action TEXT NOT NULL,
  PRIMARY KEY (deployment, seq)) WITHOUT ROWID;

CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);
)sql";

void make_first_schema(SQLite::Database& db) {
    db.exec(first_schema);
    ensure_family_tables(db);
}

void add_examples(SQLite::Database& db) {
    db.exec("CREATE TABLE example (pattern TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, weight REAL NOT NULL, "
            "PRIMARY KEY (pattern, name)) WITHOUT ROWID");
}

constexpr std::array steps_of_this_version{Migration{1, make_first_schema}, Migration{2, add_examples}};

int pragma(SQLite::Database& db, const char* name) { return db.execAndGet(fmt::format("PRAGMA {}", name)).getInt(); }

void check_ownership(SQLite::Database& db, int newest, const std::filesystem::path& file) {
    const int owner = pragma(db, "application_id");
    const int version = pragma(db, "user_version");
    const int objects = db.execAndGet("SELECT count(*) FROM sqlite_master").getInt();
    const bool fresh = owner == 0 && version == 0 && objects == 0;
    if (!fresh && owner != application_id) {
        throw Error(ErrorKind::workspace, fmt::format("'{}' is no workspace of dwopt", file.string()),
                    "Name another workspace with '-C DIR', or move the file away.");
    }
    if (version > newest) {
        throw Error(ErrorKind::workspace,
                    fmt::format("workspace '{}' was written by a newer dwopt (schema {}, this one knows {})",
                                file.string(), version, newest),
                    "Use that version, or make a second workspace with 'dwopt -C DIR collect'.");
    }
}

}  // namespace

std::span<const Migration> migrations() { return steps_of_this_version; }

void migrate(SQLite::Database& db, std::span<const Migration> steps, const std::filesystem::path& file) {
    check_ownership(db, steps.empty() ? 0 : steps.back().version, file);
    for (const auto& step : steps) {
        if (pragma(db, "user_version") >= step.version) continue;
        Transaction transaction(db, Sync::full);
        step.apply(db);
        db.exec(fmt::format("PRAGMA user_version = {}", step.version));
        db.exec(fmt::format("PRAGMA application_id = {}", application_id));
        transaction.commit();
    }
}

void refresh_generated(SQLite::Database& db) {
    const auto sql = views_sql();
    const auto mark = model::hex(model::fnv1a(sql));
    SQLite::Statement known(db, "SELECT value FROM meta WHERE key = 'views'");
    if (known.executeStep() && known.getColumn(0).getString() == mark) return;
    known.reset();
    Transaction transaction(db, Sync::full);
    ensure_family_tables(db);
    std::string drops;
    SQLite::Statement views(db, "SELECT name FROM sqlite_master WHERE type = 'view'");
    while (views.executeStep()) drops += fmt::format("DROP VIEW \"{}\";", views.getColumn(0).getString());
    views.reset();
    db.exec(drops);
    db.exec(sql);
    SQLite::Statement remember(db, "INSERT OR REPLACE INTO meta VALUES ('views', ?)");
    remember.bind(1, mark);
    remember.exec();
    transaction.commit();
}

}  // namespace dwopt::workspace
