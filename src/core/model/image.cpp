#include "model/image.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::model {
namespace {

void add(std::string& sql, const std::string& statement) { sql += statement + ";\n\n"; }

void add_definitions(std::string& sql, const Catalog& catalog, std::string_view kind) {
    for (const auto& definition : catalog.definitions) {
        if (definition.kind == kind) add(sql, definition.sql);
    }
}

void add_partitions(std::string& sql, const Catalog& catalog) {
    for (const auto& table : catalog.tables) {
        if (!table.partition_parent) continue;
        add(sql, fmt::format("ALTER TABLE ONLY {} ATTACH PARTITION {} {}", qualified(*table.partition_parent), qualified(table.name), table.partition_bound));
    }
}

// Foreign keys come last, as they need the keys of the other table. Those of partitions come with the parent's.
void add_constraints(std::string& sql, const Catalog& catalog, bool foreign) {
    for (const auto& constraint : catalog.constraints) {
        if ((constraint.kind == 'f') != foreign || constraint.kind == 't') continue;
        add(sql, fmt::format("ALTER TABLE ONLY {} ADD CONSTRAINT {} {}", qualified(constraint.table), quote_identifier(constraint.name), constraint.definition));
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
    if (all.empty()) return {};
    std::string sql;
    for (const char* kind : {"schema", "extension", "type", "function", "sequence", "table"}) add_definitions(sql, catalog, kind);
    add_partitions(sql, catalog);
    add_constraints(sql, catalog, false);
    add_indexes(sql, catalog);
    add_definitions(sql, catalog, "view");
    for (const auto& statistics : catalog.extended_statistics) add(sql, statistics.definition);
    add_constraints(sql, catalog, true);
    return sql;
}

TwinImage image_of(const Catalog& catalog, int server_version_num) {
    TwinImage image;
    image.server_version_num = server_version_num;
    image.schema = schema_sql(catalog);
    for (const auto& table : catalog.tables) image.relations.push_back(figures_of(table.name, static_cast<char>(table.kind), table.size));
    for (const auto& index : catalog.indexes) {
        image.relations.push_back(figures_of(index.name, index.partitioned ? 'I' : 'i', index.size));
        image.relations.back().height = index.height;
    }
    image.statistics = catalog.statistics;
    image.settings = catalog.settings;
    image.bounds = catalog.bounds;
    return image;
}

}  // namespace dwopt::model
