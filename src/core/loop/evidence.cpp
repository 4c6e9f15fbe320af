#include "evidence.hpp"

#include "workload/index_history.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace dwopt::loop {
namespace {

Oid oid_of(const std::string& key) {
    Oid oid = 0;
    std::from_chars(key.data(), key.data() + key.size(), oid);
    return oid;
}

// Counters of several windows add up; a gauge is what the last one said.
void add(std::vector<double>& sum, const CounterRow& row, Family family) {
    const auto described = columns(family);
    sum.resize(std::max(sum.size(), row.values.size()));
    for (std::size_t i = 0; i < row.values.size() && i < described.size(); ++i) {
        sum[i] = described[i].measure == Measure::counter ? sum[i] + row.values[i] : row.values[i];
    }
}

std::vector<double>& slot(Activity& activity, Family family, const std::string& key) {
    switch (family) {
        case Family::table: return activity.tables[oid_of(key)];
        case Family::index: return activity.indexes[oid_of(key)];
        case Family::wait: return activity.waits[key];
        case Family::replication: return activity.replication[key];
        case Family::standby: return activity.standbys[key];
        default: return activity.database;
    }
}

constexpr std::array relation_families{Family::table, Family::index, Family::database, Family::wait, Family::replication,
                                          Family::standby};

Activity activity_in(Store& store, const Window& window, double covered_days) {
    Activity activity;
    activity.window = window;
    activity.covered_days = covered_days;
    for (const Family family : relation_families) {
        store.each_delta(family, window.from, window.to, [&](const StoredSnapshot&, const CounterRow& row) {
            add(slot(activity, family, row.key), row, family);
        });
    }
    return activity;
}

// The server's own totals. Counters without a known reset may have begun with the server: a crash loses them silently.
Activity lifetime_of(const std::vector<CounterReading>& readings, const ServerState& server) {
    Activity activity;
    activity.counters_since = server.started_at;
    for (const auto& reading : readings) {
        if (std::find(relation_families.begin(), relation_families.end(), reading.family) == relation_families.end()) continue;
        if (reading.family == Family::table && reading.reset_at) activity.counters_since = *reading.reset_at;
        for (const auto& row : reading.rows) slot(activity, reading.family, row.key) = row.values;
    }
    return activity;
}

}  // namespace

Evidence read_evidence(Store& store, Duration since, Timestamp now, Duration remember) {
    const auto snapshots = store.snapshots();
    const auto server = store.last_server();
    if (snapshots.empty() || !server) {
        throw Error(ErrorKind::failed, "this workspace holds no snapshot yet", "Take one with 'dwopt collect'.");
    }
    Evidence evidence;
    evidence.server = *server;
    evidence.now = now;
    evidence.catalog = store.catalog();
    const Timestamp to = snapshots.back().window.to;
    const Window window{to - since, to};
    evidence.workload = build_workload(store, evidence.catalog, window);
    if (remember > since) evidence.earlier = build_workload(store, evidence.catalog, {to - remember, to}).patterns;
    std::set<std::string> recent;
    for (const auto& pattern : evidence.workload.patterns) recent.insert(pattern.id);
    std::erase_if(evidence.earlier, [&](const Pattern& pattern) { return recent.contains(pattern.id); });
    evidence.lifetime = lifetime_of(store.last_readings(), *server);
    evidence.activity = activity_in(store, window, evidence.workload.covered_days);
    evidence.activity.counters_since = evidence.lifetime.counters_since;
    auto history = workload::index_history(store);
    evidence.index_appeared = std::move(history.appeared);
    evidence.index_scanned = std::move(history.scanned);
    return evidence;
}

}  // namespace dwopt::loop
