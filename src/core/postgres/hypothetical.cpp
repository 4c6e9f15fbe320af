#include "hypothetical.hpp"

#include "model/identifier.hpp"
#include "model/index_sql.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::postgres {
namespace {

std::string names_literal(const std::vector<std::string>& texts) {
    std::string literal = "{";
    for (const auto& text : texts) {
        literal += literal.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') literal += '\\';
            literal += c;
        }
        literal += '"';
    }
    return literal + "}";
}

}  // namespace

HypotheticalIndexes::HypotheticalIndexes(pq::Connection& connection) : connection_(&connection) {
    const auto found = connection.query(
        "/* dwopt */ select n.nspname, e.extversion, pg_catalog.has_schema_privilege(n.oid, 'USAGE'), "
        "exists (select 1 from pg_catalog.pg_proc p where p.pronamespace = n.oid and p.proname = 'hypopg_hide_index') "
        "from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'hypopg'");
    if (found.rows() == 0) {
        throw Error(ErrorKind::refused, "the extension 'hypopg' is not installed in this database, so no planner can be asked",
                    "Install the package (Debian: postgresql-15-hypopg) and run: CREATE EXTENSION hypopg; or use 'dwopt recommend --what-if none'.");
    }
    schema_ = found.text(0, 0);
    version_ = found.text(0, 1);
    can_hide_ = found.boolean(0, 3);
    if (!found.boolean(0, 2)) {
        throw Error(ErrorKind::refused, fmt::format("the role that plans may not use schema '{}', where the extension 'hypopg' is", schema_),
                    fmt::format("Grant it: GRANT USAGE ON SCHEMA {} TO the role.", model::quote_identifier(schema_)));
    }
    reset();
}

std::string HypotheticalIndexes::call(const char* function) const { return model::qualified({schema_, function}); }

void HypotheticalIndexes::reset() {
    connection_->query(fmt::format("/* dwopt */ select {}()", call("hypopg_reset")));
    made_.clear();
    hidden_.clear();
    changed_ = true;
}

std::string HypotheticalIndexes::show(const Configuration& configuration) {
    std::map<std::string, std::string> wanted;  // SQL → name
    for (const auto& [spec, extents] : configuration.create) {
        wanted.emplace(model::create_index_sql(spec, model::CreateForm::plain), spec.name);
    }
    drop_others(wanted);
    std::string trouble = create_missing(wanted);
    if (trouble.empty()) trouble = hide(configuration.hide);
    if (!trouble.empty()) reset();
    return trouble;
}

void HypotheticalIndexes::drop_others(const std::map<std::string, std::string>& wanted) {
    std::vector<std::string> oids;
    for (auto at = made_.begin(); at != made_.end();) {
        if (wanted.contains(at->first)) {
            ++at;
            continue;
        }
        oids.push_back(std::to_string(at->second.oid));
        at = made_.erase(at);
    }
    if (oids.empty()) return;
    changed_ = true;
    connection_->query(fmt::format("/* dwopt */ select {}(o) from pg_catalog.unnest($1::pg_catalog.oid[]) o", call("hypopg_drop_index")),
                       {names_literal(oids)});
}

std::string HypotheticalIndexes::create_missing(const std::map<std::string, std::string>& wanted) {
    std::vector<std::string> missing;
    for (const auto& [sql, name] : wanted) {
        if (!made_.contains(sql)) missing.push_back(sql);
    }
    if (missing.empty()) return {};
    changed_ = true;
    try {
        const auto made = connection_->query(
            fmt::format("/* dwopt */ select s.n, c.indexrelid from pg_catalog.unnest($1::pg_catalog.text[]) with ordinality s(sql, n), "
                        "lateral {}(s.sql) c", call("hypopg_create_index")),
            {names_literal(missing)});
        for (std::size_t row = 0; row < made.rows(); ++row) {
            const auto& sql = missing.at(static_cast<std::size_t>(made.integer(row, 0) - 1));
            made_[sql] = {static_cast<Oid>(made.integer(row, 1)), wanted.at(sql)};
        }
        return {};
    } catch (const pq::SqlError& error) {
        return pq::failure_of(error);
    }
}

std::string HypotheticalIndexes::hide(const std::vector<RelationName>& indexes) {
    if (indexes == hidden_) return {};
    if (!can_hide_) return "this version of HypoPG cannot hide an index";
    changed_ = true;
    try {
        connection_->query(fmt::format("/* dwopt */ select {}()", call("hypopg_unhide_all_indexes")));
        hidden_ = indexes;
        std::vector<std::string> names;
        for (const auto& name : indexes) names.push_back(model::qualified(name));
        connection_->query(fmt::format("/* dwopt */ select {}(h.index) from pg_catalog.unnest($1::pg_catalog.text[]) i, "
                                       "lateral (select i::pg_catalog.regclass union select relid from pg_catalog.pg_partition_tree(i::pg_catalog.regclass)) h(index)", call("hypopg_hide_index")),
                           {names_literal(names)});
        return {};
    } catch (const pq::SqlError& error) {
        return pq::failure_of(error);
    }
}

std::string HypotheticalIndexes::name_of(const std::string& index) const {
    // HypoPG's names are "<oid>method_table_columns".
    const auto end = index.find('>');
    if (!index.starts_with('<') || end == std::string::npos) return index;
    const std::string oid = index.substr(1, end - 1);
    for (const auto& [sql, made] : made_) {
        if (std::to_string(made.oid) == oid) return made.name;
    }
    return index;
}

}  // namespace dwopt::postgres
