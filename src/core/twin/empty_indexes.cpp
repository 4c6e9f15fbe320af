#include "empty_indexes.hpp"

#include "files.hpp"
#include "model/identifier.hpp"
#include "model/index_sql.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::twin {
namespace {

constexpr const char* whatif_schema = "dwopt_whatif";

std::string oid_list(const std::vector<Oid>& oids) {
    std::string list = "{";
    for (const Oid oid : oids) list += (list.size() > 1 ? "," : "") + std::to_string(oid);
    return list + "}";
}

std::vector<Oid> difference(const std::vector<Oid>& a, const std::vector<Oid>& b) {
    std::vector<Oid> rest;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
    return rest;
}

}  // namespace

EmptyIndexes::EmptyIndexes(Twin& twin) : admin_(twin.admin()), account_(server_account()) {
    data_ = admin_.query("select pg_catalog.current_setting('data_directory')").text(0, 0);
    clear();  // what a killed run left
}

EmptyIndexes::~EmptyIndexes() {
    try {
        clear();
    } catch (const std::exception&) {  // the next one does
    }
}

// Indexes go back to the copies they were made on, which pg_depend still knows, and fall with them; hidden ones come back.
void EmptyIndexes::clear() {
    admin_.execute(fmt::format(R"sql(
SET client_min_messages = error;
CREATE SCHEMA IF NOT EXISTS {0};
UPDATE pg_catalog.pg_class SET relhasindex = true WHERE oid IN (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE NOT i.indisvalid
  OR i.indexrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = '{0}'::regnamespace));
UPDATE pg_catalog.pg_index i SET indrelid = t.oid FROM pg_catalog.pg_class c, pg_catalog.pg_depend d, pg_catalog.pg_class t
  WHERE c.oid = i.indexrelid AND c.relnamespace = '{0}'::regnamespace AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND t.oid = d.refobjid AND t.relnamespace = c.relnamespace AND t.relkind = 'r';
UPDATE pg_catalog.pg_index SET indisvalid = true WHERE NOT indisvalid;
DROP SCHEMA {0} CASCADE;
CREATE SCHEMA {0})sql", whatif_schema));
    made_.clear();
    copies_.clear();
    shown_.clear();
    hidden_.clear();
}

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
    const auto [at, fresh] = made_.try_emplace(model::canonical(index.spec));
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
    admin_.execute(model::create_index_sql(copy, model::CreateForm::plain));
    const auto made = admin_.query(
        "select c.oid, pg_catalog.pg_relation_filepath(c.oid) from pg_catalog.pg_class c where c.relnamespace = $1::regnamespace and c.relname = $2",
        {whatif_schema, name});
    const auto oid = static_cast<Oid>(made.integer(0, 0));
    const std::filesystem::path file = std::filesystem::path(data_) / made.text(0, 1);
    const std::int64_t pages = extent.size.value / block_size;
    if (spec.method == "btree" && pages > 1) raise_btree(file, extent.height, account_);
    extend(file, pages, account_);
    const auto table = model::qualified(extent.table);
    admin_.query("update pg_catalog.pg_class set relpages = $2::int4, reltuples = $3::float4 where oid = $1::oid",
                 {std::to_string(oid), std::to_string(pages), fmt::format("{}", extent.tuples)});
    admin_.query("update pg_catalog.pg_index set indrelid = $2::regclass, indisvalid = false where indexrelid = $1::oid",
                 {std::to_string(oid), table});
    return oid;
}

const std::string& EmptyIndexes::copy_of(const RelationName& table) {
    const auto [at, fresh] = copies_.try_emplace(table);
    if (fresh) {
        at->second = fmt::format("t{}", copies_.size());
        admin_.execute(fmt::format("DROP TABLE IF EXISTS {0}.{1}; CREATE UNLOGGED TABLE {0}.{1} (LIKE {2})", whatif_schema, at->second,
                                   model::qualified(table)));
    }
    return at->second;
}

// Sessions hear of a changed index list only through the table's own row, so that is touched too.
void EmptyIndexes::set_visible(const std::vector<Oid>& shown, const std::vector<Oid>& hidden) {
    auto on = difference(shown, shown_), off = difference(shown_, shown);
    const auto hide = difference(hidden, hidden_), back = difference(hidden_, hidden);
    on.insert(on.end(), back.begin(), back.end());
    off.insert(off.end(), hide.begin(), hide.end());
    if (on.empty() && off.empty()) return;
    admin_.query("with changed as (update pg_catalog.pg_index set indisvalid = indexrelid = any ($1::oid[]) "
                 "where indexrelid = any ($1::oid[] || $2::oid[]) returning indrelid) "
                 "update pg_catalog.pg_class set relhasindex = true where oid in (select indrelid from changed)",
                 {oid_list(on), oid_list(off)});
    shown_ = shown;
    hidden_ = hidden;
}

std::optional<Oid> EmptyIndexes::existing(const RelationName& index) {
    const auto [at, fresh] = existing_.try_emplace(index);
    if (fresh) {
        const auto found = admin_.query("select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
                                        "where n.nspname = $1 and c.relname = $2", {index.schema, index.name});
        if (found.rows() > 0) at->second = static_cast<Oid>(found.integer(0, 0));
    }
    return at->second;
}

}  // namespace dwopt::twin
