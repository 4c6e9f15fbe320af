#include "dwopt/loop.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dwopt::loop {
namespace {

// What pgstattuple says of indexes that look bloated goes with the statistics they look it by, so that each is read once for every ANALYZE.
// A line that is lost meanwhile does not cost the snapshot.
void measure_bloat(Warehouse& warehouse, Snapshot& snapshot, const Thresholds& thresholds) {
    Evidence evidence;
    evidence.server = snapshot.server;
    evidence.catalog = snapshot.catalog;
    const auto suspects = snapshot.catalog.statistics.empty() ? std::vector<RelationName>{} : look_bloated(evidence, thresholds);
    if (suspects.empty()) return;
    std::map<RelationName, RelationName> table_of;
    for (const auto& index : snapshot.catalog.indexes) table_of[index.name] = index.table;
    const ServerCost before = warehouse.cost();
    std::vector<IndexFill> fills;
    try {
        fills = warehouse.index_fills(suspects);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::connection) throw;
    }
    const ServerCost after = warehouse.cost();
    snapshot.cost.statements += after.statements - before.statements;
    snapshot.cost.time += Millis{after.time.value - before.time.value};
    for (auto& fill : fills) {
        const auto of_table = std::find_if(snapshot.catalog.statistics.begin(), snapshot.catalog.statistics.end(),
                                           [&](const RelationStatistics& statistics) { return statistics.relation == table_of[fill.index]; });
        if (of_table != snapshot.catalog.statistics.end()) of_table->fills.push_back(std::move(fill));
    }
}

// A workspace belongs to one warehouse. A physical clone has the same system identifier: the host decides there.
void check_target(Store& store, const Target& now) {
    const auto bound = store.target();
    if (!bound) {
        store.bind_target(now);
        return;
    }
    if (bound->system_identifier == now.system_identifier && bound->database == now.database && bound->host == now.host &&
        bound->port == now.port) {
        return;
    }
    throw Error(ErrorKind::workspace,
                fmt::format("this workspace belongs to database '{}' on {}:{}, not to '{}' on {}:{}", bound->database, bound->host,
                            bound->port, now.database, now.host, now.port),
                fmt::format("Give the other warehouse a workspace of its own: 'dwopt -C ~/.local/state/dwopt/{} collect'.",
                            now.database));
}

struct Texts {
    std::vector<Statement> statements;
    std::map<std::string, std::string> patterns;
};

Texts classify_all(const std::vector<StatementText>& raw, const Cancellation& cancel) {
    Texts texts;
    for (const auto& text : raw) {
        if (cancel.requested()) throw Error(ErrorKind::interrupted, "interrupted; nothing was stored");
        auto classified = classify(text);
        texts.patterns.try_emplace(classified.statement.pattern, std::move(classified.text));
        texts.statements.push_back(std::move(classified.statement));
    }
    return texts;
}

CollectSummary summarize(const Snapshot& snapshot, const Difference& change, const Texts& texts) {
    CollectSummary summary;
    summary.target = snapshot.server.target;
    summary.window = change.window;
    for (const auto& reading : snapshot.readings) {
        CollectSummary::Moved moved{reading.family, 0};
        for (const auto& delta : change.deltas) {
            if (delta.family == reading.family) moved.rows = static_cast<std::int64_t>(delta.rows.size());
        }
        summary.moved.push_back(moved);
    }
    summary.new_statements = static_cast<std::int64_t>(texts.statements.size());
    summary.tables = static_cast<std::int64_t>(snapshot.catalog.tables.size());
    summary.indexes = static_cast<std::int64_t>(snapshot.catalog.indexes.size());
    summary.discontinuities = change.discontinuities;
    summary.cost = snapshot.cost;
    summary.warnings = snapshot.warnings;
    return summary;
}

}  // namespace

CollectSummary collect(Warehouse& warehouse, const Run& run, const CollectOptions& options) {
    const Timestamp start = run.clock.now();
    check_target(run.store, warehouse.server().target);
    const KnownState known = run.store.known_state();
    Snapshot snapshot = warehouse.snapshot(known, options.with_values, run.progress);
    measure_bloat(warehouse, snapshot, options.thresholds);
    const Difference change = difference(run.store.last_readings(), run.store.last_server(), snapshot.readings, snapshot.server);
    const auto patterns_before = run.store.pattern_texts().size();
    const Texts texts = classify_all(snapshot.new_texts, run.cancel);
    if (run.cancel.requested()) throw Error(ErrorKind::interrupted, "interrupted; nothing was stored");

    run.progress.update("storing", -1);
    const StoredSnapshot stored =
        run.store.save(snapshot, change.window, change.deltas, change.discontinuities, texts.statements, texts.patterns);
    run.store.retain(options.retention, snapshot.server.now);

    CollectSummary summary = summarize(snapshot, change, texts);
    summary.snapshot = stored.id;
    summary.first = !known.has_snapshot;
    summary.patterns = static_cast<std::int64_t>(run.store.pattern_texts().size());
    summary.new_patterns = summary.patterns - static_cast<std::int64_t>(patterns_before);
    summary.elapsed = Millis{std::chrono::duration<double, std::milli>(run.clock.now() - start).count()};
    return summary;
}

}  // namespace dwopt::loop
