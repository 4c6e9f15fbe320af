#include "model/image.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace dwopt::model {
namespace {

void add(std::string& sql, const std::string& statement) { sql += statement + ";\n\n"; }

void add_definitions(std::string& sql, const Catalog& catalog, std::string_view kind) {
    for (const auto& definition : catalog.definitions) {
        if (definition.kind == kind) add(sql, definition.sql);
    }
}

// Defaults are left out: they change no plan, and what they call would have to be there.
std::string create_table(const Table& table) {
    std::string columns;
    for (const auto& column : table.columns) {
        columns += fmt::format("{}\n    {} {}", columns.empty() ? "" : ",", quote_identifier(column.name), column.type);
        if (!column.collation.empty()) columns += " COLLATE " + column.collation;
        if (!column.generated.empty()) columns += fmt::format(" GENERATED ALWAYS AS ({}) STORED", column.generated);
        if (column.not_null) columns += " NOT NULL";
    }
    std::string sql = fmt::format("CREATE {}TABLE {} ({}\n)", table.persistence == 'u' ? "UNLOGGED " : "", qualified(table.name), columns);
    if (!table.parents.empty()) sql += fmt::format(" INHERITS ({})", table.parents);
    if (!table.partition_key.empty()) sql += " PARTITION BY " + table.partition_key;
    return sql;
}

void add_tables(std::string& sql, const Catalog& catalog) {
    for (const auto& table : catalog.tables) {
        if (table.extension_member || table.persistence == 't') continue;
        if (table.kind == RelationKind::table || table.kind == RelationKind::partitioned) add(sql, create_table(table));
    }
}

void add_partitions(std::string& sql, const Catalog& catalog) {
    for (const auto& table : catalog.tables) {
        if (!table.partition_parent) continue;
        add(sql, fmt::format("ALTER TABLE ONLY {} ATTACH PARTITION {} {}", qualified(*table.partition_parent), qualified(table.name), table.partition_bound));
    }
}

const Table* find_table(const Catalog& catalog, const RelationName& name) {
    const auto at = std::lower_bound(catalog.tables.begin(), catalog.tables.end(), name, [](const Table& table, const RelationName& n) { return table.name < n; });
    return at != catalog.tables.end() && at->name == name ? &*at : nullptr;
}

// Foreign keys come last, as they need the keys of the other table. Those of partitions come with the parent's.
void add_constraints(std::string& sql, const Catalog& catalog, bool foreign) {
    for (const auto& constraint : catalog.constraints) {
        if ((constraint.kind == 'f') != foreign) continue;
        // A foreign key of a partitioned table cannot be added to it alone.
        const auto* table = find_table(catalog, constraint.table);
        const bool only = !foreign || table == nullptr || table->kind != RelationKind::partitioned;
        add(sql, fmt::format("ALTER TABLE {}{} ADD CONSTRAINT {} {}", only ? "ONLY " : "", qualified(constraint.table), quote_identifier(constraint.name), constraint.definition));
    }
}

void add_indexes(std::string& sql, const Catalog& catalog) {
    for (const auto& index : catalog.indexes) {
        if (index.constraint.empty() && index.valid) add(sql, index.definition);
    }
    for (const auto& index : catalog.indexes) {
        if (index.parent) add(sql, fmt::format("ALTER INDEX {} ATTACH PARTITION {}", qualified(*index.parent), qualified(index.name)));
    }
}

// Levels above the leaves: the pages are known, and how many children an inner page has follows from the keys' width. Pages
// are filled to 70 % there, an entry is its key, 8 bytes of header and 4 of line pointer (access/nbtree/nbtsort.c).
int guessed_height(const Index& index, const std::map<std::pair<RelationName, std::string>, double>& widths) {
    double width = 0;
    for (const auto& key : index.keys) {
        const auto found = widths.find({key.column.empty() ? index.name : index.table, key.column});
        width += found == widths.end() ? 8 : found->second;
    }
    const double fanout = std::max(2.0, 0.7 * (8192 - 40) / (std::ceil((8 + width) / 8) * 8 + 4));
    int height = 0;
    for (double level = static_cast<double>(index.size.bytes.value) / 8192 - 1; level > 1; level = std::ceil(level / fanout)) ++height;
    return height;
}

RelationFigures figures_of(const RelationName& name, char kind, const RelationSize& size) {
    RelationFigures figures{name, kind, size.pages, size.tuples, size.all_visible, std::nullopt, std::nullopt};
    if (kind == 'r' || kind == 'm' || kind == 'i') figures.bytes = size.bytes;
    return figures;
}

}  // namespace

std::string schema_sql(const Catalog& catalog) {
    const auto& all = catalog.definitions;
    const auto dump = std::find_if(all.begin(), all.end(), [](const Definition& d) { return d.kind == "dump"; });
    if (dump != all.end()) return dump->sql;
    if (catalog.tables.empty()) return {};
    std::string sql;
    for (const char* kind : {"schema", "extension", "type", "function"}) add_definitions(sql, catalog, kind);
    add_tables(sql, catalog);
    add_partitions(sql, catalog);
    add_constraints(sql, catalog, false);
    add_definitions(sql, catalog, "view");
    add_indexes(sql, catalog);
    for (const auto& statistics : catalog.extended_statistics) add(sql, statistics.definition);
    add_constraints(sql, catalog, true);
    return sql;
}

void put_heights(Catalog& catalog) {
    std::map<RelationName, int> heights;
    for (const auto& relation : catalog.statistics) {
        for (const auto& height : relation.heights) heights[height.index] = height.levels;
    }
    for (auto& index : catalog.indexes) {
        if (const auto found = heights.find(index.name); found != heights.end()) index.height = found->second;
    }
}

TwinImage image_of(const Catalog& catalog, int server_version_num) {
    TwinImage image;
    image.server_version_num = server_version_num;
    image.schema = schema_sql(catalog);
    for (const auto& table : catalog.tables) image.relations.push_back(figures_of(table.name, static_cast<char>(table.kind), table.size));
    std::map<std::pair<RelationName, std::string>, double> widths;
    for (const auto& relation : catalog.statistics) {
        for (const auto& column : relation.columns) widths[{relation.relation, column.column}] = column.avg_width;
    }
    for (const auto& index : catalog.indexes) {
        image.relations.push_back(figures_of(index.name, index.partitioned ? 'I' : 'i', index.size));
        if (index.method == "btree") image.relations.back().height = index.height ? *index.height : guessed_height(index, widths);
    }
    image.statistics = catalog.statistics;
    image.settings = catalog.settings;
    for (const auto& relation : catalog.statistics) image.bounds.insert(image.bounds.end(), relation.bounds.begin(), relation.bounds.end());
    image.extended = catalog.extended_statistics;
    return image;
}

}  // namespace dwopt::model
