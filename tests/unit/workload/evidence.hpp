// Evidence for the rules' tests, a few lines a table.
#pragma once

#include "dwopt/stages.hpp"

#include <algorithm>

namespace dwopt::test {

inline constexpr Timestamp noon{std::chrono::seconds(1'700'000'000)};
inline constexpr std::int64_t mib = 1 << 20;

struct Warehouse {
    Evidence evidence;

    Warehouse() {
        evidence.now = noon;
        evidence.server.target.server_version_num = 150000;
        evidence.server.target.database = "dw";
        evidence.activity.window = evidence.workload.window = {noon - std::chrono::hours(24), noon};
        evidence.activity.covered_days = evidence.workload.covered_days = 1;
        evidence.lifetime.counters_since = noon - std::chrono::hours(24 * 60);
    }

    Table& table(const std::string& name, std::int64_t megabytes, double rows) {
        auto& t = evidence.catalog.tables.emplace_back();
        t.oid = static_cast<Oid>(evidence.catalog.tables.size());
        t.name = {"silver", name};
        auto& values = evidence.lifetime.tables[t.oid];
        values.assign(table::columns.size(), 0);
        values[table::bytes] = static_cast<double>(megabytes * mib);
        values[table::tuples] = values[table::n_live_tup] = rows;
        return t;
    }
    double& latest(const Table& t, table::Column c) { return evidence.lifetime.tables[t.oid][c]; }
    double& grown(const Table& t, table::Column c) {
        auto& values = evidence.activity.tables[t.oid];
        values.resize(table::columns.size());
        return values[c];
    }
    Index& index(const std::string& name, const RelationName& table, std::vector<std::string> keys, std::int64_t megabytes = 5) {
        auto& i = evidence.catalog.indexes.emplace_back();
        i.oid = static_cast<Oid>(1000 + evidence.catalog.indexes.size());
        i.name = {"silver", name};
        i.table = table;
        for (auto& key : keys) i.keys.push_back({key, "", "", "", false, false});
        i.size.bytes = {megabytes * mib};
        evidence.lifetime.indexes[i.oid].assign(index::columns.size(), 0);
        return i;
    }
    // A SELECT with one condition a column.
    Pattern& select(const std::string& id, const RelationName& from, std::vector<std::string> equal, double calls, double rows_each) {
        auto& p = evidence.workload.patterns.emplace_back();
        p.id = id;
        p.parsed = true;
        p.features.kind = StatementKind::select;
        p.features.tables = {{from, "", TableRole::read, {}, {}, 0}};
        for (auto& column : equal) p.features.predicates.push_back({0, column, "", PredicateKind::equal, "=", false});
        p.usage.calls = calls;
        p.usage.rows = calls * rows_each;
        p.usage.total = {calls};
        return p;
    }
    [[nodiscard]] std::vector<Finding> findings(const std::string& rule, const Thresholds& thresholds = {}) const {
        auto all = analyze(evidence, thresholds).bottlenecks;
        std::erase_if(all, [&](const Finding& f) { return f.rule != rule; });
        return all;
    }
};

}  // namespace dwopt::test
