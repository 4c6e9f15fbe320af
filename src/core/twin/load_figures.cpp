#include "load.hpp"

#include "json/json.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace dwopt::twin {

using json::Json;

int load_figures(pq::Connection& admin, const std::vector<RelationFigures>& figures) {
    Json rows = Json::array();
    for (const auto& f : figures) {
        rows.push_back({{"s", f.name.schema}, {"n", f.name.name}, {"pages", f.pages}, {"tuples", f.tuples}, {"visible", f.all_visible}});
    }
    return static_cast<int>(admin.query(R"sql(
update pg_catalog.pg_class c set relpages = g.pages, reltuples = g.tuples, relallvisible = g.visible
from pg_catalog.json_to_recordset($1) as g(s text, n text, pages int4, tuples float4, visible int4)
join pg_catalog.pg_namespace n on n.nspname = g.s
where c.relnamespace = n.oid and c.relname = g.n returning 1)sql", {json::compact(rows)}).rows());
}

std::vector<Warning> load_settings(pq::Connection& admin, const std::vector<Setting>& settings) {
    std::vector<Warning> warnings;
    Json rows = Json::array();
    for (const auto& setting : settings) rows.push_back({{"n", setting.name}, {"v", setting.value}});
    const auto known = admin.query(R"sql(
select g.n, g.v from pg_catalog.json_to_recordset($1) as g(n text, v text)
join pg_catalog.pg_settings s on s.name = g.n and s.context in ('user', 'superuser')
where )sql" + std::string(planner_settings), {json::compact(rows)});
    for (std::size_t row = 0; row < known.rows(); ++row) {
        try {
            admin.execute(fmt::format("ALTER DATABASE postgres SET {} = {}", known.text(row, 0), admin.literal(known.text(row, 1))));
        } catch (const pq::SqlError& error) {
            warnings.push_back({"twin_setting", fmt::format("setting '{}' is not the warehouse's on the planner twin: {}", known.text(row, 0),
                                                            pq::failure_of(error)), ""});
        }
    }
    return warnings;
}

}  // namespace dwopt::twin
