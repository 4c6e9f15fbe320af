#include "retention.hpp"

#include "families.hpp"
#include "json/storage.hpp"
#include "store.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workspace {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t day = 24 * hour;
constexpr std::size_t merge_at_once = 48;  // bounds the memory of one merge; the rest follows in the next round

struct Row {
    std::int64_t id, from, to;
};

std::int64_t floor_to(std::int64_t time, std::int64_t width) {
    return time - ((time % width) + width) % width;
}

std::int64_t bucket(const Row& row, std::int64_t width) { return floor_to(row.to - 1, width); }

std::vector<Row> rows_until(SQLite::Database& db, std::int64_t end) {
    std::vector<Row> rows;
    SQLite::Statement query(
        db, "SELECT id, window_from, window_to FROM snapshot WHERE window_to <= ? ORDER BY window_to, id");
    query.bind(1, end);
    while (query.executeStep())
        rows.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getInt64(), query.getColumn(2).getInt64()});
    return rows;
}

std::string id_list(const std::vector<Row>& group) {
    std::string ids;
    for (const auto& row : group) ids += (ids.empty() ? "" : ", ") + std::to_string(row.id);
    return ids;
}

// Counters are summed. For gauges SQLite takes a bare column from the row that holds the query's one max()
// (sqlite.org/lang_select.html#bareagg), which is the last window that has one.
std::string merged_columns(Family family) {
    std::string out;
    for (const auto& column : columns(family)) {
        const char* form = column.measure == Measure::counter ? ", sum(\"{0}\") AS \"{0}\"" : ", \"{0}\" AS \"{0}\"";
        out += fmt::format(fmt::runtime(form), column.name);
    }
    return out;
}

void merge_family(SQLite::Database& db, Family family, const std::string& ids, std::int64_t into) {
    const auto window = window_table(family);
    db.exec(
        fmt::format("CREATE TEMP TABLE merged AS SELECT key, max(snapshot) AS snapshot{} FROM {} WHERE snapshot IN "
                    "({}) GROUP BY key",
                    merged_columns(family), window, ids));
    db.exec(fmt::format("DELETE FROM {} WHERE snapshot IN ({})", window, ids));
    db.exec(fmt::format("INSERT INTO {} (snapshot, key, {}) SELECT {}, key, {} FROM merged", window,
                        column_list(family), into, column_list(family)));
    db.exec("DROP TABLE merged");
}

std::string merged_discontinuities(SQLite::Database& db, const std::string& ids) {
    std::vector<Discontinuity> all;
    SQLite::Statement query(
        db, fmt::format("SELECT discontinuities FROM snapshot WHERE id IN ({}) ORDER BY window_to, id", ids));
    while (query.executeStep()) {
        for (const auto& d : json::load<std::vector<Discontinuity>>(query.getColumn(0).getString())) {
            const auto same = std::find_if(all.begin(), all.end(),
                                           [&](const auto& o) { return o.family == d.family && o.cause == d.cause; });
            if (same == all.end()) all.push_back(d);
            else same->count += d.count;
        }
    }
    return json::store(all);
}

// The last of the group stays and takes the others in.
void merge(SQLite::Database& db, const std::vector<Row>& group, const char* resolution) {
    Transaction transaction(db, Sync::normal);
    const auto ids = id_list(group);
    const auto into = group.back().id;
    for (const auto family : all_families) merge_family(db, family, ids, into);
    SQLite::Statement update(db,
                             "UPDATE snapshot SET window_from = ?, resolution = ?, discontinuities = ? WHERE id = ?");
    update.bind(1, group.front().from);
    update.bind(2, resolution);
    update.bind(3, merged_discontinuities(db, ids));
    update.bind(4, into);
    update.exec();
    db.exec(fmt::format("DELETE FROM snapshot WHERE id IN ({}) AND id <> {}", ids, into));
    transaction.commit();
}

// True if another round may find more.
bool roll_up_once(SQLite::Database& db, std::int64_t end, std::int64_t width, const char* resolution) {
    bool again = false;
    std::vector<Row> group;
    const auto finish = [&] {
        if (group.size() > 1) merge(db, group, resolution);
        again = again || group.size() == merge_at_once;
        group.clear();
    };
    for (const auto& row : rows_until(db, floor_to(end, width))) {
        if (!group.empty()) {
            const auto& last = group.back();
            const bool joins = bucket(last, width) == bucket(row, width) && row.id > last.id &&
                               row.from - last.to <= second && row.from >= group.front().from;
            if (!joins || group.size() == merge_at_once) finish();
        }
        group.push_back(row);
    }
    finish();
    return again;
}

void roll_up(SQLite::Database& db, std::int64_t end, std::int64_t width, const char* resolution) {
    while (roll_up_once(db, end, width, resolution)) {
    }
}

void drop_until(SQLite::Database& db, std::int64_t end) {
    for (const auto& row : rows_until(db, end)) {
        Transaction transaction(db, Sync::normal);
        SQLite::Statement remove(db, "DELETE FROM snapshot WHERE id = ? AND id <> (SELECT max(id) FROM snapshot)");
        remove.bind(1, row.id);
        remove.exec();  // its windows go with it
        transaction.commit();
    }
}

void execute(SQLite::Database& db, const std::string& sql, std::int64_t argument) {
    SQLite::Statement statement(db, sql);
    statement.bind(1, argument);
    statement.exec();
}

// Closed objects live as long as a window of their time. Old statistics serve nobody and are the bulk: they go with the
// raw windows.
void drop_unreferenced(SQLite::Database& db, std::int64_t raw_end, std::int64_t daily_end) {
    Transaction transaction(db, Sync::normal);
    db.exec("DELETE FROM object WHERE last_snapshot < (SELECT min(id) FROM snapshot)");
    execute(db, "DELETE FROM object WHERE last_snapshot IS NOT NULL AND kind = 'statistics' AND last_snapshot < "
                "(SELECT coalesce(min(id), 9223372036854775807) FROM snapshot WHERE window_to > ?)", raw_end);
    for (const auto family : all_families) {
        db.exec(fmt::format(
            "DELETE FROM {} WHERE gone_at IS NOT NULL AND gone_at <= (SELECT min(window_from) FROM snapshot)",
            total_table(family)));
    }
    db.exec("DELETE FROM statement WHERE key NOT IN (SELECT key FROM statement_total)");
    execute(db,
            "DELETE FROM recommendation WHERE status = 'expired' AND last_seen < ? AND id NOT IN (SELECT "
            "recommendation FROM deployment)",
            daily_end);
    db.exec("DELETE FROM pattern WHERE id NOT IN (SELECT pattern FROM statement) AND id NOT IN "
            "(SELECT json_extract(e.value, '$.id') FROM recommendation r, json_each(r.body, '$.patterns') e "
            "WHERE json_extract(e.value, '$.id') IS NOT NULL)");
    transaction.commit();
}

// In pieces, so that others get in between. A few free pages stay: the next snapshot uses them.
void shrink(SQLite::Database& db) {
    constexpr int spare_pages = 64;
    constexpr int pages_at_once = 2048;
    for (int before = -1;;) {
        const int free = db.execAndGet("PRAGMA freelist_count").getInt();
        if (free <= spare_pages || free == before) return;
        before = free;
        db.exec(fmt::format("PRAGMA incremental_vacuum({})", std::min(pages_at_once, free - spare_pages)));
    }
}

}  // namespace

void apply_retention(SQLite::Database& db, const RetentionPolicy& policy, Timestamp now) {
    const auto ago = [&](Duration time) { return micros(now - time); };
    roll_up(db, ago(policy.raw), hour, "hour");
    roll_up(db, ago(std::max(policy.raw, policy.hourly)), day, "day");
    const auto last = ago(std::max({policy.raw, policy.hourly, policy.daily}));
    drop_until(db, last);
    drop_unreferenced(db, ago(policy.raw), last);
    shrink(db);
}

}  // namespace dwopt::workspace
