#include "wide_ranges.hpp"

#include "statistics.hpp"

#include "model/identifier.hpp"
#include "sql/placeholders.hpp"

#include <map>
#include <utility>
#include <vector>

namespace dwopt::indexing {
namespace {

struct Ends {  // placeholders
    std::vector<int> from, to;
};

}  // namespace

std::optional<std::string> with_wide_ranges(const View& view, std::string_view normalised, const Features& features,
                                            const sql::TableLookup& lookup) {
    std::map<std::pair<std::size_t, std::string>, Ends> ranges;
    for (const auto& compared : sql::compared_columns(normalised, lookup)) {
        auto& ends = ranges[{compared.table, compared.column}];
        if (compared.op.front() == '>') ends.from.push_back(compared.number);
        if (compared.op.front() == '<') ends.to.push_back(compared.number);
    }
    std::map<int, std::string> literals;
    for (const auto& [column, ends] : ranges) {
        const auto* table = column.first < features.tables.size() ? view.resolve(features.tables[column.first].relation) : nullptr;
        const auto* statistics = table && ends.from.size() == 1 && ends.to.size() == 1 ? view.statistics(table->name, column.second) : nullptr;
        const auto bounds = statistics ? array_elements(statistics->histogram_bounds) : std::vector<std::string>{};
        if (bounds.size() < 4) continue;
        literals[ends.from.front()] = model::quote_literal(bounds[bounds.size() / 3]);
        literals[ends.to.front()] = model::quote_literal(bounds[bounds.size() * 2 / 3]);
    }
    return literals.empty() ? std::nullopt : sql::with_literals(normalised, literals);
}

}  // namespace dwopt::indexing
