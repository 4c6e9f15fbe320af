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
    std::vector<std::string> search_path;
    std::unordered_map<Key, const Table*, KeyHash> tables;
    std::unordered_map<std::string_view, const Table*> by_name;  // null: in several schemas
};

CatalogLookup::CatalogLookup(const Catalog& catalog, std::vector<std::string> search_path, std::string user) {
    auto index = std::make_unique<Index>();
    for (auto& schema : search_path)
        if (schema == "$user") schema = user;
    if (search_path.empty()) search_path.push_back(std::move(user));
    search_path.emplace_back("public");
    index->search_path = std::move(search_path);
    index->tables.reserve(catalog.tables.size());
    index->by_name.reserve(catalog.tables.size());
    for (const auto& table : catalog.tables) {
        index->tables.emplace(Index::Key{table.name.schema, table.name.name}, &table);
        const auto [found, is_new] = index->by_name.emplace(table.name.name, &table);
        if (!is_new) found->second = nullptr;
    }
    index_ = std::move(index);
}

CatalogLookup::~CatalogLookup() = default;

const Table* CatalogLookup::find(std::string_view schema, std::string_view name) const {
    const auto in = [&](std::string_view where) {
        const auto found = index_->tables.find(Index::Key{where, name});
        return found == index_->tables.end() ? nullptr : found->second;
    };
    if (!schema.empty()) return in(schema);
    for (const auto& where : index_->search_path)
        if (const auto* table = in(where)) return table;
    const auto found = index_->by_name.find(name);
    return found == index_->by_name.end() ? nullptr : found->second;
}

}  // namespace dwopt::sql
