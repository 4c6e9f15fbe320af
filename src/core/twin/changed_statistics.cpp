// Once rows stand in the order of column k, another column's correlation with the order is its correlation with k. That is not
// known, but both correlations with the old order are: if what ties the two together is that order, it is their product.
#include "changed_statistics.hpp"

#include "json/json.hpp"
#include "load.hpp"
#include "model/identifier.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace dwopt::twin {

void ChangedStatistics::restore() {
    if (std::exchange(ordered_, false)) (void)schema_->call("order_back", {});
    for (const auto& name : made_) schema_->owner().execute("DROP STATISTICS " + name);
    made_.clear();
}

std::string ChangedStatistics::show(const Configuration& configuration, const Leaves& leaves) {
    try {
        for (const auto& one : configuration.order) {
            if (auto trouble = order(one, leaves); !trouble.empty()) return trouble;
        }
        for (const auto& one : configuration.statistics) gather(one);
    } catch (const pq::SqlError& error) {
        return pq::failure_of(error);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::failed) throw;
        return error.what();
    }
    return {};
}

std::string ChangedStatistics::order(const WhatIfOrder& order, const Leaves& leaves) {
    std::vector<RelationName> tables = leaves(order.table);
    std::string missing;
    if (tables.empty()) {
        const auto parts = schema_->admin().query("select n.nspname, c.relname from pg_catalog.pg_partition_tree($1::oid) t join pg_catalog.pg_class c on c.oid = t.relid "
                                                  "join pg_catalog.pg_namespace n on n.oid = c.relnamespace where t.isleaf", {std::to_string(schema_->oid(order.table))});
        for (std::size_t row = 0; row < parts.rows(); ++row) tables.push_back({parts.text(row, 0), parts.text(row, 1)});
    }
    if (tables.empty()) tables.push_back(order.table);
    std::size_t done = 0;
    for (const auto& table : tables) {
        ordered_ = true;
        done += schema_->call("order_by", {std::to_string(schema_->oid(table)), order.column, order.descending ? "-1" : "1"}).boolean(0, 0) ? 1 : 0;
    }
    return done > 0 ? "" : fmt::format("nothing is known of the order of {} in {}", model::quote_identifier(order.column), model::qualified(order.table));
}

void ChangedStatistics::gather(const WhatIfStatistics& what) {
    const auto found = schema_->admin().query("select a.attname, a.attnum from pg_catalog.pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped",
                                              {std::to_string(schema_->oid(what.table))});
    std::map<std::string, std::int64_t> numbers;
    for (std::size_t row = 0; row < found.rows(); ++row) numbers[found.text(row, 0)] = found.integer(row, 1);
    const auto number_of = [&](const std::string& column) {
        if (const auto at = numbers.find(column); at != numbers.end()) return at->second;
        throw Error(ErrorKind::failed, fmt::format("{} has no column {}", model::qualified(what.table), model::quote_identifier(column)));
    };
    const auto listed = [&](const std::vector<std::string>& columns) {
        std::set<std::int64_t> sorted;
        for (const auto& column : columns) sorted.insert(number_of(column));
        std::string list;
        for (const auto number : sorted) list += (list.empty() ? "" : ", ") + std::to_string(number);
        return list;
    };
    json::Json distinct = json::Json::object(), dependencies = json::Json::object();
    for (const auto& one : what.distinct) distinct[listed(one.columns)] = one.count;
    for (const auto& one : what.dependencies) dependencies[listed(one.columns) + " => " + std::to_string(number_of(one.dependent))] = one.degree;

    const RelationName name{objects_schema, fmt::format("s{}", made_.size() + 1)};
    std::string columns;
    for (const auto& column : what.columns) columns += (columns.empty() ? "" : ", ") + model::quote_identifier(column);
    schema_->owner().execute(fmt::format("CREATE STATISTICS {} (ndistinct, dependencies) ON {} FROM {}", model::qualified(name), columns, model::qualified(what.table)));
    made_.push_back(model::qualified(name));
    ExtendedStatistics extended{name, what.table, {}, distinct.empty() ? "" : json::compact(distinct), dependencies.empty() ? "" : json::compact(dependencies)};
    for (const auto& warning : load_extended(schema_->admin(), {extended})) throw Error(ErrorKind::failed, warning.message);
    (void)schema_->call("notice", {std::to_string(schema_->oid(what.table))});
}

}  // namespace dwopt::twin
