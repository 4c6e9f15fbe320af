// Rules about what statements make the server do.
#include "access.hpp"
#include "rules.hpp"

#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace dwopt::workload {
namespace {

constexpr double block = 8192;

struct Culprit {
    const Pattern* pattern;
    SelectiveUse use;
};

// Patterns that look for few rows of the table and find no index, costliest first (as the workload is sorted).
std::vector<Culprit> culprits(const Facts& facts, const Thresholds& thresholds, const Table& table) {
    std::vector<Culprit> out;
    for (const auto& pattern : facts.evidence().workload.patterns) {
        auto use = unserved_use(facts, pattern, table);
        if (use && use->share * 100 <= thresholds.scan_rows_pct) out.push_back({&pattern, std::move(*use)});
    }
    return out;
}

struct Scans {
    double seen = 0;
    double per_day = 0;
    double rows_each = 0;
};

// Partitions are scanned once a statement each: the busiest one tells how often, all together how much.
Scans scans_of(const Facts& facts, const Table& root) {
    double most = 0, rows = 0;
    for (const auto* leaf : facts.leaves(root)) {
        most = std::max(most, facts.grown(*leaf, table::seq_scan));
        rows += facts.grown(*leaf, table::seq_tup_read);
    }
    return {most, facts.days() > 0 ? most / facts.days() : 0, most > 0 ? rows / most : 0};
}

// A rate a day is no fact where less than a day was watched.
std::string how_often(const Facts& facts, const Scans& scans) {
    if (facts.days() >= 1) return human_count(scans.per_day) + " times a day";
    return fmt::format("{} times in {}", human_count(scans.seen), human(Millis{facts.days() * 86400e3}));
}

void describe_scans(const Facts& facts, const Table& root, const Scans& scans, const std::vector<Culprit>& found, Finding& f) {
    constexpr std::size_t shown_patterns = 5;
    double largest_share = 0;
    for (const auto& c : found) largest_share = std::max(largest_share, c.use.share);
    f.summary = fmt::format("{} ({}) was read from end to end {} for statements that want at most {} of its rows",
                            model::shown(root.name), human(facts.bytes(root)), how_often(facts, scans),
                            human_percent(100 * largest_share));
    f.advice = fmt::format("An index on ({}) would lead there directly. Let `dwopt recommend --kind index.create` weigh it.",
                           found.front().use.columns);
    f.evidence = {{"scans a day", human_count(scans.per_day)},
                  {"rows read a scan", human_count(scans.rows_each)},
                  {"rows in the table", human_count(facts.rows(root))}};
    for (std::size_t i = 0; i < std::min(found.size(), shown_patterns); ++i) {
        const auto& [pattern, use] = found[i];
        f.evidence.emplace_back("pattern " + pattern->id,
                                fmt::format("{} calls, {} each, {} of the rows by ({})", human_count(pattern->usage.calls),
                                            human(pattern->usage.mean()), human_percent(100 * use.share), use.columns));
    }
}

// What the largest sort or hash of a call would need: on disk it is denser than in memory.
std::string work_mem_for(double bytes_per_call) {
    constexpr double memory_per_disk = 2, largest = 1024;
    const double megabytes = std::clamp(bytes_per_call * memory_per_disk / (1 << 20), 1.0, largest);
    return fmt::format("{}MB", std::bit_ceil(static_cast<unsigned>(megabytes)));
}

}  // namespace

void sequential_scan(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    const double workload_days = facts.workload_days();
    std::set<RelationName> seen;
    for (const auto* leaf : facts.stored()) {
        const auto& root = facts.root(*leaf);
        if (!seen.insert(root.name).second || facts.bytes(root) < thresholds.scan_table_size) continue;
        const auto scans = scans_of(facts, root);
        // Really seen so often, too: a few scans in a minute are not thousands a day.
        if (std::min(scans.per_day, scans.seen) < thresholds.scan_per_day || workload_days <= 0) continue;
        const auto found = culprits(facts, thresholds, root);
        double calls = 0, share = 0;
        for (const auto& c : found) {
            calls += c.pattern->usage.calls;
            share += c.pattern->share_pct;
        }
        if (found.empty() || calls / workload_days < thresholds.scan_per_day) continue;
        constexpr double dominating = 20;  // percent of the workload's time
        auto& f = out.add(root.name, {}, scans.per_day / thresholds.scan_per_day,
                          share >= dominating ? Severity::critical : Severity::warning);
        f.value = scans.per_day;
        f.threshold = thresholds.scan_per_day;
        describe_scans(facts, root, scans, found, f);
    }
}

void temp_spill(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    for (const auto& pattern : facts.evidence().workload.patterns) {
        const auto& usage = pattern.usage;
        if (usage.calls <= 0 || thresholds.temp_per_call.value <= 0) continue;
        const double each = usage.temp_blocks * block / usage.calls;
        const double excess = each / static_cast<double>(thresholds.temp_per_call.value);
        if (excess < 1) continue;
        const auto size = human(Bytes{static_cast<std::int64_t>(each)});
        auto& f = out.add({}, pattern.id, excess);
        f.summary = fmt::format("pattern {} writes {} of temporary files a call", pattern.id, size);
        f.advice = fmt::format(
            "Its sorts or hashes do not fit into work_mem. Try `SET work_mem = '{}'` in the session that runs it, or `ALTER ROLE … "
            "SET work_mem` for its role; an index in the order it needs may spare the sort.",
            work_mem_for(each));
        f.evidence = {{"temporary files a call", size},
                      {"calls", human_count(usage.calls)},
                      {"mean time", human(usage.mean())}};
        if (const auto now = facts.setting("work_mem"); !now.empty()) f.evidence.emplace_back("work_mem", fmt::format("{} kB", now));
        f.value = each;
        f.threshold = static_cast<double>(thresholds.temp_per_call.value);
    }
}

}  // namespace dwopt::workload
