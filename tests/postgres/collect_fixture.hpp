// Snapshots of a database of the test's cluster, and what is in them.
#pragma once

#include "database.hpp"
#include "dwopt/open.hpp"
#include "postgres/warehouse.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace dwopt::test {

using SteadyClock = std::chrono::steady_clock;

struct CollectFixture {
    Database database;
    Silent silent;
    KnownState known;

    CollectFixture() { sql("CREATE SCHEMA extensions; CREATE EXTENSION pg_stat_statements SCHEMA extensions"); }
    void sql(const std::string& text) { database.session().execute(text); }

    // What the workspace would remember is remembered in `known`.
    Snapshot collect(const std::string& user = "", bool with_values = true) {
        const auto warehouse = postgres::open_warehouse(database.options(user));
        Snapshot snapshot = warehouse->snapshot(known, with_values, silent);
        known.has_snapshot = true;
        known.statistics_versions = snapshot.statistics_versions;
        for (const auto& text : snapshot.new_texts) known.statements.push_back(text.key);
        std::sort(known.statements.begin(), known.statements.end());
        return snapshot;
    }
};

// A role of the cluster, gone with the case.
struct Role {
    explicit Role(CollectFixture& owner) : fixture(owner), name(fmt::format("dwopt \"case\" {}", getpid())) {
        fixture.sql("CREATE ROLE " + quoted() + " LOGIN");
    }
    ~Role() {
        try {
            fixture.sql(fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", quoted()));
        } catch (const std::exception&) {  // it may own nothing that can be dropped any more
        }
    }
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;
    [[nodiscard]] std::string quoted() const { return fmt::format("\"dwopt \"\"case\"\" {}\"", getpid()); }
    [[nodiscard]] std::string conninfo() const { return "'" + name + "'"; }
    CollectFixture& fixture;
    std::string name;
};

template <class List>
auto* named(List& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.name.name == name; });
    return found == list.end() ? nullptr : &*found;
}

inline const CounterReading* reading(const Snapshot& snapshot, Family family) {
    const auto found = std::find_if(snapshot.readings.begin(), snapshot.readings.end(), [&](const auto& r) { return r.family == family; });
    return found == snapshot.readings.end() ? nullptr : &*found;
}

inline const CounterRow* row(const Snapshot& snapshot, Family family, Oid oid) {
    const CounterReading* found = reading(snapshot, family);
    if (found == nullptr) return nullptr;
    const auto at = std::find_if(found->rows.begin(), found->rows.end(), [&](const auto& r) { return r.key == std::to_string(oid); });
    return at == found->rows.end() ? nullptr : &*at;
}

inline bool warned(const Snapshot& snapshot, const std::string& code) {
    return std::any_of(snapshot.warnings.begin(), snapshot.warnings.end(), [&](const auto& warning) { return warning.code == code; });
}

inline std::vector<std::string> texts_with(const Snapshot& snapshot, const std::string& part) {
    std::vector<std::string> found;
    for (const auto& text : snapshot.new_texts) {
        if (text.text.find(part) != std::string::npos) found.push_back(text.text);
    }
    return found;
}

inline const RelationStatistics* statistics_of(const Snapshot& snapshot, const std::string& name) {
    const auto& all = snapshot.catalog.statistics;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.relation.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace dwopt::test
