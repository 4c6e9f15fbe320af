// Rules about the state of tables.
#include "rules.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workload {
namespace {

constexpr double few_rows = 1000;  // below it neither statistics nor dead rows are worth a word

std::string when(double unix_seconds) {
    if (unix_seconds <= 0) return "unknown";
    return rfc3339(Timestamp(std::chrono::seconds(static_cast<std::int64_t>(unix_seconds))));
}

// A partitioned table's own statistics are nobody's work but the user's: autovacuum looks at partitions only.
void stale_parent(const Facts& facts, const Table& table, Findings& out) {
    const auto analyzed = facts.latest(table, table::tuples);
    const double rows = facts.rows(table);
    if (!analyzed || *analyzed >= 0 || facts.evidence().server.target.server_version_num < 140000 || rows < few_rows) return;
    const auto name = model::shown(table.name);
    auto& f = out.add(table.name, {}, 2);
    f.summary = fmt::format("partitioned table {} ({} rows) was never analyzed as a whole", name, human_count(rows));
    f.advice = fmt::format("Autovacuum analyzes partitions, not the table above them. Run `ANALYZE {};` after larger loads.",
                           model::qualified(table.name));
    f.evidence = {{"rows in its partitions", human_count(rows)}};
    f.value = 100;
}

void never_analyzed(const Facts& facts, const Table& table, double rows, double threshold, Findings& out) {
    auto& f = out.add(table.name, {}, 5);
    f.summary = fmt::format("{} holds about {} rows and was never analyzed", model::shown(table.name), human_count(rows));
    f.advice = fmt::format("The planner guesses its size and knows nothing of its values. Run `ANALYZE {};`.",
                           model::qualified(table.name));
    f.evidence = {{"live rows", human_count(rows)}, {"size", human(facts.bytes(table))}};
    f.value = 100;
    f.threshold = threshold;
}

}  // namespace

void cache_poor(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    for (const auto* table : facts.stored()) {
        const double read = facts.grown(*table, table::heap_read);
        const double asked = read + facts.grown(*table, table::heap_hit);
        if (asked <= 0 || asked < thresholds.cache_blocks) continue;
        const double hit_pct = 100 * (asked - read) / asked;
        if (hit_pct >= thresholds.cache_hit_pct) continue;
        const auto name = model::shown(table->name);
        auto& f = out.add(table->name, {}, (100 - hit_pct) / std::max(100 - thresholds.cache_hit_pct, 1.0));
        f.summary = fmt::format("{} of the blocks read of {} came from outside shared_buffers", human_percent(100 - hit_pct), name);
        f.advice = "Look first for statements that read more of it than they need (`dwopt recommend`), then at shared_buffers. Blocks in "
                   "the operating system's cache count as read here.";
        f.evidence = {{"hit ratio", human_percent(hit_pct)},
                      {"blocks asked for", human_count(asked)},
                      {"read from outside", human(Bytes{static_cast<std::int64_t>(read * 8192)})},
                      {"table size", human(facts.bytes(*table))}};
        f.value = hit_pct;
        f.threshold = thresholds.cache_hit_pct;
    }
}

void stale_statistics(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    for (const auto& table : facts.evidence().catalog.tables) {
        if (table.kind == RelationKind::partitioned && !table.extension_member) stale_parent(facts, table, out);
    }
    for (const auto* table : facts.stored()) {
        const auto analyzed = facts.latest(*table, table::tuples);
        const double live = facts.latest(*table, table::n_live_tup).value_or(0);
        if (!analyzed) continue;
        if (*analyzed < 0) {
            if (live >= few_rows) never_analyzed(facts, *table, live, thresholds.stale_pct, out);
            continue;
        }
        const double changed = facts.latest(*table, table::n_mod_since_analyze).value_or(0);
        const double pct = 100 * changed / std::max({*analyzed, live, 1.0});
        if (changed < few_rows || pct < thresholds.stale_pct) continue;
        auto& f = out.add(table->name, {}, pct / std::max(thresholds.stale_pct, 0.01));
        f.summary = fmt::format("{} rows of {} changed since it was last analyzed, {} of it", human_count(changed),
                                model::shown(table->name), human_percent(pct));
        f.advice = fmt::format("Run `ANALYZE {};`. If it comes back, lower autovacuum_analyze_scale_factor for this table.",
                               model::qualified(table->name));
        f.evidence = {{"rows changed", human_count(changed)},
                      {"rows at the last analyze", human_count(*analyzed)},
                      {"last analyze", when(facts.latest(*table, table::last_analyze_s).value_or(0))}};
        f.value = pct;
        f.threshold = thresholds.stale_pct;
    }
}

void dead_rows(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    const auto idle = facts.longest_idle_transaction();
    for (const auto* table : facts.stored()) {
        const double dead = facts.latest(*table, table::n_dead_tup).value_or(0);
        const double live = facts.latest(*table, table::n_live_tup).value_or(0);
        if (dead <= 0 || dead < thresholds.dead_rows) continue;
        const double pct = 100 * dead / (dead + live);
        if (pct < thresholds.dead_pct) continue;
        auto& f = out.add(table->name, {}, pct / std::max(thresholds.dead_pct, 0.01));
        f.summary = fmt::format("{} of the rows of {} are dead ({})", human_percent(pct), model::shown(table->name),
                                human_count(dead));
        f.advice = fmt::format("Run `VACUUM (VERBOSE, ANALYZE) {};`: it says if an old transaction, a replication slot or a prepared "
                               "transaction holds the rows back. If autovacuum lags, lower autovacuum_vacuum_scale_factor for this table.",
                               model::qualified(table->name));
        f.evidence = {{"dead rows", human_count(dead)},
                      {"live rows", human_count(live)},
                      {"last vacuum", when(facts.latest(*table, table::last_vacuum_s).value_or(0))}};
        if (idle >= Millis{60000}) f.evidence.emplace_back("longest idle transaction", human(idle));
        f.value = pct;
        f.threshold = thresholds.dead_pct;
    }
}

}  // namespace dwopt::workload
