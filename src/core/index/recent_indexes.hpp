// Indexes that appeared while the workload was recorded: times from before are not today's.
#pragma once

#include "access.hpp"

#include <optional>
#include <vector>

namespace dwopt::indexing {

class RecentIndexes {
  public:
    explicit RecentIndexes(const View& view);
    // Those on the tables that are read, or on partitions of them.
    [[nodiscard]] std::vector<RelationName> on(const std::vector<Access>& accesses) const { return found(accesses).names; }
    // Mean time of a call since the last of them was there. Nothing if there are none, or no window that began after has a call.
    [[nodiscard]] std::optional<Millis> mean_since(const Pattern& pattern, const std::vector<Access>& accesses) const;

  private:
    struct Recent {
        const Index* index = nullptr;
        const Table* root = nullptr;
        Timestamp seen;
    };
    struct Found {
        std::vector<RelationName> names;
        Timestamp last = Timestamp::min();
    };
    [[nodiscard]] Found found(const std::vector<Access>& accesses) const;

    const View* view_;
    std::vector<Recent> all_;
};

}  // namespace dwopt::indexing
