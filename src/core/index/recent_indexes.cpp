#include "recent_indexes.hpp"

#include <algorithm>
#include <set>

namespace dwopt::indexing {

RecentIndexes::RecentIndexes(const View& view) : view_(&view) {
    const auto& evidence = view.evidence();
    const auto is_recent = [&](const Index& index) {
        const auto seen = evidence.index_appeared.find(index.oid);
        return seen != evidence.index_appeared.end() && seen->second > evidence.workload.window.from;
    };
    // A new partition brings its own part of an index that was there before.
    std::set<RelationName> grown;
    for (const auto& index : evidence.catalog.indexes) {
        if (index.parent && !is_recent(index)) grown.insert(*index.parent);
    }
    for (const auto& index : evidence.catalog.indexes) {
        const auto seen = evidence.index_appeared.find(index.oid);
        const auto* table = view.table(index.table);
        if (is_recent(index) && !(index.parent && grown.contains(*index.parent)) && table && index.valid) {
            all_.push_back({&index, &view.root(*table), seen->second});
        }
    }
}

RecentIndexes::Found RecentIndexes::found(const std::vector<Access>& accesses) const {
    Found found;
    for (const auto& recent : all_) {
        if (std::none_of(accesses.begin(), accesses.end(), [&](const Access& access) { return &view_->root(*access.table) == recent.root; })) continue;
        found.names.push_back(recent.index->name);
        found.last = std::max(found.last, recent.seen);
    }
    return found;
}

std::optional<Millis> RecentIndexes::mean_since(const Pattern& pattern, const std::vector<Access>& accesses) const {
    const auto recent = found(accesses);
    Usage since;
    for (const auto& point : pattern.history) {
        if (!recent.names.empty() && point.window.from >= recent.last) since += point.usage;
    }
    // A single call may have met a cold cache.
    const bool enough = since.calls > 0 && since.total.value > 0 && since.calls >= std::min(10.0, 0.01 * pattern.usage.calls);
    return enough ? std::optional(since.mean()) : std::nullopt;
}

}  // namespace dwopt::indexing
