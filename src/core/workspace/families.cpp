#include "families.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace dwopt::workspace {
namespace {

std::string quoted(std::string_view column) { return fmt::format("\"{}\"", column); }

std::set<std::string> columns_of(SQLite::Database& db, const std::string& table) {
    std::set<std::string> names;
    SQLite::Statement query(db, "SELECT name FROM pragma_table_info(?)");
    query.bind(1, table);
    while (query.executeStep()) names.insert(query.getColumn(0).getString());
    return names;
}

void ensure_columns(SQLite::Database& db, const std::string& table, Family family) {
    const auto present = columns_of(db, table);
    for (const auto& column : columns(family)) {
        if (present.contains(std::string(column.name))) continue;
        db.exec(fmt::format("ALTER TABLE {} ADD COLUMN {} REAL NOT NULL DEFAULT 0", table, quoted(column.name)));
    }
}

}  // namespace

std::string total_table(Family family) { return fmt::format("{}_total", name(family)); }
std::string window_table(Family family) { return fmt::format("{}_window", name(family)); }

std::string column_list(Family family, std::string_view form) {
    std::string out;
    for (const auto& column : columns(family)) {
        if (!out.empty()) out += ", ";
        const auto name = quoted(column.name);
        for (std::size_t at = 0; at < form.size();) {
            if (form.substr(at, 2) == "{}") {
                out += name;
                at += 2;
            } else {
                out += form[at++];
            }
        }
    }
    return out;
}

void ensure_family_tables(SQLite::Database& db) {
    for (const auto family : all_families) {
        db.exec(fmt::format(
            "CREATE TABLE IF NOT EXISTS {} (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, gone_at INTEGER)",
            total_table(family)));
        db.exec(fmt::format(
            "CREATE TABLE IF NOT EXISTS {} (snapshot INTEGER NOT NULL REFERENCES snapshot(id) ON DELETE CASCADE, "
            "key INTEGER NOT NULL, PRIMARY KEY (snapshot, key)) WITHOUT ROWID",
            window_table(family)));
        ensure_columns(db, total_table(family), family);
        ensure_columns(db, window_table(family), family);
    }
}

std::vector<double> normalised(Family family, const std::vector<double>& values) {
    std::vector<double> out(columns(family).size(), 0.0);
    for (std::size_t i = 0; i < std::min(out.size(), values.size()); ++i) {
        if (values[i] != 0 && !std::isnan(values[i])) out[i] = values[i];
    }
    return out;
}

void bind_values(SQLite::Statement& statement, int first, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) statement.bind(first + static_cast<int>(i), values[i]);
}

void read_values(SQLite::Statement& statement, int first, Family family, std::vector<double>& values) {
    values.resize(columns(family).size());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = statement.getColumn(first + static_cast<int>(i)).getDouble();
}

}  // namespace dwopt::workspace
