#include "catalog_store.hpp"

#include "counter_store.hpp"
#include "json/storage.hpp"
#include "model/image.hpp"

#include <cmath>
#include <string_view>
#include <vector>

namespace dwopt::workspace {
namespace {

struct Identity {
    std::string kind, schema, name, detail;
    auto operator<=>(const Identity&) const = default;
};

struct Current {
    std::int64_t id = 0;
    std::int64_t hash = 0;
    std::string version;
    bool seen = false;
};

Identity identity(const Table& t) { return {"table", t.name.schema, t.name.name, ""}; }
Identity identity(const Index& i) { return {"index", i.name.schema, i.name.name, ""}; }
Identity identity(const Constraint& c) { return {"constraint", c.table.schema, c.table.name, c.name}; }
Identity identity(const ExtendedStatistics& s) { return {"extended_statistics", s.name.schema, s.name.name, ""}; }
Identity identity(const RelationName& r) { return {"statistics", r.schema, r.name, ""}; }
Identity identity(const RelationStatistics& s) { return identity(s.relation); }
Identity identity(const Setting& s) { return {"setting", "", s.name, ""}; }
Identity identity(const Definition& d) { return {"definition", d.name.schema, d.name.name, d.kind}; }

class CatalogWriter {
  public:
    CatalogWriter(SQLite::Database& db, std::int64_t snapshot)
        : db_(db),
          snapshot_(snapshot),
          insert_(db,
                  "INSERT INTO object (kind, schema, name, detail, hash, version, first_snapshot) VALUES (?, ?, ?, ?, "
                  "?, ?, ?)"),
          insert_body_(db, "INSERT INTO object_body (object, body) VALUES (?, ?)"),
          close_(db,
                 "UPDATE object SET last_snapshot = (SELECT coalesce(max(id), 0) FROM snapshot WHERE id < ?) WHERE id "
                 "= ?"),
          set_version_(db, "UPDATE object SET version = ? WHERE id = ?") {
        SQLite::Statement query(
            db, "SELECT kind, schema, name, detail, id, hash, version FROM object WHERE last_snapshot IS NULL");
        while (query.executeStep()) {
            Identity key{query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                         query.getColumn(3).getString()};
            current_.emplace(std::move(key), Current{query.getColumn(4).getInt64(), query.getColumn(5).getInt64(),
                                                     query.getColumn(6).getString(), false});
        }
    }

    template <class T>
    void put(const T& object, const std::string& version = {}) {
        const auto key = identity(object);
        const auto hash = static_cast<std::int64_t>(json::fingerprint(object));
        const auto found = current_.find(key);
        if (found != current_.end() && found->second.hash == hash) {
            found->second.seen = true;
            if (found->second.version != version) set_version(found->second, version);
            return;
        }
        if (found != current_.end()) close(found->second.id);
        current_[key] = Current{insert(key, hash, version, json::store(object)), hash, version, true};
    }

    // It is still there, unread because nothing changed.
    void keep(const RelationName& statistics) {
        const auto found = current_.find(identity(statistics));
        if (found != current_.end()) found->second.seen = true;
    }

    void close_unseen() {
        for (const auto& [key, row] : current_) {
            if (!row.seen) close(row.id);
        }
    }

  private:
    std::int64_t insert(const Identity& key, std::int64_t hash, const std::string& version, const std::string& body) {
        insert_.reset();
        insert_.bindNoCopy(1, key.kind);
        insert_.bindNoCopy(2, key.schema);
        insert_.bindNoCopy(3, key.name);
        insert_.bindNoCopy(4, key.detail);
        insert_.bind(5, hash);
        insert_.bindNoCopy(6, version);
        insert_.bind(7, snapshot_);
        insert_.exec();
        const auto id = db_.getLastInsertRowid();
        insert_body_.reset();
        insert_body_.bind(1, id);
        insert_body_.bindNoCopy(2, body);
        insert_body_.exec();
        return id;
    }
    void close(std::int64_t id) {
        close_.reset();
        close_.bind(1, snapshot_);
        close_.bind(2, id);
        close_.exec();
    }
    void set_version(Current& row, const std::string& version) {
        set_version_.reset();
        set_version_.bind(1, version);
        set_version_.bind(2, row.id);
        set_version_.exec();
        row.version = version;
    }

    SQLite::Database& db_;
    std::int64_t snapshot_;
    std::map<Identity, Current> current_;
    SQLite::Statement insert_, insert_body_, close_, set_version_;
};

template <class T>
std::vector<T> objects(SQLite::Database& db, const char* kind) {
    std::vector<T> out;
    SQLite::Statement query(db,
                            "SELECT b.body FROM object o JOIN object_body b ON b.object = o.id WHERE o.kind = ? AND "
                            "o.last_snapshot IS NULL "
                            "ORDER BY o.schema, o.name, o.detail");
    query.bind(1, kind);
    while (query.executeStep()) {
        const auto body = query.getColumn(0);
        out.push_back(json::load<T>(std::string_view(body.getText(), static_cast<std::size_t>(body.getBytes()))));
    }
    return out;
}

std::int64_t whole(double value) { return std::abs(value) < 9e18 ? static_cast<std::int64_t>(value) : 0; }

// Sizes move without DDL; the last reading of the counters has them.
void add_sizes(SQLite::Database& db, Catalog& catalog) {
    const auto tables = read_totals(db, Family::table);
    for (auto& table : catalog.tables) {
        const auto found = tables.find(std::to_string(table.oid));
        if (found == tables.end()) continue;
        const auto& v = found->second;
        table.size = {whole(v[table::pages]), v[table::tuples], whole(v[table::all_visible]), {whole(v[table::bytes])},
                      {whole(v[table::total_bytes])}};
    }
    const auto indexes = read_totals(db, Family::index);
    for (auto& index : catalog.indexes) {
        const auto found = indexes.find(std::to_string(index.oid));
        if (found == indexes.end()) continue;
        const auto& v = found->second;
        index.size = {whole(v[index::pages]), v[index::tuples], 0, {whole(v[index::bytes])}, {whole(v[index::bytes])}};
    }
}

}  // namespace

void write_catalog(SQLite::Database& db, const Catalog& catalog,
                   const std::map<RelationName, std::string>& statistics_versions, std::int64_t snapshot) {
    CatalogWriter writer(db, snapshot);
    for (const auto& table : catalog.tables) writer.put(table);
    for (const auto& index : catalog.indexes) writer.put(index);
    for (const auto& constraint : catalog.constraints) writer.put(constraint);
    for (const auto& statistics : catalog.extended_statistics) writer.put(statistics);
    for (const auto& setting : catalog.settings) writer.put(setting);
    for (const auto& definition : catalog.definitions) writer.put(definition);
    for (const auto& statistics : catalog.statistics) {
        const auto version = statistics_versions.find(statistics.relation);
        writer.put(statistics, version == statistics_versions.end() ? std::string() : version->second);
    }
    for (const auto& [relation, version] : statistics_versions) writer.keep(relation);
    writer.close_unseen();
}

Catalog read_catalog(SQLite::Database& db) {
    Catalog catalog;
    catalog.tables = objects<Table>(db, "table");
    catalog.indexes = objects<Index>(db, "index");
    catalog.constraints = objects<Constraint>(db, "constraint");
    catalog.extended_statistics = objects<ExtendedStatistics>(db, "extended_statistics");
    catalog.statistics = objects<RelationStatistics>(db, "statistics");
    catalog.settings = objects<Setting>(db, "setting");
    catalog.definitions = objects<Definition>(db, "definition");
    model::put_heights(catalog);
    add_sizes(db, catalog);
    return catalog;
}

std::map<RelationName, std::string> read_statistics_versions(SQLite::Database& db) {
    std::map<RelationName, std::string> versions;
    SQLite::Statement query(
        db, "SELECT schema, name, version FROM object WHERE kind = 'statistics' AND last_snapshot IS NULL");
    while (query.executeStep()) {
        versions.emplace(RelationName{query.getColumn(0).getString(), query.getColumn(1).getString()},
                         query.getColumn(2).getString());
    }
    return versions;
}

}  // namespace dwopt::workspace
