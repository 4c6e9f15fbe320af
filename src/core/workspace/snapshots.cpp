// What collect writes and what the analysing stages read back.
#include "catalog_store.hpp"
#include "counter_store.hpp"
#include "errors.hpp"
#include "families.hpp"
#include "json/storage.hpp"
#include "retention.hpp"
#include "store.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workspace {
namespace {

std::int64_t write_snapshot(SQLite::Database& db, const Snapshot& snapshot, const Window& window,
                            const std::vector<Discontinuity>& discontinuities) {
    SQLite::Statement query(
        db, "INSERT INTO snapshot (window_from, window_to, server, discontinuities, warnings) VALUES (?, ?, ?, ?, ?)");
    query.bind(1, micros(window.from));
    query.bind(2, micros(window.to));
    query.bind(3, json::store(snapshot.server));
    query.bind(4, json::store(discontinuities));
    query.bind(5, json::store(snapshot.warnings));
    query.exec();
    return db.getLastInsertRowid();
}

void write_statements(SQLite::Database& db, const std::vector<Statement>& statements,
                      const std::map<std::string, std::string>& pattern_texts, std::int64_t at) {
    SQLite::Statement pattern(db, "INSERT OR IGNORE INTO pattern (id, text, first_seen) VALUES (?, ?, ?)");
    for (const auto& [id, text] : pattern_texts) {
        pattern.reset();
        pattern.bind(1, id);
        pattern.bind(2, text);
        pattern.bind(3, at);
        pattern.exec();
    }
    SQLite::Statement insert(db,
                             "INSERT INTO statement (key, user_name, pattern, truncated, hidden, first_seen) VALUES "
                             "(?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO "
                             "UPDATE SET user_name = excluded.user_name, pattern = excluded.pattern, truncated = "
                             "excluded.truncated, hidden = excluded.hidden");
    for (const auto& statement : statements) {
        insert.reset();
        insert.bind(1, to_string(statement.key));
        insert.bind(2, statement.user);
        insert.bind(3, statement.pattern);
        insert.bind(4, statement.truncated ? 1 : 0);
        insert.bind(5, statement.hidden ? 1 : 0);
        insert.bind(6, at);
        insert.exec();
    }
}

std::int64_t end_of_window_before(SQLite::Database& db, std::int64_t id, const Window& window) {
    SQLite::Statement query(db, "SELECT coalesce(max(window_to), ?) FROM snapshot WHERE id < ?");
    query.bind(1, micros(window.from));
    query.bind(2, id);
    query.executeStep();
    return query.getColumn(0).getInt64();
}

StoredSnapshot stored_snapshot(SQLite::Statement& query, int first) {
    return {query.getColumn(first).getInt64(),
            {from_micros(query.getColumn(first + 1).getInt64()), from_micros(query.getColumn(first + 2).getInt64())},
            json::load<std::vector<Discontinuity>>(query.getColumn(first + 3).getString())};
}

}  // namespace

StoredSnapshot WorkspaceStore::save(const Snapshot& snapshot, const Window& window,
                                    const std::vector<CounterDelta>& deltas,
                                    const std::vector<Discontinuity>& discontinuities,
                                    const std::vector<Statement>& statements,
                                    const std::map<std::string, std::string>& pattern_texts) {
    return guarded(file_, [&] {
        Transaction transaction(db_, Sync::normal);
        const auto id = write_snapshot(db_, snapshot, window, discontinuities);
        const auto at = micros(window.to);
        write_readings(db_, snapshot.readings, end_of_window_before(db_, id, window));
        write_deltas(db_, deltas, id, at);
        write_catalog(db_, snapshot.catalog, snapshot.statistics_versions, id);
        write_statements(db_, statements, pattern_texts, at);
        transaction.commit();
        checkpoint(db_);
        return StoredSnapshot{id, window, discontinuities};
    });
}

void WorkspaceStore::retain(const RetentionPolicy& policy, Timestamp now) {
    guarded(file_, [&] {
        apply_retention(db_, policy, now);
        checkpoint(db_);
    });
}

KnownState WorkspaceStore::known_state() {
    return guarded(file_, [&] {
        KnownState known;
        for (const auto& statement : statements()) known.statements.push_back(statement.key);
        known.statistics_versions = read_statistics_versions(db_);
        known.has_snapshot = db_.execAndGet("SELECT EXISTS (SELECT 1 FROM snapshot)").getInt() != 0;
        return known;
    });
}

std::vector<CounterReading> WorkspaceStore::last_readings() {
    return guarded(file_, [&] { return read_readings(db_); });
}

std::optional<ServerState> WorkspaceStore::last_server() {
    return guarded(file_, [&]() -> std::optional<ServerState> {
        SQLite::Statement query(db_, "SELECT server FROM snapshot ORDER BY id DESC LIMIT 1");
        if (!query.executeStep()) return std::nullopt;
        return json::load<ServerState>(query.getColumn(0).getString());
    });
}

std::vector<StoredSnapshot> WorkspaceStore::snapshots() {
    return guarded(file_, [&] {
        std::vector<StoredSnapshot> out;
        SQLite::Statement query(
            db_, "SELECT id, window_from, window_to, discontinuities FROM snapshot ORDER BY window_to, id");
        while (query.executeStep()) out.push_back(stored_snapshot(query, 0));
        return out;
    });
}

Catalog WorkspaceStore::catalog() {
    return guarded(file_, [&] { return read_catalog(db_); });
}

std::vector<Statement> WorkspaceStore::statements() {
    return guarded(file_, [&] {
        std::vector<Statement> out;
        SQLite::Statement query(db_, "SELECT key, user_name, pattern, truncated, hidden FROM statement");
        while (query.executeStep()) {
            out.push_back({parse_statement_key(query.getColumn(0).getString()), query.getColumn(1).getString(),
                           query.getColumn(2).getString(), query.getColumn(3).getInt() != 0,
                           query.getColumn(4).getInt() != 0});
        }
        std::sort(out.begin(), out.end(), [](const Statement& a, const Statement& b) { return a.key < b.key; });
        return out;
    });
}

std::map<std::string, std::string> WorkspaceStore::pattern_texts() {
    return guarded(file_, [&] {
        std::map<std::string, std::string> out;
        SQLite::Statement query(db_, "SELECT id, text FROM pattern");
        while (query.executeStep()) out.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
        return out;
    });
}

void WorkspaceStore::save_examples(const std::vector<Example>& examples) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::normal);
        db_.exec("DELETE FROM example");
        SQLite::Statement insert(db_, "INSERT OR REPLACE INTO example (pattern, name, text, weight) VALUES (?, ?, ?, ?)");
        for (const auto& example : examples) {
            insert.reset();
            insert.bind(1, example.pattern);
            insert.bind(2, example.name);
            insert.bind(3, example.sql);
            insert.bind(4, example.weight);
            insert.exec();
        }
        transaction.commit();
    });
}

std::vector<Example> WorkspaceStore::examples() {
    return guarded(file_, [&] {
        std::vector<Example> out;
        SQLite::Statement query(db_, "SELECT pattern, name, text, weight FROM example ORDER BY pattern, name");
        while (query.executeStep()) {
            out.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                           query.getColumn(3).getDouble()});
        }
        return out;
    });
}

// One statement, so one consistent view of the database however long the caller takes over a row.
void WorkspaceStore::each_delta(Family family, Timestamp from, Timestamp to,
                                const std::function<void(const StoredSnapshot&, const CounterRow&)>& visit) {
    guarded(file_, [&] {
        SQLite::Statement query(db_,
                                fmt::format("SELECT n.id, n.window_from, n.window_to, n.discontinuities, t.key, {} "
                                            "FROM snapshot n JOIN {} w ON w.snapshot = n.id "
                                            "JOIN {} t ON t.id = w.key WHERE n.window_to > ? AND n.window_to <= ? "
                                            "ORDER BY n.window_to, n.id, w.key",
                                            column_list(family, "w.{}"), window_table(family), total_table(family)));
        query.bind(1, micros(from));
        query.bind(2, micros(to));
        StoredSnapshot snapshot;
        CounterRow row;
        while (query.executeStep()) {
            if (query.getColumn(0).getInt64() != snapshot.id) snapshot = stored_snapshot(query, 0);
            row.key = query.getColumn(4).getString();
            read_values(query, 5, family, row.values);
            visit(snapshot, row);
        }
    });
}

}  // namespace dwopt::workspace
