// Two things that the planner looks up in the index itself and no catalog tells.
//
// Where its range of values ends: at a histogram's edge the planner probes an index for the true least and greatest value
// (get_actual_variable_range in utils/adt/selfuncs.c). They are asked for as LIMIT 1 of an ordered scan. That counts as a use of the
// index, which must not make an unused one look used: a role that may switch counting off does, any other looks only where no index
// leads with the column but those a constraint needs.
//
// How high it is: a scan's start-up cost is ceil(log2(tuples)) comparisons and 50 more for each level with the root's
// (btcostestimate), all times cpu_operator_cost. With that at 1 the level can be read off EXPLAIN. pageinspect would tell it too, but only
// superusers.
#include "catalog.hpp"

#include "model/identifier.hpp"
#include "pq/explain.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace dwopt::postgres {
namespace {

constexpr std::size_t at_once = 20;
constexpr auto time_for_all = std::chrono::seconds(5);  // a first look at a very large warehouse; its largest tables come first
constexpr int failures_borne = 5;
constexpr double most_levels = 20;  // more is no height but a path that the planner was told to avoid

struct Probe {
    const Index* index = nullptr;
    RelationStatistics* statistics = nullptr;
    bool leaves_marks = false;  // a scan would be counted where it matters
};
using Probes = std::vector<Probe>;

bool plain(const Index& index) {
    return index.method == "btree" && index.valid && index.ready && index.live && !index.partitioned && index.predicate.empty() && !index.keys.empty() &&
           std::all_of(index.keys.begin(), index.keys.end(), [](const IndexKey& key) { return !key.column.empty() && key.opclass.empty() && key.collation.empty(); });
}

// Planning runs functions that stand in indexes, whoever wrote them. A superuser's session does it as a role that merely reads.
enum class ProbeAs { self, reader, nobody };
ProbeAs probing_role(pq::Connection& connection) {
    if (!ask(connection, "select current_setting('is_superuser')::bool").boolean(0, 0)) return ProbeAs::self;
    return connection.server_version_num() >= 140000 ? ProbeAs::reader : ProbeAs::nobody;
}

// Those whose keys this role may read, of the largest tables first.
Probes probes_of(pq::Connection& connection, const Catalog& catalog, std::vector<RelationStatistics>& statistics) {
    std::map<RelationName, RelationStatistics*> wanted;
    for (auto& relation : statistics) wanted[relation.relation] = &relation;
    std::map<Oid, Probe> plain_ones;
    std::vector<Oid> oids;
    for (const auto& index : catalog.indexes) {
        const auto found = wanted.find(index.table);
        if (found == wanted.end() || !plain(index)) continue;
        plain_ones[index.oid] = {&index, found->second};
        oids.push_back(index.oid);
    }
    if (oids.empty()) return {};
    const auto rows = ask(connection, R"(
select i.indexrelid from pg_index i join pg_class c on c.oid = i.indrelid
where i.indexrelid = any ($1::oid[]) and not c.relrowsecurity and has_schema_privilege(c.relnamespace, 'USAGE')
  and (select bool_and(has_column_privilege(i.indrelid, k, 'SELECT')) from unnest(i.indkey::int2[]) with ordinality u(k, n) where n <= i.indnkeyatts)
order by c.relpages desc, i.indexrelid)", {array_literal(oids)});
    Probes probes;
    for (std::size_t row = 0; row < rows.rows(); ++row) probes.push_back(plain_ones.at(oid_at(rows, row, 0)));
    std::set<std::pair<RelationName, std::string>> advised;  // columns that lead an index whose use is watched
    for (const auto& index : catalog.indexes) {
        if (!index.keys.empty() && !index.unique && index.constraint.empty()) advised.emplace(index.table, index.keys.front().column);
    }
    for (auto& probe : probes) probe.leaves_marks = advised.contains({probe.index->table, probe.index->keys.front().column});
    return probes;
}

std::string order_of(const Index& index) {
    std::string order;
    for (const auto& key : index.keys) {
        order += fmt::format("{}{}{}{}", order.empty() ? "" : ", ", model::quote_identifier(key.column), key.descending ? " DESC" : "",
                             key.nulls_first == key.descending ? "" : key.nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    return order;
}

// A transaction of its own for each batch, as its locks, though they only make structural changes wait, are held to the end of it.
class Batch {
  public:
    Batch(pq::Connection& connection, bool uncounted, ProbeAs role) : connection_(connection), transaction_(connection) {
        std::vector<std::pair<const char*, const char*>> settings{{"statement_timeout", "1s"}, {"lock_timeout", "100ms"}, {"enable_seqscan", "off"}, {"enable_sort", "off"},
            {"enable_incremental_sort", "off"}, {"enable_indexscan", "on"}, {"enable_indexonlyscan", "on"}, {"max_parallel_workers_per_gather", "0"}, {"cpu_operator_cost", "1"}};
        if (uncounted) settings.emplace_back("track_counts", "off");
        if (role == ProbeAs::reader) settings.emplace_back("role", "pg_read_all_data");
        std::string sql;
        for (const auto& [name, value] : settings) sql += fmt::format("{}set_config('{}', '{}', true)", sql.empty() ? "select " : ", ", name, value);
        ask(connection, sql);
    }

    void read_heights(const Probes& probes) {
        std::string sql;
        for (const auto& [index, statistics, marks] : probes) {
            sql += fmt::format("{}(SELECT 1 FROM ONLY {} ORDER BY {})", sql.empty() ? "" : " UNION ALL ", model::qualified(index->table), order_of(*index));
        }
        const auto plan = pq::read_plan(ask(connection_, "EXPLAIN (FORMAT JSON) " + sql).text(0, 0));
        std::size_t n = 0;
        for (const auto& node : plan.nodes) {
            if (node.relation.empty() || n == probes.size()) continue;
            const auto& [index, statistics, marks] = probes[n++];
            const double levels = node.startup.value / 50;
            if (node.index == index->name.name && levels >= 1 && levels < most_levels) statistics->heights.push_back({index->name, static_cast<int>(levels) - 1});
        }
    }

    void read_bounds(const Probes& probes) {
        std::string sql;
        for (std::size_t n = 0; n < probes.size(); ++n) {
            const auto& key = probes[n].index->keys.front();
            const auto column = model::quote_identifier(key.column), table = model::qualified(probes[n].index->table);
            const auto end = [&](bool greatest) {  // in the index's own order, forwards or backwards, as else all rows would be sorted
                const bool nulls_first = key.nulls_first == (key.descending == greatest);
                return fmt::format("(SELECT format('%s', {0}) FROM ONLY {1} WHERE {0} IS NOT NULL ORDER BY {0}{2} NULLS {3} LIMIT 1)", column, table, greatest ? " DESC" : "",
                                   nulls_first ? "FIRST" : "LAST");
            };
            sql += fmt::format("{}SELECT {}, {}, {}", sql.empty() ? "" : " UNION ALL ", n, end(false), end(true));
        }
        const auto rows = ask(connection_, sql);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const auto& [index, statistics, marks] = probes[static_cast<std::size_t>(rows.integer(row, 0))];
            if (rows.at(row, 1)) statistics->bounds.push_back({index->table, index->keys.front().column, rows.text(row, 1), rows.text(row, 2)});
        }
    }

  private:
    pq::Connection& connection_;
    Transaction transaction_;
};

}  // namespace

bool may_stop_counting(pq::Connection& connection) {
    const auto* granted = connection.server_version_num() >= 150000 ? "has_parameter_privilege('track_counts', 'SET')" : "current_setting('is_superuser')::bool";
    return ask(connection, fmt::format("select {}", granted)).boolean(0, 0);
}

void ask_index_ends(pq::Connection& connection, const Catalog& catalog, bool with_values, std::vector<RelationStatistics>& statistics) {
    if (connection.pooled()) return;  // settings for a transaction of several statements need a session
    const auto begun = std::chrono::steady_clock::now();
    const auto probes = probes_of(connection, catalog, statistics);
    if (probes.empty()) return;
    const auto role = probing_role(connection);
    if (role == ProbeAs::nobody) return;
    const bool uncounted = may_stop_counting(connection);
    std::set<std::pair<RelationName, std::string>> seen;
    int failures = 0;
    for (std::size_t first = 0; first < probes.size(); first += at_once) {
        const Probes some(probes.begin() + static_cast<std::ptrdiff_t>(first), probes.begin() + static_cast<std::ptrdiff_t>(std::min(first + at_once, probes.size())));
        if (failures == failures_borne || std::chrono::steady_clock::now() - begun > time_for_all) return;
        Probes leading;  // several indexes may lead with the same column
        std::copy_if(some.begin(), some.end(), std::back_inserter(leading), [&](const Probe& probe) {
            return (uncounted || !probe.leaves_marks) && seen.emplace(probe.index->table, probe.index->keys.front().column).second;
        });
        try {
            Batch batch(connection, uncounted, role);
            batch.read_heights(some);
            if (with_values && !leading.empty()) batch.read_bounds(leading);
        } catch (const pq::SqlError&) {  // a lock, a timeout, a relation that went away: the twin does without
            ++failures;
        }
    }
}

}  // namespace dwopt::postgres
