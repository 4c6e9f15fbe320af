#include "timeline.hpp"

#include <algorithm>

namespace dwopt::workload {

Timeline::Timeline(const std::vector<StoredSnapshot>& snapshots, const Window& span, std::size_t max_points) : start_(span.from) {
    for (const auto& s : snapshots) {
        if (s.window.to > span.from && s.window.to <= span.to) snapshots_.push_back(s);
    }
    std::sort(snapshots_.begin(), snapshots_.end(), [](const auto& a, const auto& b) {
        return a.window.to != b.window.to ? a.window.to < b.window.to : a.id < b.id;
    });
    const auto each = (snapshots_.size() + max_points - 1) / std::max<std::size_t>(max_points, 1);
    auto reached = Timestamp::min();
    for (std::size_t i = 0; i < snapshots_.size(); ++i) {
        const auto& w = snapshots_[i].window;
        start_ = std::min(start_, w.from);
        covered_days_ += std::max(Window{std::max(reached, w.from), w.to}.days(), 0.0);
        reached = std::max(reached, w.to);
        if (i % each == 0) points_.push_back(w);
        points_.back() = {std::min(points_.back().from, w.from), std::max(points_.back().to, w.to)};
        point_of_[snapshots_[i].id] = points_.size() - 1;
    }
}

std::size_t Timeline::point_of(const StoredSnapshot& snapshot) const {
    const auto found = point_of_.find(snapshot.id);
    return found != point_of_.end() ? found->second : points_.empty() ? 0 : points_.size() - 1;
}

}  // namespace dwopt::workload
