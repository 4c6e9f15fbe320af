#include "empty_indexes.hpp"

#include "files.hpp"
#include "model/identifier.hpp"
#include "model/index_sql.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::twin {

std::string EmptyIndexes::name_of(const std::string& index) const {
    const auto found = names_.find(index);
    return found == names_.end() ? index : found->second;
}

std::string EmptyIndexes::resolve(const Configuration& configuration, Seen& seen) {
    seen = {};
    for (const auto& index : configuration.create) {
        const auto& entry = made(index);
        if (!entry.failure.empty()) return entry.failure;
        seen.shown.insert(seen.shown.end(), entry.oids.begin(), entry.oids.end());
    }
    for (const auto& index : configuration.hide) {
        const auto& oids = existing(index);
        if (oids.empty()) return "the planner twin does not have that index";
        seen.hidden.insert(seen.hidden.end(), oids.begin(), oids.end());
    }
    std::sort(seen.shown.begin(), seen.shown.end());
    std::sort(seen.hidden.begin(), seen.hidden.end());
    return {};
}

const EmptyIndexes::Made& EmptyIndexes::made(const WhatIfIndex& index) {
    const auto [at, fresh] = made_.try_emplace({model::canonical(index.spec), index.extents.empty() ? RelationName{} : index.extents.front().table});
    if (!fresh) return at->second;
    try {
        for (const auto& extent : index.extents) {
            const std::string name = fmt::format("w{}{}", prefix_, ++count_);
            at->second.oids.push_back(make(index.spec, extent, name));
            names_[name] = index.spec.name;
        }
    } catch (const pq::SqlError& error) {
        at->second.failure = pq::failure_of(error);
    }
    return at->second;
}

Oid EmptyIndexes::make(const IndexSpec& spec, const IndexExtent& extent, const std::string& name) {
    IndexSpec copy = spec;
    copy.table = {objects_schema, copy_of(extent.table)};
    copy.name = name;
    const std::int64_t pages = extent.size.value / block_size;
    session_->owner().execute(model::create_index_sql(copy, model::CreateForm::plain));
    const auto made = session_->call("made", {name, std::to_string(pages), fmt::format("{}", extent.tuples)});
    const auto file = session_->file(made.text(0, 1));
    if (spec.method == "btree" && pages > 1) raise_btree(file, extent.height, session_->account());
    extend(file, pages, session_->account());
    return static_cast<Oid>(made.integer(0, 0));
}

const std::string& EmptyIndexes::copy_of(const RelationName& table) {
    const auto [at, fresh] = copies_.try_emplace(table);
    if (fresh) {
        at->second = fmt::format("t{}{}", prefix_, copies_.size());
        (void)session_->call("copy", {model::qualified(table), at->second});
    }
    return at->second;
}

const std::vector<Oid>& EmptyIndexes::existing(const RelationName& index) {
    const auto [at, fresh] = existing_.try_emplace(index);
    const auto oid = fresh ? session_->find(index) : std::nullopt;
    if (oid) {
        at->second = {*oid};
        const auto below = session_->admin().query("select relid::oid from pg_catalog.pg_partition_tree($1::oid::regclass) where level > 0", {std::to_string(*oid)});
        for (std::size_t row = 0; row < below.rows(); ++row) at->second.push_back(static_cast<Oid>(below.integer(row, 0)));
    }
    return at->second;
}

}  // namespace dwopt::twin
