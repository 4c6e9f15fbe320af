#include "empty_indexes.hpp"

#include "files.hpp"
#include "model/identifier.hpp"
#include "model/index_sql.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::twin {
namespace {

std::vector<Oid> difference(const std::vector<Oid>& a, const std::vector<Oid>& b) {
    std::vector<Oid> rest;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
    return rest;
}

}  // namespace

std::string EmptyIndexes::name_of(const std::string& index) const {
    const auto found = names_.find(index);
    return found == names_.end() ? index : found->second;
}

std::string EmptyIndexes::show(const Configuration& configuration) {
    std::vector<Oid> shown, hidden;
    for (const auto& index : configuration.create) {
        const auto& entry = made(index);
        if (!entry.failure.empty()) return entry.failure;
        shown.insert(shown.end(), entry.oids.begin(), entry.oids.end());
    }
    for (const auto& index : configuration.hide) {
        if (const auto oid = existing(index)) hidden.push_back(*oid);
    }
    std::sort(shown.begin(), shown.end());
    std::sort(hidden.begin(), hidden.end());
    set_visible(shown, hidden);
    return {};
}

const EmptyIndexes::Made& EmptyIndexes::made(const WhatIfIndex& index) {
    const auto [at, fresh] = made_.try_emplace({model::canonical(index.spec), index.extents.empty() ? RelationName{} : index.extents.front().table});
    if (!fresh) return at->second;
    try {
        for (const auto& extent : index.extents) {
            const std::string name = fmt::format("w{}", ++count_);
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
    copy.table = {whatif_schema, copy_of(extent.table)};
    copy.name = name;
    const std::int64_t pages = extent.size.value / block_size;
    const auto made = schema_->call("make", {model::create_index_sql(copy, model::CreateForm::plain), name, std::to_string(pages), fmt::format("{}", extent.tuples)});
    const auto file = schema_->file(made.text(0, 1));
    if (spec.method == "btree" && pages > 1) raise_btree(file, extent.height, schema_->account());
    extend(file, pages, schema_->account());
    const auto oid = static_cast<Oid>(made.integer(0, 0));
    places_[oid] = {static_cast<Oid>(made.integer(0, 2)), static_cast<Oid>(made.integer(0, 3))};
    return oid;
}

const std::string& EmptyIndexes::copy_of(const RelationName& table) {
    const auto [at, fresh] = copies_.try_emplace(table);
    if (fresh) {
        at->second = fmt::format("t{}", copies_.size());
        (void)schema_->call("copy", {model::qualified(table), at->second});
    }
    return at->second;
}

void EmptyIndexes::set_visible(const std::vector<Oid>& shown, const std::vector<Oid>& hidden) {
    const auto on = difference(shown, shown_), off = difference(shown_, shown);
    const auto hide = difference(hidden, hidden_), back = difference(hidden_, hidden);
    if (!on.empty() || !off.empty()) hang(on, off);
    if (!hide.empty() || !back.empty()) (void)schema_->call("hide", {oid_list(hide), oid_list(back)});
    shown_ = shown;
    hidden_ = hidden;
}

void EmptyIndexes::hang(const std::vector<Oid>& on, const std::vector<Oid>& off) {
    std::vector<Oid> indexes, places, touched;
    for (const auto* side : {&on, &off}) {
        for (const Oid index : *side) {
            indexes.push_back(index);
            places.push_back(side == &on ? places_.at(index).table : places_.at(index).copy);
            touched.push_back(places_.at(index).table);
        }
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    schema_->admin().execute(fmt::format("EXECUTE hang('{}', '{}', '{}')", oid_list(indexes), oid_list(places), oid_list(touched)));
}

std::optional<Oid> EmptyIndexes::existing(const RelationName& index) {
    const auto [at, fresh] = existing_.try_emplace(index);
    if (fresh) at->second = schema_->find(index);
    return at->second;
}

}  // namespace dwopt::twin
