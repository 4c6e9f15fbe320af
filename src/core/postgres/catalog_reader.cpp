#include "catalog_reader.hpp"

#include "model/hash.hpp"

#include <algorithm>
#include <tuple>

namespace dwopt::postgres {
namespace {

constexpr int attempts = 4;
constexpr std::string_view lock_not_available = "55P03";

CatalogReading ask_all(pq::Connection& connection, int major) {
    CatalogReading reading;
    reading.locked = ask_locked(connection);
    ask_tables(connection, reading);
    ask_columns(connection, reading);
    ask_indexes(connection, reading, major);
    ask_sizes(connection, reading);
    ask_constraints(connection, reading);
    ask_extended_statistics(connection, reading);
    ask_definitions(connection, reading);
    reading.catalog.settings = ask_settings(connection, major);
    for (Table& table : reading.catalog.tables) table.size = reading.sizes[table.oid];
    for (Index& index : reading.catalog.indexes) index.size = reading.sizes[index.oid];
    return reading;
}

void sort_by_name(Catalog& catalog) {
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(catalog.tables.begin(), catalog.tables.end(), by_name);
    std::sort(catalog.indexes.begin(), catalog.indexes.end(), by_name);
    std::sort(catalog.extended_statistics.begin(), catalog.extended_statistics.end(), by_name);
    std::sort(catalog.constraints.begin(), catalog.constraints.end(),
              [](const auto& a, const auto& b) { return std::tie(a.table, a.name) < std::tie(b.table, b.name); });
}

// Takes out what belongs to locked tables; questions that need no lock have answered for them too.
std::vector<RelationName> leave_out_locked(CatalogReading& reading) {
    std::vector<RelationName> names;
    Catalog& catalog = reading.catalog;
    for (const Table& table : catalog.tables) {
        if (reading.locked.count(table.oid) != 0) names.push_back(table.name);
    }
    std::sort(names.begin(), names.end());
    if (names.empty()) return names;
    const auto is_locked = [&](const RelationName& name) { return std::binary_search(names.begin(), names.end(), name); };
    std::erase_if(catalog.tables, [&](const Table& table) { return is_locked(table.name); });
    std::erase_if(catalog.indexes, [&](const Index& index) { return is_locked(index.table); });
    std::erase_if(catalog.constraints, [&](const Constraint& constraint) { return is_locked(constraint.table); });
    std::erase_if(catalog.extended_statistics, [&](const ExtendedStatistics& statistics) { return is_locked(statistics.table); });
    for (auto& [oid, facts] : reading.facts) facts.position = catalog.tables.size();  // no longer true
    return names;
}

}  // namespace

// Somebody may take a lock after we looked. Waiting for it ends with lock_timeout, and a new look sees it.
CatalogAnswer read_catalog(pq::Connection& connection, int major) {
    for (int attempt = 1;; ++attempt) {
        try {
            CatalogAnswer answer{ask_all(connection, major), {}};
            answer.locked = leave_out_locked(answer.reading);
            sort_by_name(answer.reading.catalog);
            return answer;
        } catch (const pq::SqlError& error) {
            if (error.sqlstate() != lock_not_available || attempt == attempts) throw;
        }
    }
}

std::map<RelationName, std::string> statistics_versions(const CatalogReading& reading,
                                                        const std::unordered_map<Oid, std::string>& analyzed,
                                                        bool with_values, Timestamp now) {
    std::map<RelationName, std::string> versions;
    std::unordered_map<Oid, std::string> of_table, indexed;  // a new index brings bounds and a height
    for (const Index& index : reading.catalog.indexes) indexed[reading.index_tables.at(index.oid)] += fmt::format("/{}", index.oid);
    for (const Table& table : reading.catalog.tables) {
        const TableFacts& facts = reading.facts.at(table.oid);
        std::string text = with_values ? "values/" : "no values/";
        text += facts.storage;
        for (const Column& column : table.columns) text += "/" + column.name + " " + column.type;
        if (const auto book = analyzed.find(table.oid); book != analyzed.end()) {
            text += "/" + book->second;
        } else {  // no book of its ANALYZEs: look at what they leave behind, and once a day anyway
            const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
            text += fmt::format("/{}/{}/{}", table.size.pages, table.size.tuples, day);
        }
        if (const auto found = indexed.find(table.oid); found != indexed.end()) text += found->second;
        const std::string version = model::hex(model::fnv1a(text));
        of_table[table.oid] = version;
        if (facts.readable) versions[table.name] = version;
    }
    for (const Index& index : reading.catalog.indexes) {
        if (reading.readable_indexes.count(index.oid) == 0) continue;
        std::string text = of_table[reading.index_tables.at(index.oid)] + index.definition;
        versions[index.name] = model::hex(model::fnv1a(text));
    }
    return versions;
}

}  // namespace dwopt::postgres
