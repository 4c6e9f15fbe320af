#include "recent_indexes.hpp"

#include <algorithm>

namespace dwopt::indexing {

RecentIndexes::RecentIndexes(const View& view) : view_(&view) {
    const auto& evidence = view.evidence();
    for (const auto& index : evidence.catalog.indexes) {
        const auto seen = evidence.index_appeared.find(index.oid);
        const auto* table = view.table(index.table);
        if (seen != evidence.index_appeared.end() && seen->second > evidence.workload.window.from && table && index.valid) {
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
    return since.calls > 0 ? std::optional(since.mean()) : std::nullopt;
}

}  // namespace dwopt::indexing
