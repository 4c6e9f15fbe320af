// The text of extended statistics, as pg_stats_ext shows n_distinct and dependencies.
#pragma once

#include <string_view>
#include <vector>

namespace dwopt::model {

struct StatisticsItem {
    std::vector<int> attributes;  // in the order of the text: of a dependency, the dependent one last; expressions count down from -1
    double value = 0;
};

// {"1, 2": 40} and {"1, 2 => 3": 0.9}; malformed text yields what could be read.
[[nodiscard]] std::vector<StatisticsItem> statistics_items(std::string_view text);

}  // namespace dwopt::model
