#include "workload/index_history.hpp"

#include "dwopt/counters.hpp"

#include <charconv>
#include <set>

namespace dwopt::workload {

IndexHistory index_history(Store& store) {
    IndexHistory history;
    const auto snapshots = store.snapshots();
    if (snapshots.empty()) return history;
    auto first = snapshots.front().window.to, last = first;
    for (const auto& s : snapshots) {
        first = std::min(first, s.window.to);
        last = std::max(last, s.window.to);
    }
    // A row is stored when anything about an index changed, and a new index is a change.
    std::set<Oid> from_the_start;
    store.each_delta(Family::index, Timestamp::min(), last, [&](const StoredSnapshot& s, const CounterRow& row) {
        Oid oid = 0;
        const auto [end, failure] = std::from_chars(row.key.data(), row.key.data() + row.key.size(), oid);
        if (failure != std::errc{} || end != row.key.data() + row.key.size()) return;
        if (s.window.to <= first) from_the_start.insert(oid);
        else if (!from_the_start.contains(oid)) history.appeared.try_emplace(oid, s.window.to);
        if (row.values.size() > index::scans && row.values[index::scans] > 0) {
            auto& scanned = history.scanned[oid];
            scanned = std::max(scanned, s.window.to);
        }
    });
    return history;
}

}  // namespace dwopt::workload
