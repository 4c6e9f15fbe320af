#include "catalog.hpp"

#include <algorithm>
#include <map>

namespace dwopt::postgres {
namespace {

// Statistics of wide columns are large, so not too many relations at once.
constexpr std::size_t relations_at_once = 500;

ColumnStatistics statistics_at(const pq::Result& rows, std::size_t row) {
    ColumnStatistics column;
    column.column = rows.text(row, 2);
    column.inherited = rows.boolean(row, 3);
    column.null_frac = rows.number(row, 4);
    column.avg_width = rows.number(row, 5);
    column.n_distinct = rows.number(row, 6);
    if (rows.at(row, 7)) column.correlation = rows.number(row, 7);
    column.most_common_vals = rows.text(row, 8);
    column.most_common_freqs = rows.text(row, 9);
    column.histogram_bounds = rows.text(row, 10);
    column.most_common_elems = rows.text(row, 11);
    column.most_common_elem_freqs = rows.text(row, 12);
    column.elem_count_histogram = rows.text(row, 13);
    return column;
}

constexpr std::string_view with_all_values =
    "s.most_common_vals::text, s.most_common_freqs::text, s.histogram_bounds::text, s.most_common_elems::text, "
    "s.most_common_elem_freqs::text, s.elem_count_histogram::text";
constexpr std::string_view without_values = "null, null, null, null, null, null";

}  // namespace

std::vector<RelationStatistics> ask_column_statistics(pq::Connection& connection, const std::vector<RelationName>& relations,
                                                      bool with_values) {
    std::vector<RelationStatistics> statistics;
    for (std::size_t first = 0; first < relations.size(); first += relations_at_once) {
        // Two plain conditions rather than one on pairs: only these pass the view's security barrier, and so keep the
        // server from reading all statistics each time. What comes in excess (schema a, table of b) is left out here.
        std::vector<std::string> schemas, names;
        std::map<RelationName, RelationStatistics> found;
        for (std::size_t i = first; i < std::min(first + relations_at_once, relations.size()); ++i) {
            if (schemas.empty() || schemas.back() != relations[i].schema) schemas.push_back(relations[i].schema);
            names.push_back(relations[i].name);
            found[relations[i]].relation = relations[i];
        }
        const auto rows = ask(connection, fmt::format(R"(
select s.schemaname, s.tablename, s.attname, s.inherited, s.null_frac, s.avg_width, s.n_distinct, s.correlation, {}
from pg_stats s
where s.tablename = any ($2::name[]) and s.schemaname = any ($1::name[])
order by s.attname, s.inherited)", with_values ? with_all_values : without_values),
                              {array_literal(schemas), array_literal(names)});
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const auto relation = found.find({rows.text(row, 0), rows.text(row, 1)});
            if (relation != found.end()) relation->second.columns.push_back(statistics_at(rows, row));
        }
        for (auto& [name, relation] : found) statistics.push_back(std::move(relation));
    }
    return statistics;
}

}  // namespace dwopt::postgres
