#include "catalog.hpp"

namespace dwopt::postgres {
namespace {

std::vector<std::string> names_of(const std::vector<int>& attributes, const CatalogReading& reading, Oid table) {
    std::vector<std::string> names;
    const auto facts = reading.facts.find(table);
    if (facts == reading.facts.end()) return names;
    for (const int attribute : attributes) {
        const auto column = facts->second.columns.find(attribute);
        names.push_back(column == facts->second.columns.end() ? "" : column->second);
    }
    return names;
}

}  // namespace

void ask_constraints(pq::Connection& connection, CatalogReading& reading) {
    const auto rows = ask(connection, fmt::format(R"(
select c.conname, c.conrelid, c.contype, c.conkey, c.confrelid, c.confkey, pg_get_constraintdef(c.oid)
from pg_constraint c join pg_namespace n on n.oid = c.connamespace
where c.conrelid <> 0 and c.contype in ('p', 'u', 'f', 'c', 'x') and c.conrelid <> all ($1::oid[]) and {})", user_schema),
                          {oids_in(reading.locked)});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Oid table = oid_at(rows, row, 1);
        const auto facts = reading.facts.find(table);
        if (facts == reading.facts.end()) continue;
        Constraint constraint;
        constraint.name = rows.text(row, 0);
        constraint.table = reading.catalog.tables[facts->second.position].name;
        constraint.kind = rows.text(row, 2).front();
        constraint.columns = names_of(numbers_in(rows.text(row, 3)), reading, table);
        const Oid referenced = oid_at(rows, row, 4);
        if (const auto other = reading.facts.find(referenced); other != reading.facts.end()) {
            constraint.referenced_table = reading.catalog.tables[other->second.position].name;
            constraint.referenced_columns = names_of(numbers_in(rows.text(row, 5)), reading, referenced);
        }
        constraint.definition = rows.text(row, 6);
        reading.catalog.constraints.push_back(std::move(constraint));
    }
}

void ask_extended_statistics(pq::Connection& connection, CatalogReading& reading) {
    const auto rows = ask(connection, fmt::format(R"(
select n.nspname, e.stxname, e.stxrelid, pg_get_statisticsobjdef(e.oid), s.n_distinct, s.dependencies
from pg_statistic_ext e join pg_namespace n on n.oid = e.stxnamespace
left join (select distinct on (x.statistics_schemaname, x.statistics_name) x.statistics_schemaname, x.statistics_name, x.n_distinct::text as n_distinct,
                  x.dependencies::text as dependencies
           from pg_stats_ext x order by 1, 2, to_jsonb(x.*) ->> 'inherited' desc) s on s.statistics_schemaname = n.nspname and s.statistics_name = e.stxname
where e.stxrelid <> all ($1::oid[]) and {})", user_schema), {oids_in(reading.locked)});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto facts = reading.facts.find(oid_at(rows, row, 2));
        if (facts == reading.facts.end()) continue;
        reading.catalog.extended_statistics.push_back({{rows.text(row, 0), rows.text(row, 1)},
                                                       reading.catalog.tables[facts->second.position].name,
                                                       rows.text(row, 3), rows.text(row, 4), rows.text(row, 5)});
    }
}

}  // namespace dwopt::postgres
