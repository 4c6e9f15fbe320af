#include "sql/features.hpp"

#include <functional>
#include <unordered_map>
#include <utility>

namespace dwopt::sql {

struct CatalogLookup::Index {
    using Key = std::pair<std::string_view, std::string_view>;  // schema and name, views into the catalog
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            const std::hash<std::string_view> hash;
            return hash(key.first) * 31 + hash(key.second);
        }
    };
    struct Relation {  // one or the other; neither: that name stands in several schemas
        const Table* table = nullptr;
        const Definition* view = nullptr;
    };
    std::vector<std::string> search_path;
    std::unordered_map<Key, Relation, KeyHash> relations;
    std::unordered_map<std::string_view, Relation> by_name;

    void add(const RelationName& name, Relation relation) {
        relations.emplace(Key{name.schema, name.name}, relation);
        const auto [found, is_new] = by_name.emplace(name.name, relation);
        if (!is_new) found->second = {};
    }

    [[nodiscard]] Relation find(std::string_view schema, std::string_view name) const {
        if (!schema.empty()) {
            const auto found = relations.find({schema, name});
            return found == relations.end() ? Relation{} : found->second;
        }
        for (const auto& where : search_path) {
            if (const auto found = relations.find({where, name}); found != relations.end()) return found->second;
        }
        const auto found = by_name.find(name);
        return found == by_name.end() ? Relation{} : found->second;
    }
};

CatalogLookup::CatalogLookup(const Catalog& catalog, std::vector<std::string> search_path, std::string user) {
    auto index = std::make_unique<Index>();
    for (auto& schema : search_path)
        if (schema == "$user") schema = user;
    if (search_path.empty()) search_path.push_back(std::move(user));
    search_path.emplace_back("public");
    index->search_path = std::move(search_path);
    index->relations.reserve(catalog.tables.size());
    index->by_name.reserve(catalog.tables.size());
    for (const auto& table : catalog.tables) index->add(table.name, {&table, nullptr});
    for (const auto& definition : catalog.definitions) {
        const bool view = definition.kind == "view" && definition.sql.starts_with("CREATE VIEW");  // the others are materialized: tables
        if (view) index->add(definition.name, {nullptr, &definition});
    }
    index_ = std::move(index);
}

CatalogLookup::~CatalogLookup() = default;

const Table* CatalogLookup::find(std::string_view schema, std::string_view name) const { return index_->find(schema, name).table; }
const Definition* CatalogLookup::find_view(std::string_view schema, std::string_view name) const { return index_->find(schema, name).view; }

}  // namespace dwopt::sql
