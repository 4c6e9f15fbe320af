#include "dwopt/loop.hpp"

#include "evidence.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

namespace dwopt::loop {
namespace {

constexpr std::size_t most_queries = 1000;
constexpr double exact = 1.0001;
constexpr const char* event = "twin.check";

double q_error(double a, double b) {
    if (a <= 0 || b <= 0) return a == b ? 1 : 1e9;
    return std::max(a / b, b / a);
}

double percentile(const std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 1;
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(at, 1, sorted.size()) - 1];
}

// Why plans may differ, table by table: what the planner looks at now against what the twin was told. What the twin was not told at
// all is a cause where nothing else is.
class Causes {
  public:
    Causes(const Catalog& told, const Catalog& now, const TwinReport& report) : missing_(report.warnings) {
        doubt(told);
        std::map<RelationName, const Table*> current;
        for (const auto& table : now.tables) current[table.name] = &table;
        std::set<RelationName> with_statistics;
        for (const auto& relation : told.statistics) {
            if (!relation.columns.empty()) with_statistics.insert(relation.relation);
        }
        for (const auto& table : told.tables) {
            const auto found = current.find(table.name);
            const auto name = model::shown(table.name);
            if (found == current.end()) {
                causes_[table.name] = fmt::format("{} is gone since the snapshot", name);
            } else if (const auto& size = found->second->size; size.bytes != table.size.bytes) {
                causes_[table.name] = fmt::format("{} has changed since the snapshot: {} then, {} now", name, human(table.size.bytes), human(size.bytes));
            } else if (size.pages != table.size.pages || size.tuples != table.size.tuples || size.all_visible != table.size.all_visible) {
                causes_[table.name] = fmt::format("{} was vacuumed or analyzed since the snapshot", name);
            } else if (table.size.tuples > 0 && !with_statistics.contains(table.name)) {
                causes_[table.name] = fmt::format("the statistics of {} could not be read", name);
            }
        }
    }

    [[nodiscard]] std::string of(const PlanEstimate& production, const PlanEstimate& twin, bool same_plan) const {
        std::set<std::string> relations, indexes;
        for (const auto* plan : {&production, &twin}) {
            for (const auto& node : plan->nodes) {
                relations.insert(node.relation);
                indexes.insert(node.index);
            }
        }
        std::set<std::string> found;
        for (const auto& [name, cause] : causes_) {
            if (relations.contains(name.name)) found.insert(cause);
        }
        for (const auto& warning : missing_) {
            const auto named = [&](const std::string& name) { return mentions(warning.message, name); };
            if (std::any_of(relations.begin(), relations.end(), named) || std::any_of(indexes.begin(), indexes.end(), named)) found.insert(warning.message);
        }
        if (found.empty()) {
            for (const auto& [name, cause] : doubts_) {
                if (relations.contains(name.name) || indexes.contains(name.name)) found.insert(cause);
            }
        }
        if (found.empty()) return same_plan ? "unknown: the same plan at another cost" : "unknown";
        std::string text;
        for (const auto& cause : found) text += (text.empty() ? "" : "; ") + cause;
        return text;
    }

  private:
    // As a whole name, not as part of another.
    static bool mentions(const std::string& text, const std::string& name) {
        const auto inside = [&](std::size_t at) { return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_'); };
        for (auto at = text.find(name); !name.empty() && at != std::string::npos; at = text.find(name, at + 1)) {
            if ((at == 0 || !inside(at - 1)) && !inside(at + name.size())) return true;
        }
        return false;
    }

    void doubt(const Catalog& told) {
        std::set<std::pair<RelationName, std::string>> bounded;
        for (const auto& relation : told.statistics) {
            for (const auto& bounds : relation.bounds) bounded.emplace(relation.relation, bounds.column);
        }
        for (const auto& index : told.indexes) {
            if (index.method != "btree" || index.partitioned || index.keys.empty()) continue;
            if (!index.height) doubts_[index.name] = fmt::format("the height of {} is estimated", model::shown(index.name));
            const auto& column = index.keys.front().column;
            if (!column.empty() && !bounded.contains({index.table, column})) {
                doubts_[index.table] = fmt::format("perhaps a value at the edge of a histogram: the ends of {} are not known", model::shown(index.name));
            }
        }
    }

    const std::vector<Warning>& missing_;
    std::map<RelationName, std::string> causes_, doubts_;
};

std::string in_words(const TwinCheck& check) {
    return fmt::format("{} of {} plans the same as production's, cost q-error median {:.4g}, p95 {:.4g}, worst {:.4g}", check.same_plans,
                       check.queries, check.median, check.p95, check.worst);
}

}  // namespace

TwinCheck check_twin(CostOracle& production, CostOracle& twin, const TwinReport& report, const Catalog& now, const Run& run, Duration since) {
    const auto evidence = read_evidence(run.store, since, run.clock.now());
    const Causes causes(evidence.catalog, now, report);
    const auto queries = plannable_queries(evidence, most_queries, false);
    TwinCheck check;
    check.twin = report;
    std::vector<double> errors;
    for (const auto& query : queries) {
        if (run.cancel.requested()) throw Error(ErrorKind::interrupted, "interrupted; nothing was recorded");
        run.progress.update("planning on both sides", static_cast<double>(check.queries) / static_cast<double>(queries.size()));
        const auto theirs = production.estimate(query, {}), ours = twin.estimate(query, {});
        if (!theirs.failure.empty() || !ours.failure.empty()) {
            check.failures.push_back(fmt::format("{}: {}", query.id, theirs.failure.empty() ? "the twin: " + ours.failure : theirs.failure));
            continue;
        }
        ++check.queries;
        const bool same = theirs.shape == ours.shape;
        check.same_plans += same ? 1 : 0;
        errors.push_back(q_error(theirs.total.value, ours.total.value));
        if (!same || errors.back() > exact) {
            check.differences.push_back({query.id, theirs.total, ours.total, same, causes.of(theirs, ours, same)});
        }
    }
    std::sort(errors.begin(), errors.end());
    check.median = percentile(errors, 0.5);
    check.p95 = percentile(errors, 0.95);
    check.worst = percentile(errors, 1);
    std::stable_sort(check.differences.begin(), check.differences.end(), [](const auto& a, const auto& b) {
        return q_error(a.production.value, a.twin.value) > q_error(b.production.value, b.twin.value);
    });
    run.store.record({rfc3339(run.clock.now()), event, "", in_words(check)});
    return check;
}

std::string last_twin_check(Store& store) {
    constexpr std::size_t far_enough = 10'000;
    std::string text;
    for (const auto& entry : store.history(far_enough)) {
        if (entry.event == event) text = fmt::format("{} ({})", entry.detail, entry.at);
    }
    return text;
}

}  // namespace dwopt::loop
