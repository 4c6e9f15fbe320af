// How far the transaction counter is from the point where the server stops taking writes.
//
// Transaction ids are 32 bits on a circle; one may be at most 2^31 behind the next. relfrozenxid and datfrozenxid say how
// far the oldest unfrozen row may lie back. The age is the difference in 32-bit arithmetic, as age() computes it; ids 0 to
// 2 are special (0: no storage) and have none.
#include "rules.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace dwopt::workload {
namespace {

constexpr double half_circle = 2147483648.0;
constexpr double first_normal_xid = 3;
constexpr double critical_pct = 75;

double age_of(std::int64_t next_xid, double frozen_xid) {
    if (next_xid <= 0 || frozen_xid < first_normal_xid || frozen_xid > 4294967295.0) return 0;
    const auto distance = static_cast<std::uint32_t>(next_xid) - static_cast<std::uint32_t>(frozen_xid);
    return distance < 0x80000000U ? distance : 0;  // ahead of the counter: not an age
}

void fill(Finding& f, const std::string& what, double age, double threshold) {
    const double pct = 100 * age / half_circle;
    f.severity = pct >= critical_pct ? Severity::critical : Severity::warning;
    f.summary = fmt::format("{} is {} transactions old: {} of the way to transaction id wraparound", what, human_count(age),
                            human_percent(pct));
    f.evidence = {{"age", human_count(age)}, {"transactions left", human_count(half_circle - age)}};
    f.value = pct;
    f.threshold = threshold;
}

}  // namespace

void wraparound(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    const auto& evidence = facts.evidence();
    const double enough = thresholds.wraparound_pct / 100 * half_circle;
    std::vector<std::pair<double, const Table*>> old;
    for (const auto* table : facts.stored()) {
        const double age = age_of(evidence.server.next_xid, facts.latest(*table, table::frozen_xid).value_or(0));
        if (age > 0 && age >= enough) old.emplace_back(age, table);
    }
    std::sort(old.begin(), old.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second->name < b.second->name;
    });
    const auto& row = evidence.lifetime.database;
    const double age = age_of(evidence.server.next_xid, row.size() > database::frozen_xid ? row[database::frozen_xid] : 0);
    if (age > 0 && age >= enough) {
        auto& f = out.add({}, "database", age / std::max(enough, 1.0));
        fill(f, fmt::format("database {}", evidence.server.target.database), age, thresholds.wraparound_pct);
        f.advice = "Let autovacuum finish and find what holds it back: `SELECT pid, backend_xmin, state FROM pg_stat_activity WHERE "
                   "backend_xmin IS NOT NULL ORDER BY age(backend_xmin) DESC;`, and look at pg_prepared_xacts and pg_replication_slots.";
        f.evidence.emplace_back("tables over the threshold", std::to_string(old.size()));
    }
    constexpr std::size_t worst = 10;  // an old database has them all
    for (std::size_t i = 0; i < std::min(old.size(), worst); ++i) {
        auto& f = out.add(old[i].second->name, {}, old[i].first / std::max(enough, 1.0));
        fill(f, model::shown(old[i].second->name), old[i].first, thresholds.wraparound_pct);
        f.advice = fmt::format("Run `VACUUM (FREEZE, VERBOSE) {};` when there is little load.", model::qualified(old[i].second->name));
    }
}

}  // namespace dwopt::workload
