// The stored windows of a span of time: how much of it they cover, and how they are merged for a history.
#pragma once

#include "dwopt/ports.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace dwopt::workload {

class Timeline {
  public:
    // Of the windows that end in (from, to]; their order does not matter. They are merged, neighbour with neighbour and
    // all alike, until there are at most `max_points`.
    Timeline(const std::vector<StoredSnapshot>& snapshots, const Window& span, std::size_t max_points);

    [[nodiscard]] double covered_days() const { return covered_days_; }  // overlaps count once
    [[nodiscard]] const std::vector<StoredSnapshot>& snapshots() const { return snapshots_; }  // oldest first
    // When the earliest of them begins: may lie before `from`. `from` if there is none.
    [[nodiscard]] Timestamp start() const { return start_; }

    [[nodiscard]] std::size_t points() const { return points_.size(); }
    [[nodiscard]] const Window& point(std::size_t i) const { return points_[i]; }
    [[nodiscard]] std::size_t point_of(const StoredSnapshot& snapshot) const;  // the last one for an unknown snapshot

  private:
    std::vector<StoredSnapshot> snapshots_;
    std::vector<Window> points_;
    std::unordered_map<std::int64_t, std::size_t> point_of_;
    double covered_days_ = 0;
    Timestamp start_{};
};

}  // namespace dwopt::workload
