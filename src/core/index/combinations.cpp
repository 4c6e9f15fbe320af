// How many combinations of several columns there are, where extended statistics say so.
#include "view.hpp"

#include "model/extended_statistics.hpp"
#include "model/identifier.hpp"

#include <algorithm>

namespace dwopt::indexing {

// Statistics name columns by their numbers, which the catalog here does not keep: the numbers that appear, in order, are those of the
// columns of the definition in the table's order.
void View::note_combinations() {
    for (const auto& statistics : evidence_->catalog.extended_statistics) {
        const auto* table = this->table(statistics.table);
        const auto on = statistics.definition.find(" ON "), from = statistics.definition.rfind(" FROM ");
        if (!table || statistics.n_distinct.empty() || on == std::string::npos || from == std::string::npos || from < on) continue;
        const std::string list = ", " + statistics.definition.substr(on + 4, from - on - 4) + ",";
        std::vector<std::string> columns;
        for (const auto& column : table->columns) {
            if (list.find(" " + model::quote_identifier(column.name) + ",") != std::string::npos) columns.push_back(column.name);
        }
        const auto counts = model::statistics_items(statistics.n_distinct);
        std::vector<int> numbers;
        for (const auto& count : counts) numbers.insert(numbers.end(), count.attributes.begin(), count.attributes.end());
        std::sort(numbers.begin(), numbers.end());
        numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
        if (numbers.size() != columns.size()) continue;  // expressions among them
        for (const auto& count : counts) {
            std::vector<std::string> some;
            for (const int attribute : count.attributes) some.push_back(columns[static_cast<std::size_t>(std::find(numbers.begin(), numbers.end(), attribute) - numbers.begin())]);
            std::sort(some.begin(), some.end());
            references_[{table->name, some}] = count.value < 0 ? -count.value * rows(*table) : count.value;
        }
    }
}

}  // namespace dwopt::indexing
