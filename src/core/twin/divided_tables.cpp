#include "divided_tables.hpp"

#include "files.hpp"
#include "load.hpp"
#include "model/identifier.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwopt::twin {
namespace {

const char* word(PartitionMethod method) {
    switch (method) {
        case PartitionMethod::range: return "RANGE";
        case PartitionMethod::list: return "LIST";
        case PartitionMethod::hash: return "HASH";
    }
    return "";
}

std::string keys_of(const WhatIfPartitions& what) {  // an array literal
    std::string list;
    for (const auto& level : what.levels) {
        list += list.empty() ? "{\"" : ",\"";
        for (const char c : level.column) list += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
        list += '"';
    }
    return list + "}";
}

std::string partition_by(const PartitionLevel& level) {
    return fmt::format(" PARTITION BY {} ({})", word(level.method), model::quote_identifier(level.column));
}

}  // namespace

std::string DividedTables::show(const std::vector<WhatIfPartitions>& wanted) {
    for (auto at = standing_.begin(); at != standing_.end();) {
        if (std::find(wanted.begin(), wanted.end(), at->second.what) != wanted.end()) {
            ++at;
            continue;
        }
        unite(at->second);
        at = standing_.erase(at);
    }
    for (const auto& what : wanted) {
        if (standing_.contains(what.table)) continue;
        try {
            divide(what);
        } catch (const pq::SqlError& error) {
            return pq::failure_of(error);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::failed) throw;
            return error.what();
        }
    }
    return {};
}

void DividedTables::divide(const WhatIfPartitions& what) {
    if (what.levels.empty() || what.levels.size() > 2) throw Error(ErrorKind::failed, "a table is divided by one or two levels");
    const auto known = schema_->admin().query(fmt::format("select c.relkind = 'r' and c.relhassubclass, {}.rows_below(c.oid) from pg_catalog.pg_class c where c.oid = $1::oid", whatif_schema),
                                              {std::to_string(schema_->oid(what.table))});
    if (known.boolean(0, 0)) throw Error(ErrorKind::failed, "other tables inherit from it");
    if (known.number(0, 1) <= 0) throw Error(ErrorKind::failed, "it is not known to have rows");
    std::vector<std::vector<Slice>> levels;
    for (const auto& level : what.levels) levels.push_back(slices_of(*schema_, *planner_, what.table, level));
    Division division{what, {}, {}};
    const auto whole = next_name(what.table);
    schema_->owner().execute(definition(what, model::qualified(whole), levels, division));
    fill(division);
    (void)schema_->call("divide", {std::to_string(schema_->oid(what.table)), std::to_string(schema_->oid(whole))});
    standing_.emplace(what.table, std::move(division));
}

std::string DividedTables::definition(const WhatIfPartitions& what, const std::string& whole, const std::vector<std::vector<Slice>>& levels, Division& division) {
    const std::string table = model::qualified(what.table);
    const auto indexes = schema_->call("index_tails", {std::to_string(schema_->oid(what.table)), keys_of(what)});
    std::string sql = fmt::format("CREATE TABLE {} (LIKE {} INCLUDING CONSTRAINTS){};\n", whole, table, partition_by(what.levels.front()));
    const auto attach = [&](const std::string& parent, const Slice& slice, double share, std::vector<ColumnStatistics> columns) {
        Leaf leaf{next_name(what.table), share, std::move(columns)};
        const auto name = model::qualified(leaf.name);
        sql += fmt::format("CREATE UNLOGGED TABLE {} (LIKE {} INCLUDING CONSTRAINTS);\nALTER TABLE {} ATTACH PARTITION {} {};\n", name, table, parent, name, slice.bound);
        for (std::size_t row = 0; row < indexes.rows(); ++row) sql += fmt::format("CREATE INDEX {} ON {}{};\n", model::quote_identifier(fmt::format("{}_i{}", leaf.name.name, row + 1)), name, indexes.text(row, 2));
        division.leaves.push_back(std::move(leaf));
    };
    for (const auto& slice : levels.front()) {
        if (levels.size() == 1) {
            attach(whole, slice, slice.share, slice.columns);
            continue;
        }
        const auto part = model::qualified(next_name(what.table));
        sql += fmt::format("CREATE TABLE {} PARTITION OF {} {}{};\n", part, whole, slice.bound, partition_by(what.levels.back()));
        for (const auto& below : levels.back()) {
            auto columns = slice.columns;
            for (const auto& column : below.columns) {  // a hash takes a bit of everything, also of what is cut already
                const auto found = std::find_if(columns.begin(), columns.end(), [&](const ColumnStatistics& c) { return c.column == column.column; });
                if (found == columns.end()) columns.push_back(column);
                else if (what.levels.back().method != PartitionMethod::hash) *found = column;
            }
            attach(part, below, slice.share * below.share, std::move(columns));
        }
    }
    return sql;
}

void DividedTables::fill(Division& division) {
    const auto table = std::to_string(schema_->oid(division.what.table));
    std::vector<RelationStatistics> cut;
    for (const auto& leaf : division.leaves) {
        const auto files = schema_->call("fill_partition", {table, std::to_string(schema_->oid(leaf.name)), fmt::format("{}", leaf.share), keys_of(division.what)});
        for (std::size_t row = 0; row < files.rows(); ++row) {
            const auto file = schema_->file(files.text(row, 0));
            const auto pages = files.integer(row, 1);
            if (files.text(row, 2) == "btree" && pages > 1) raise_btree(file, guessed_height(pages), schema_->account());
            extend(file, pages, schema_->account());
            if (!files.at(row, 3)) continue;
            division.indexes[{files.text(row, 3), files.text(row, 4)}].push_back({objects_schema, files.text(row, 5)});
            names_[files.text(row, 5)] = files.text(row, 4);
        }
        for (const auto& column : leaf.columns) (void)schema_->call("forget_column", {std::to_string(schema_->oid(leaf.name)), column.column});
        if (!leaf.columns.empty()) cut.push_back({leaf.name, leaf.columns});
    }
    (void)load_statistics(schema_->admin(), cut, {});
}

void DividedTables::unite(const Division& division) {
    (void)schema_->call("unite", {std::to_string(schema_->oid(division.what.table))});
    for (const auto& [index, parts] : division.indexes) {
        for (const auto& part : parts) names_.erase(part.name);
    }
}

Configuration DividedTables::spread(const Configuration& configuration) const {
    Configuration spread = configuration;
    for (auto& index : spread.create) {
        const auto found = standing_.find(index.spec.table);
        if (found == standing_.end()) continue;
        IndexExtent whole;
        for (const auto& extent : index.extents) {
            whole.size += extent.size;
            whole.tuples += extent.tuples;
        }
        index.extents.clear();
        for (const auto& leaf : found->second.leaves) {
            const auto pages = std::max<std::int64_t>(1, std::llround(std::ceil(static_cast<double>(whole.size.value / block_size) * leaf.share)));
            index.extents.push_back({leaf.name, Bytes{pages * block_size}, whole.tuples * leaf.share, guessed_height(pages)});
        }
    }
    spread.hide.clear();
    for (const auto& index : configuration.hide) {
        std::vector<RelationName> parts{index};
        for (const auto& [table, division] : standing_) {
            if (const auto found = division.indexes.find(index); found != division.indexes.end()) parts = found->second;
        }
        spread.hide.insert(spread.hide.end(), parts.begin(), parts.end());
    }
    return spread;
}

std::string DividedTables::name_of(const std::string& index) const {
    const auto found = names_.find(index);
    return found == names_.end() ? index : found->second;
}

std::vector<RelationName> DividedTables::leaves(const RelationName& table) const {
    std::vector<RelationName> names;
    if (const auto found = standing_.find(table); found != standing_.end()) {
        for (const auto& leaf : found->second.leaves) names.push_back(leaf.name);
    }
    return names;
}

// Names that say whose partition it is; ASCII only and short, as index names are made from them.
RelationName DividedTables::next_name(const RelationName& table) {
    std::string base;
    for (const char c : table.name) {
        if (base.size() < 30) base += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
    }
    return {objects_schema, fmt::format("{}_p{}", base, ++count_)};
}

}  // namespace dwopt::twin
