#include "view.hpp"

#include "dwopt/counters.hpp"

#include <algorithm>
#include <cstdlib>

namespace dwopt::indexing {
namespace {

// A search_path setting: names separated by commas, some in double quotes.
std::vector<std::string> split_path(std::string_view text) {
    std::vector<std::string> path;
    std::string name;
    bool quoted = false, any = false;
    const auto end_of_name = [&] {
        if (any && name != "$user") path.push_back(name);
        name.clear();
        any = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            if (quoted && i + 1 < text.size() && text[i + 1] == '"') name += text[++i];
            else quoted = !quoted;
            any = true;
        } else if (c == ',' && !quoted) {
            end_of_name();
        } else if (c != ' ' || quoted) {
            name += c;
            any = true;
        }
    }
    end_of_name();
    return path;
}

template <class Map, class Key>
auto find_or_null(const Map& map, const Key& key) -> typename Map::mapped_type {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : at->second;
}

}  // namespace

View::View(const Evidence& evidence) : evidence_(&evidence) {
    for (const auto& table : evidence.catalog.tables) {
        tables_.emplace(table.name, &table);
        by_bare_name_[table.name.name].push_back(&table);
        names_.insert(table.name);
        if (table.partition_parent) partitions_[*table.partition_parent].push_back(&table);
    }
    for (const auto& index : evidence.catalog.indexes) {
        indexes_[index.table].push_back(&index);
        index_by_name_.emplace(index.name, &index);
        if (index.parent) parts_[*index.parent].push_back(&index);
        names_.insert(index.name);
    }
    for (const auto& relation : evidence.catalog.statistics) statistics_.emplace(relation.relation, &relation);
    path_ = split_path(setting_text("search_path"));
    if (path_.empty()) path_.emplace_back("public");
    const double covered = evidence.workload.covered_days > 0 ? evidence.workload.covered_days
                                                              : evidence.workload.window.days();
    if (covered > 0) days_ = covered;
    lend_statistics();
    note_references();
    note_combinations();
}

// A partitioned table that nobody analyzed, as autovacuum does not, is taken to be like its largest partition.
void View::lend_statistics() {
    for (const auto& table : evidence_->catalog.tables) {
        if (table.kind != RelationKind::partitioned || statistics_.contains(table.name)) continue;
        const RelationStatistics* largest = nullptr;
        double most = 0;
        for (const auto* leaf : leaves(table)) {
            const auto* known = find_or_null(statistics_, leaf->name);
            if (!known || known->columns.empty() || rows(*leaf) <= most) continue;
            largest = known;
            most = rows(*leaf);
        }
        if (largest) statistics_[table.name] = largest;
    }
}

namespace {

// The columns of a unique index over whole columns and all rows, sorted; empty if it is none.
std::vector<std::string> unique_columns(const Index& index) {
    std::vector<std::string> columns;
    if (!index.unique || !index.predicate.empty()) return columns;
    for (const auto& key : index.keys) {
        if (key.column.empty()) return {};
        columns.push_back(key.column);
    }
    std::sort(columns.begin(), columns.end());
    return columns;
}

}  // namespace

void View::note_references() {
    using Columns = std::vector<std::string>;
    const auto note = [this](const Table& from, Columns columns, const Table& to) {
        std::sort(columns.begin(), columns.end());
        const auto [at, is_new] = references_.emplace(std::pair(from.name, std::move(columns)), rows(to));
        if (!is_new) at->second = std::min(at->second, rows(to));
    };
    for (const auto& constraint : evidence_->catalog.constraints) {
        const auto *from = table(constraint.table), *to = table(constraint.referenced_table);
        if (constraint.kind == 'f' && from && to) note(*from, constraint.columns, *to);
    }
    for (const auto& pattern : evidence_->workload.patterns) {
        const auto& features = pattern.features;
        std::map<std::pair<std::size_t, std::size_t>, std::map<std::string, std::string>> joined;  // from, to: column there → column here
        for (const auto& join : features.joins) {
            joined[{join.left, join.right}][join.right_column] = join.left_column;
            joined[{join.right, join.left}][join.left_column] = join.right_column;
        }
        for (const auto& [uses, columns] : joined) {
            const auto *from = resolve(features.tables[uses.first].relation), *to = resolve(features.tables[uses.second].relation);
            if (!from || !to) continue;
            for (const auto* index : indexes(to->name)) {
                Columns here;
                const auto key = unique_columns(*index);
                for (const auto& column : key) {
                    if (const auto at = columns.find(column); at != columns.end()) here.push_back(at->second);
                }
                if (key.empty() || here.size() < key.size()) continue;
                note(*from, std::move(here), *to);
            }
        }
    }
}

std::optional<double> View::most_combinations(const Table& table, const std::vector<std::string>& columns) const {
    const auto found = references_.find({table.name, columns});
    return found == references_.end() ? std::nullopt : std::optional(found->second);
}

const Table* View::table(const RelationName& name) const { return find_or_null(tables_, name); }

const Table* View::resolve(const RelationName& name) const {
    if (!name.schema.empty()) return table(name);
    for (const auto& schema : path_) {
        if (const auto* found = table({schema, name.name})) return found;
    }
    const auto at = by_bare_name_.find(name.name);
    return at != by_bare_name_.end() && at->second.size() == 1 ? at->second.front() : nullptr;
}

const Column* View::column(const Table& table, std::string_view name) {
    const auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == name; });
    return at == table.columns.end() ? nullptr : &*at;
}

const IndexFill* View::fill(const Index& index) const {
    constexpr double shrunk = 0.9;
    const auto* relation = find_or_null(statistics_, index.table);
    if (!relation) return nullptr;
    const auto found = std::find_if(relation->fills.begin(), relation->fills.end(), [&](const IndexFill& fill) { return fill.index == index.name; });
    return found == relation->fills.end() || index.size.bytes / found->size < shrunk ? nullptr : &*found;
}

const ColumnStatistics* View::statistics(const RelationName& table, std::string_view column) const {
    const auto* relation = find_or_null(statistics_, table);
    if (!relation) return nullptr;
    const ColumnStatistics* found = nullptr;
    for (const auto& c : relation->columns) {
        if (c.column == column && (!found || c.inherited)) found = &c;
    }
    return found;
}

const std::vector<const Index*>& View::indexes(const RelationName& table) const {
    static const std::vector<const Index*> none;
    const auto at = indexes_.find(table);
    return at == indexes_.end() ? none : at->second;
}

const Index* View::index(const RelationName& name) const { return find_or_null(index_by_name_, name); }

const std::vector<const Table*>& View::partitions(const RelationName& parent) const {
    static const std::vector<const Table*> none;
    const auto at = partitions_.find(parent);
    return at == partitions_.end() ? none : at->second;
}

const Table& View::root(const Table& table) const {
    const auto* parent = table.partition_parent ? this->table(*table.partition_parent) : nullptr;
    return parent ? root(*parent) : table;
}

std::vector<const Table*> View::leaves(const Table& table) const {
    if (table.kind != RelationKind::partitioned) return {&table};
    std::vector<const Table*> all;
    for (const auto* part : partitions(table.name)) {
        for (const auto* leaf : leaves(*part)) all.push_back(leaf);
    }
    return all;
}

double View::rows(const Table& table) const {
    double sum = 0;
    for (const auto* leaf : leaves(table)) {
        // Never analyzed: about 80 rows a page, as good as any guess.
        sum += leaf->size.tuples >= 0 ? leaf->size.tuples : static_cast<double>(leaf->size.bytes.value) / 100.0;
    }
    return sum;
}

Bytes View::bytes(const Table& table) const {
    Bytes sum{};
    for (const auto* leaf : leaves(table)) sum += leaf->size.bytes;
    return sum;
}

std::vector<const Index*> View::leaves(const Index& index) const {
    if (!index.partitioned) return {&index};
    std::vector<const Index*> all;
    const auto parts = parts_.find(index.name);
    if (parts == parts_.end()) return all;
    for (const auto* part : parts->second) {
        const auto below = leaves(*part);
        all.insert(all.end(), below.begin(), below.end());
    }
    return all;
}

Bytes View::bytes(const Index& index) const {
    Bytes sum{};
    for (const auto* leaf : leaves(index)) sum += leaf->size.bytes;
    return sum;
}

double View::pages(const Table& table) const { return static_cast<double>(bytes(table).value) / 8192.0; }

double View::covered() const {
    const auto& activity = evidence_->activity;
    return activity.covered_days > 0 ? activity.covered_days : days_;
}

double View::counted(const Table& table, std::size_t counter) const {
    const auto& activity = evidence_->activity;
    double sum = 0;
    for (const auto* leaf : leaves(table)) {
        const auto at = activity.tables.find(leaf->oid);
        if (at != activity.tables.end() && counter < at->second.size()) sum += at->second[counter];
    }
    return sum;
}

double View::per_day(const Table& table, std::size_t counter) const { return counted(table, counter) / covered(); }

double View::inserts_per_day(const Table& table) const {
    const double inserted = counted(table, table::n_tup_ins), present = rows(table);
    if (covered() >= 1 || inserted < present / 2) return inserted / covered();
    const double loaded = std::min(inserted, present);
    return loaded + (inserted - loaded) / covered();
}

std::string View::setting_text(std::string_view name) const {
    for (const auto& setting : evidence_->catalog.settings) {
        if (setting.name == name) return setting.value;
    }
    return {};
}

double View::setting(std::string_view name, double otherwise) const {
    const std::string text = setting_text(name);
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return text.empty() || end == text.c_str() ? otherwise : value;
}

std::optional<std::string> View::extension_schema(std::string_view name) const {
    for (const auto& definition : evidence_->catalog.definitions) {
        if (definition.kind == "extension" && definition.name.name == name) return definition.name.schema;
    }
    return std::nullopt;
}

std::vector<std::string> View::search_path(const Features& features) const {
    std::vector<std::string> path = path_;
    for (const auto& use : features.tables) {
        // A statement's own role may have had a path that nobody knows: what its names led to comes last.
        const auto& schema = use.relation.schema;
        if (!schema.empty() && std::find(path.begin(), path.end(), schema) == path.end()) path.push_back(schema);
    }
    return path;
}

std::string layer_of(std::string_view schema) {
    for (const std::string_view layer : {"bronze", "silver", "gold"}) {
        if (schema.find(layer) != std::string_view::npos) return std::string(layer);
    }
    return {};
}

}  // namespace dwopt::indexing
