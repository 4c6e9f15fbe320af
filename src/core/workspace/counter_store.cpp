#include "counter_store.hpp"

#include "families.hpp"
#include "store.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace dwopt::workspace {
namespace {

struct StoredRow {
    std::int64_t id = 0;
    bool gone = false;
    bool seen = false;
    std::vector<double> values;
};
using StoredRows = std::unordered_map<std::string, StoredRow>;

StoredRows stored_rows(SQLite::Database& db, Family family) {
    StoredRows rows;
    SQLite::Statement query(
        db, fmt::format("SELECT id, gone_at IS NOT NULL, key, {} FROM {}", column_list(family), total_table(family)));
    while (query.executeStep()) {
        StoredRow row{query.getColumn(0).getInt64(), query.getColumn(1).getInt() != 0, false, {}};
        read_values(query, 3, family, row.values);
        rows.emplace(query.getColumn(2).getString(), std::move(row));
    }
    return rows;
}

class TotalWriter {
  public:
    TotalWriter(SQLite::Database& db, Family family)
        : insert_(db, fmt::format("INSERT INTO {} (key, gone_at, {}) VALUES (?, ?, {})", total_table(family),
                                  column_list(family), column_list(family, "?"))),
          update_(db, fmt::format("UPDATE {} SET gone_at = NULL, {} WHERE id = ?", total_table(family),
                                  column_list(family, "{} = ?"))),
          leave_(db, fmt::format("UPDATE {} SET gone_at = ? WHERE id = ?", total_table(family))) {}

    void insert(const std::string& key, const std::vector<double>& values, std::optional<std::int64_t> gone_at) {
        insert_.reset();
        insert_.bind(1, key);
        if (gone_at) insert_.bind(2, *gone_at);
        else insert_.bind(2);
        bind_values(insert_, 3, values);
        insert_.exec();
    }
    void update(std::int64_t id, const std::vector<double>& values) {
        update_.reset();
        bind_values(update_, 1, values);
        update_.bind(static_cast<int>(values.size()) + 1, id);
        update_.exec();
    }
    void leave(std::int64_t id, std::int64_t at) {
        leave_.reset();
        leave_.bind(1, at);
        leave_.bind(2, id);
        leave_.exec();
    }

  private:
    SQLite::Statement insert_, update_, leave_;
};

void write_family(SQLite::Database& db, Family family, const CounterReading* reading, std::int64_t before) {
    auto rows = stored_rows(db, family);
    TotalWriter writer(db, family);
    if (reading != nullptr) {
        for (const auto& row : reading->rows) {
            auto values = normalised(family, row.values);
            const auto [found, is_new] = rows.try_emplace(row.key);
            if (is_new) writer.insert(row.key, values, std::nullopt);
            else if (found->second.id != 0 && (found->second.gone || found->second.values != values))
                writer.update(found->second.id, values);
            found->second.seen = true;
        }
    }
    for (const auto& [key, row] : rows) {
        if (!row.seen && !row.gone) writer.leave(row.id, before);
    }
}

void write_head(SQLite::Database& db, const CounterReading& reading) {
    SQLite::Statement query(db,
        "INSERT INTO reading (family, epoch, reset_at, dealloc) VALUES (?, ?, ?, ?) ON CONFLICT (family) DO UPDATE SET "
        "epoch = excluded.epoch, reset_at = excluded.reset_at, dealloc = excluded.dealloc");
    query.bind(1, std::string(name(reading.family)));
    query.bind(2, reading.epoch);
    if (reading.reset_at) query.bind(3, micros(*reading.reset_at));
    else query.bind(3);
    query.bind(4, reading.dealloc);
    query.exec();
}

}  // namespace

void write_readings(SQLite::Database& db, const std::vector<CounterReading>& readings, std::int64_t before) {
    for (const auto family : all_families) {
        const CounterReading* reading = nullptr;
        for (const auto& candidate : readings) {
            if (candidate.family == family) reading = &candidate;
        }
        write_family(db, family, reading, before);
        if (reading != nullptr) {
            write_head(db, *reading);
        } else {
            SQLite::Statement forget(db, "DELETE FROM reading WHERE family = ?");
            forget.bind(1, std::string(name(family)));
            forget.exec();
        }
    }
}

void write_deltas(SQLite::Database& db, const std::vector<CounterDelta>& deltas, std::int64_t snapshot,
                  std::int64_t at) {
    for (const auto& delta : deltas) {
        const auto family = delta.family;
        SQLite::Statement find(
            db, fmt::format("SELECT id, gone_at IS NOT NULL FROM {} WHERE key = ?", total_table(family)));
        SQLite::Statement insert(db, fmt::format("INSERT OR REPLACE INTO {} (snapshot, key, {}) VALUES (?, ?, {})",
                                                 window_table(family), column_list(family), column_list(family, "?")));
        TotalWriter writer(db, family);
        for (const auto& row : delta.rows) {
            find.reset();
            find.bind(1, row.key);
            std::int64_t id = 0;
            if (find.executeStep()) {
                id = find.getColumn(0).getInt64();
                if (find.getColumn(1).getInt() != 0) writer.leave(id, at);  // its key is needed a window longer
            } else {  // it moved and is gone already
                writer.insert(row.key, normalised(family, {}), at);
                id = db.getLastInsertRowid();
            }
            insert.reset();
            insert.bind(1, snapshot);
            insert.bind(2, id);
            bind_values(insert, 3, normalised(family, row.values));
            insert.exec();
        }
    }
}

std::vector<CounterReading> read_readings(SQLite::Database& db) {
    std::vector<CounterReading> readings;
    for (const auto family : all_families) {
        SQLite::Statement head(db, "SELECT epoch, reset_at, dealloc FROM reading WHERE family = ?");
        head.bind(1, std::string(name(family)));
        if (!head.executeStep()) continue;
        CounterReading reading;
        reading.family = family;
        reading.epoch = head.getColumn(0).getString();
        if (!head.getColumn(1).isNull()) reading.reset_at = from_micros(head.getColumn(1).getInt64());
        reading.dealloc = head.getColumn(2).getInt64();
        SQLite::Statement query(db, fmt::format("SELECT key, {} FROM {} WHERE gone_at IS NULL ORDER BY key",
                                                column_list(family), total_table(family)));
        while (query.executeStep()) {
            auto& row = reading.rows.emplace_back();
            row.key = query.getColumn(0).getString();
            read_values(query, 1, family, row.values);
        }
        readings.push_back(std::move(reading));
    }
    return readings;
}

std::map<std::string, std::vector<double>> read_totals(SQLite::Database& db, Family family) {
    std::map<std::string, std::vector<double>> totals;
    SQLite::Statement query(
        db, fmt::format("SELECT key, {} FROM {} WHERE gone_at IS NULL", column_list(family), total_table(family)));
    while (query.executeStep()) read_values(query, 1, family, totals[query.getColumn(0).getString()]);
    return totals;
}

}  // namespace dwopt::workspace
