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

// After a killed run, and at the end: pg_depend knows the copy each index was made on; hidden indexes come back.
constexpr const char* take_down = R"sql(
UPDATE pg_catalog.pg_class SET relhasindex = true WHERE oid IN (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE NOT i.indisvalid
  OR i.indexrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = '{0}'::regnamespace));
UPDATE pg_catalog.pg_index i SET indrelid = t.oid FROM pg_catalog.pg_class c, pg_catalog.pg_depend d, pg_catalog.pg_class t
  WHERE c.oid = i.indexrelid AND c.relnamespace = '{0}'::regnamespace AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND t.oid = d.refobjid AND t.relnamespace = c.relnamespace AND t.relkind = 'r';
UPDATE pg_catalog.pg_index SET indisvalid = true WHERE NOT indisvalid)sql";

// Round trips are most of what a what-if index costs, so each step is one. An index lives on the empty copy of its table and is
// hung onto the table while it is to be seen: the planner looks at every index of a table, valid or not. The copies are unlogged, as
// logging a small new file at commit would read its pages into the buffers, where ours would not be seen.
constexpr const char* functions = R"sql(
CREATE SCHEMA {0};
CREATE TABLE {0}.homes (copy oid PRIMARY KEY, original oid);
CREATE TABLE {0}.made (index oid PRIMARY KEY, copy oid);
CREATE FUNCTION {0}.copy(original regclass, name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE UNLOGGED TABLE {0}.%I (LIKE %s)', name, original);
  INSERT INTO {0}.homes VALUES (format('{0}.%I', name)::regclass, original);
END $$;
CREATE FUNCTION {0}.make(ddl text, name text, pages int, tuples float4, OUT index oid, OUT file text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE ddl;
  SELECT c.oid, pg_catalog.pg_relation_filepath(c.oid) INTO index, file FROM pg_catalog.pg_class c
    WHERE c.relnamespace = '{0}'::regnamespace AND c.relname = name;
  UPDATE pg_catalog.pg_class SET relpages = pages, reltuples = tuples WHERE oid = index;
  INSERT INTO {0}.made SELECT index, i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = index;
END $$;
CREATE FUNCTION {0}.hang(shown oid[], unshown oid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE pg_catalog.pg_index i SET indrelid = CASE WHEN i.indexrelid = ANY (shown) THEN h.original ELSE h.copy END
    FROM {0}.made m JOIN {0}.homes h ON h.copy = m.copy WHERE m.index = i.indexrelid AND i.indexrelid = ANY (shown || unshown);
  UPDATE pg_catalog.pg_class SET relhasindex = true
    WHERE oid IN (SELECT h.original FROM {0}.made m JOIN {0}.homes h ON h.copy = m.copy WHERE m.index = ANY (shown || unshown));
$$;
CREATE FUNCTION {0}.hide(hidden oid[], back oid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE pg_catalog.pg_index SET indisvalid = NOT indexrelid = ANY (hidden) WHERE indexrelid = ANY (hidden || back);
  UPDATE pg_catalog.pg_class SET relhasindex = true WHERE oid IN (SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = ANY (hidden || back));
$$)sql";

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
    admin_.execute(fmt::format(fmt::runtime(functions), whatif_schema));
}

EmptyIndexes::~EmptyIndexes() {
    try {
        clear();
    } catch (const std::exception&) {  // the next one does
    }
}

// All falls with the schema, once indexes that hang on a table are back on the copy they were made on.
void EmptyIndexes::clear() {
    admin_.execute(fmt::format("SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS {0}; {1}; {2}", whatif_schema,
                               fmt::format(fmt::runtime(take_down), whatif_schema), fmt::format("DROP SCHEMA {} CASCADE", whatif_schema)));
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
    const std::int64_t pages = extent.size.value / block_size;
    const auto made = admin_.query(fmt::format("select * from {}.make($1, $2, $3::int4, $4::float4)", whatif_schema),
                                   {model::create_index_sql(copy, model::CreateForm::plain), name, std::to_string(pages), fmt::format("{}", extent.tuples)});
    const std::filesystem::path file = std::filesystem::path(data_) / made.text(0, 1);
    if (spec.method == "btree" && pages > 1) raise_btree(file, extent.height, account_);
    extend(file, pages, account_);
    return static_cast<Oid>(made.integer(0, 0));
}

const std::string& EmptyIndexes::copy_of(const RelationName& table) {
    const auto [at, fresh] = copies_.try_emplace(table);
    if (fresh) {
        at->second = fmt::format("t{}", copies_.size());
        admin_.query(fmt::format("select {}.copy($1::regclass, $2)", whatif_schema), {model::qualified(table), at->second});
    }
    return at->second;
}

// Sessions hear of a changed index list only through the table's own row, so that is touched too.
void EmptyIndexes::set_visible(const std::vector<Oid>& shown, const std::vector<Oid>& hidden) {
    const auto on = difference(shown, shown_), off = difference(shown_, shown);
    const auto hide = difference(hidden, hidden_), back = difference(hidden_, hidden);
    if (!on.empty() || !off.empty()) admin_.query(fmt::format("select {}.hang($1::oid[], $2::oid[])", whatif_schema), {oid_list(on), oid_list(off)});
    if (!hide.empty() || !back.empty()) admin_.query(fmt::format("select {}.hide($1::oid[], $2::oid[])", whatif_schema), {oid_list(hide), oid_list(back)});
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
