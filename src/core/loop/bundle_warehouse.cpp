#include "loop/bundle_warehouse.hpp"

#include "dwopt/stages.hpp"
#include "json/storage.hpp"
#include "model/hash.hpp"
#include "model/image.hpp"

#include <algorithm>

namespace dwopt::loop {
namespace {

using namespace std::chrono_literals;

// Queries have no queryid: their text makes one, negative so as not to meet a server's.
std::int64_t id_of(const Example& query) { return -static_cast<std::int64_t>(model::fnv1a(query.name + "\n" + query.sql) >> 1) - 1; }

class BundleWarehouse : public Warehouse {
  public:
    BundleWarehouse(Bundle bundle, std::unique_ptr<Warehouse> twin, Timestamp now) : bundle_(std::move(bundle)), twin_(std::move(twin)) {
        captured_ = bundle_.captured_at.value_or(now);
    }

    ServerState server() override {
        ServerState state;
        state.target = {bundle_.image.server_version_num, "bundle", bundle_.database, bundle_host, 0};
        state.now = captured_;
        state.started_at = captured_ - 24h;
        return state;
    }

    Snapshot snapshot(const KnownState& known, bool with_values, Progress& progress) override {
        KnownState nothing;
        Snapshot seen = twin_->snapshot(nothing, false, progress);
        Snapshot snapshot;
        snapshot.server = server();
        snapshot.catalog = std::move(seen.catalog);
        snapshot.catalog.settings = bundle_.image.settings;
        snapshot.catalog.definitions.push_back({"dump", {"", "schema.sql"}, bundle_.image.schema});
        snapshot.catalog.statistics = statistics(with_values);
        add_bounds_and_heights(snapshot.catalog, with_values);
        for (const auto& relation : snapshot.catalog.statistics) {
            snapshot.statistics_versions[relation.relation] = model::hex(json::fingerprint(relation));
        }
        add_extended(snapshot.catalog);
        for (auto& reading : seen.readings) {
            if (reading.family == Family::table || reading.family == Family::index) snapshot.readings.push_back(sizes_only(std::move(reading)));
        }
        add_statements(known, snapshot);
        snapshot.warnings = bundle_.warnings;
        return snapshot;
    }

    std::vector<IndexFill> index_fills(const std::vector<RelationName>&) override { return {}; }  // there are no rows
    std::vector<Capability> capabilities() override { return {}; }
    [[nodiscard]] ServerCost cost() const override { return {}; }

  private:
    [[nodiscard]] std::vector<RelationStatistics> statistics(bool with_values) const {
        auto all = bundle_.image.statistics;
        if (with_values) return all;
        for (auto& relation : all) {
            for (auto& column : relation.columns) {
                for (auto* text : {&column.most_common_vals, &column.most_common_freqs, &column.histogram_bounds, &column.most_common_elems,
                                   &column.most_common_elem_freqs, &column.elem_count_histogram}) {
                    text->clear();
                }
            }
        }
        return all;
    }

    // Beside a table's statistics, as a live warehouse's snapshot has them.
    void add_bounds_and_heights(Catalog& catalog, bool with_values) const {
        std::map<RelationName, RelationStatistics> all;
        for (auto& relation : catalog.statistics) all[relation.relation] = std::move(relation);
        std::map<RelationName, std::optional<int>> heights;
        for (const auto& relation : bundle_.image.relations) heights[relation.name] = relation.height;
        for (const auto& index : catalog.indexes) {
            if (const auto found = heights.find(index.name); found != heights.end() && found->second) all[index.table].heights.push_back({index.name, *found->second});
        }
        if (with_values) {
            for (const auto& bounds : bundle_.image.bounds) all[bounds.table].bounds.push_back(bounds);
        }
        catalog.statistics.clear();
        for (auto& [name, relation] : all) {
            relation.relation = name;
            catalog.statistics.push_back(std::move(relation));
        }
        model::put_heights(catalog);
    }

    void add_extended(Catalog& catalog) const {
        std::map<RelationName, const ExtendedStatistics*> told;
        for (const auto& statistics : bundle_.image.extended) told[statistics.name] = &statistics;
        for (auto& statistics : catalog.extended_statistics) {
            const auto found = told.find(statistics.name);
            statistics.n_distinct = found == told.end() ? "" : found->second->n_distinct;
            statistics.dependencies = found == told.end() ? "" : found->second->dependencies;
        }
    }

    // Nobody works on a twin: what its counters say is its own building.
    static CounterReading sizes_only(CounterReading reading) {
        const auto described = columns(reading.family);
        reading.reset_at.reset();
        reading.epoch.clear();
        for (auto& row : reading.rows) {
            for (std::size_t i = 0; i < row.values.size() && i < described.size(); ++i) {
                if (described[i].measure == Measure::counter || described[i].name.ends_with("_s") || described[i].name.starts_with("n_")) row.values[i] = 0;
            }
        }
        return reading;
    }

    void add_statements(const KnownState& known, Snapshot& snapshot) const {
        CounterReading reading;
        reading.family = Family::statement;
        const auto add = [&](std::int64_t queryid, const std::string& text, double calls, double ms, double rows) {
            const StatementKey key{queryid, 0, 0, true};
            CounterRow row{to_string(key), std::vector<double>(statement::columns.size())};
            row.values[statement::calls] = calls;
            row.values[statement::exec_ms] = ms;
            row.values[statement::rows] = rows;
            if (calls > 0) row.values[statement::exec_mean_ms] = ms / calls;
            reading.rows.push_back(std::move(row));
            if (!std::binary_search(known.statements.begin(), known.statements.end(), key)) snapshot.new_texts.push_back({key, "", text});
        };
        for (const auto& s : bundle_.statements) add(s.queryid, s.query, s.calls, s.total_ms, s.rows);
        for (const auto& q : bundle_.queries) add(id_of(q), q.sql, q.weight, 0, 0);
        std::sort(reading.rows.begin(), reading.rows.end(), [](const CounterRow& a, const CounterRow& b) { return a.key < b.key; });
        snapshot.readings.push_back(std::move(reading));
    }

    Bundle bundle_;
    std::unique_ptr<Warehouse> twin_;
    Timestamp captured_;
};

std::vector<Example> examples_of(const Bundle& bundle) {
    auto examples = bundle.queries;
    for (auto& example : examples) example.pattern = classify({{id_of(example), 0, 0, true}, "", example.sql}).statement.pattern;
    return examples;
}

}  // namespace

CollectSummary import(Bundle bundle, std::unique_ptr<Warehouse> twin, const Run& run, const CollectOptions& options) {
    const auto examples = examples_of(bundle);
    BundleWarehouse warehouse(std::move(bundle), std::move(twin), run.clock.now());
    auto summary = collect(warehouse, run, options);
    run.store.save_examples(examples);
    return summary;
}

std::vector<BundleStatement> bundle_statements(Store& store) {
    const auto texts = store.pattern_texts();
    std::map<std::string, const CounterRow*> totals;
    const auto readings = store.last_readings();
    for (const auto& reading : readings) {
        if (reading.family != Family::statement) continue;
        for (const auto& row : reading.rows) totals[row.key] = &row;
    }
    std::vector<BundleStatement> statements;
    for (const auto& known : store.statements()) {
        const auto row = totals.find(to_string(known.key));
        const auto text = texts.find(known.pattern);
        if (row == totals.end() || text == texts.end() || known.hidden) continue;
        const auto& values = row->second->values;
        statements.push_back({known.key.queryid, text->second, values[statement::calls], values[statement::exec_ms], values[statement::rows]});
    }
    return statements;
}

}  // namespace dwopt::loop
