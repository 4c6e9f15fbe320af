#include "model/extended_statistics.hpp"

#include <charconv>
#include <utility>

namespace dwopt::model {

// Numbers between whatever else: within quotes attributes, outside the value.
std::vector<StatisticsItem> statistics_items(std::string_view text) {
    std::vector<StatisticsItem> items;
    StatisticsItem next;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '"') quoted = !quoted;
        double number = 0;
        const auto [end, failure] = std::from_chars(text.data() + at, text.data() + text.size(), number);
        if (failure != std::errc{}) {
            ++at;
            continue;
        }
        at = static_cast<std::size_t>(end - text.data());
        if (quoted) {
            next.attributes.push_back(static_cast<int>(number));
        } else {
            next.value = number;
            items.push_back(std::exchange(next, {}));
        }
    }
    return items;
}

}  // namespace dwopt::model
