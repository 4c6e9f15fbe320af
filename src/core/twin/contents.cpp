#include "contents.hpp"

#include "json/json.hpp"
#include "json/storage.hpp"
#include "model/hash.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace dwopt::twin {
namespace {

using json::Json;

// A schema from outside may bring one of that name.
bool is_ours(pq::Connection& admin) {
    return admin.query("select from pg_catalog.pg_namespace where nspname = 'dwopt_twin' and nspowner = current_user::regrole").rows() > 0;
}

std::map<RelationName, std::string> fingerprints(const TwinImage& image) {
    std::map<RelationName, std::string> texts;
    for (const auto& statistics : image.statistics) texts[statistics.relation] += fmt::format("{}/", json::fingerprint(statistics));
    for (const auto& b : image.bounds) {
        if (const auto found = texts.find(b.table); found != texts.end()) found->second += fmt::format("{}/{}/{}/", b.column, b.min, b.max);
    }
    for (auto& [relation, text] : texts) text = model::hex(model::fnv1a(text));
    return texts;
}

}  // namespace

void remember_statistics(pq::Connection& admin, const TwinImage& image) {
    Json rows = Json::array();
    for (const auto& [relation, fingerprint] : fingerprints(image)) rows.push_back({{"s", relation.schema}, {"n", relation.name}, {"f", fingerprint}});
    if (!is_ours(admin)) admin.execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS dwopt_twin CASCADE; RESET client_min_messages; CREATE SCHEMA dwopt_twin");
    admin.execute("DROP TABLE IF EXISTS dwopt_twin.statistics; CREATE TABLE dwopt_twin.statistics (schema text, name text, fingerprint text); "
                  "ALTER TABLE dwopt_twin.statistics ENABLE ROW LEVEL SECURITY");
    admin.query("insert into dwopt_twin.statistics select s, n, f from pg_catalog.json_to_recordset($1) as g(s text, n text, f text)", {json::compact(rows)});
}

std::vector<RelationStatistics> take_changed_statistics(pq::Connection& admin, const TwinImage& image) {
    const auto wanted = fingerprints(image);
    std::set<RelationName> same;
    Json kept = Json::array();
    if (!is_ours(admin)) throw Error(ErrorKind::failed, "the planner twin does not know what it holds");  // it is made anew
    const auto there = admin.query("select schema, name, fingerprint from dwopt_twin.statistics");
    for (std::size_t row = 0; row < there.rows(); ++row) {
        const RelationName relation{there.text(row, 0), there.text(row, 1)};
        const auto found = wanted.find(relation);
        if (found != wanted.end() && found->second == there.text(row, 2)) {
            same.insert(relation);
            kept.push_back({{"s", relation.schema}, {"n", relation.name}});
        }
    }
    admin.query("delete from pg_catalog.pg_statistic where starelid >= 16384 and starelid not in (select c.oid from pg_catalog.json_to_recordset($1) as g(s text, n text) "
                "join pg_catalog.pg_namespace n on n.nspname = g.s join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = g.n)", {json::compact(kept)});
    std::vector<RelationStatistics> changed;
    for (const auto& statistics : image.statistics) {
        if (!same.contains(statistics.relation)) changed.push_back(statistics);
    }
    return changed;
}

}  // namespace dwopt::twin
