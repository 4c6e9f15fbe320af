#include "rules.hpp"

#include "dwopt/stages.hpp"
#include "model/hash.hpp"
#include "model/index_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dwopt {
namespace workload {
namespace {

struct NamedRule {
    std::string_view name;  // also Finding::rule and part of its id: never rename
    Rule run;
};

constexpr std::array rules{
    NamedRule{"sequential_scan", sequential_scan},
    NamedRule{"temp_spill", temp_spill},
    NamedRule{"cache_poor", cache_poor},
    NamedRule{"stale_statistics", stale_statistics},
    NamedRule{"dead_rows", dead_rows},
    NamedRule{"missing_foreign_key_index", missing_foreign_key_index},
    NamedRule{"wraparound", wraparound},
    NamedRule{"invalid_index", invalid_index},
    NamedRule{"unused_index", unused_index},
    NamedRule{"duplicate_index", duplicate_index},
    NamedRule{"idle_in_transaction", idle_in_transaction},
};

Severity severity_of(double excess, Severity cap) {
    const auto severity = excess < 2 ? Severity::info : excess < 10 ? Severity::warning : Severity::critical;
    return std::min(severity, cap);
}

std::string id_of(std::string_view rule, const RelationName& relation, std::string_view object) {
    // A zero byte cannot stand in a name: no two objects share a text.
    std::uint64_t hash = model::fnv1a(rule);
    for (const std::string_view part : {std::string_view(relation.schema), std::string_view(relation.name), object}) {
        hash = model::fnv1a(part, model::fnv1a(std::string_view("\0", 1), hash));
    }
    return "f-" + model::hex(hash, 8);
}

bool comes_first(const Found& a, const Found& b) {
    const auto& x = a.finding;
    const auto& y = b.finding;
    if (x.severity != y.severity) return x.severity > y.severity;
    if (a.excess != b.excess) return a.excess > b.excess;
    if (x.rule != y.rule) return x.rule < y.rule;
    if (x.relation != y.relation) return x.relation < y.relation;
    return x.object != y.object ? x.object < y.object : x.id < y.id;
}

std::vector<Finding> bottlenecks(const Facts& facts, const Thresholds& thresholds) {
    std::vector<Found> all;
    for (const auto& rule : rules) {
        Findings found(rule.name);
        rule.run(facts, thresholds, found);
        for (auto& one : found.take()) all.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end(), comes_first);
    std::vector<Finding> out;
    out.reserve(all.size());
    for (auto& one : all) out.push_back(std::move(one.finding));
    return out;
}

// What limits the conclusions.
std::vector<Warning> caveats(const Facts& facts, const Thresholds& thresholds) {
    const auto& evidence = facts.evidence();
    const auto& workload = evidence.workload;
    std::vector<Warning> out;
    if (workload.covered_days <= 0) {
        out.push_back({"no_window", "no snapshot lies in the window",
                       "Run `dwopt collect` now and again after some work was done."});
    }
    double hidden = 0;
    for (const auto& pattern : workload.patterns) hidden += pattern.hidden ? pattern.share_pct : 0;
    constexpr double noticeable = 1;
    if (hidden >= noticeable) {
        out.push_back({"hidden_statements",
                       fmt::format("{} of the time went to statements whose text this role may not see", human_percent(hidden)),
                       "Grant pg_read_all_stats to the collecting role; `dwopt doctor` prints the statement."});
    }
    std::int64_t evicted = 0;
    for (const auto& event : workload.discontinuities) {
        if (event.family == Family::statement && event.cause == Discontinuity::Cause::eviction) evicted += event.count;
    }
    if (evicted > 0) {
        out.push_back({"evicted_statements", fmt::format("pg_stat_statements made room {} times: rare statements are missing",
                                                         human_count(static_cast<double>(evicted))),
                       "Raise pg_stat_statements.max (needs a restart)."});
    }
    const auto withheld = model::unused_indexes(evidence, thresholds).withheld;
    if (!withheld.empty() && !evidence.catalog.indexes.empty()) {
        out.push_back({"unused_withheld", "no index is called unused: " + withheld,
                       "See [analyze] in dwopt.toml: unused_age, standby_may_read."});
    }
    return out;
}

}  // namespace

Finding& Findings::add(const RelationName& relation, std::string_view object, double excess, Severity cap) {
    Found one;
    one.excess = excess >= 1 ? excess : 1;  // not a number, from a threshold of 0: barely over
    one.finding.id = id_of(rule_, relation, object);
    one.finding.rule = rule_;
    one.finding.severity = severity_of(one.excess, cap);
    one.finding.relation = relation;
    one.finding.object = object;
    found_.push_back(std::move(one));
    return found_.back().finding;
}

}  // namespace workload

Analysis analyze(const Evidence& evidence, const Thresholds& thresholds) {
    const workload::Facts facts(evidence);
    Analysis out;
    out.workload = evidence.workload;
    out.bottlenecks = workload::bottlenecks(facts, thresholds);
    out.warnings = workload::caveats(facts, thresholds);
    return out;
}

}  // namespace dwopt
