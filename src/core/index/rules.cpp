#include "rules.hpp"

#include "explain.hpp"
#include "size.hpp"
#include "statistics.hpp"
#include "wording.hpp"

#include "dwopt/counters.hpp"
#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace dwopt::indexing {
namespace {

constexpr double rule_confidence = 0.4;
constexpr double range_share = 0.1;  // of the rows behind a range nobody knows the ends of

IndexKey key_on(const std::string& column) {
    IndexKey key;
    key.column = column;
    return key;
}

class Rules {
  public:
    Rules(const View& view, const AdviceOptions& options, const Thresholds& thresholds, const Upkeep& upkeep)
        : view_(view), options_(options), thresholds_(thresholds), upkeep_(upkeep), pool_(view) {
        for (const auto& pattern : view.evidence().workload.patterns) patterns_.push_back(&pattern);
        std::sort(patterns_.begin(), patterns_.end(), [](const Pattern* a, const Pattern* b) {
            return a->usage.total != b->usage.total ? a->usage.total > b->usage.total : a->id < b->id;
        });
        if (std::ssize(patterns_) > options.max_patterns) patterns_.resize(static_cast<std::size_t>(std::max(0, options.max_patterns)));
    }

    Proposals run() {
        filters();
        foreign_keys([&](const Constraint& constraint, const std::string& index, bool referred, double deleted) {
            if (!referred && deleted <= 0) {
                advice_.rejected.push_back({index, constraint.table, key_text(constraint) + " has no index, but no pattern joins on it and nothing is deleted there"});
            }
            return referred || deleted > 0;
        });
        return std::move(advice_);
    }

    Proposals run_beside(const std::vector<Recommendation>& proposed) {
        for (const auto& made : proposed) {
            if (made.index) spend(Candidate{*made.index, Form::single, predict_extents(view_, *made.index), made.index_size}, made.upkeep.build);
        }
        beside_ = proposed.size();
        most_proposals_ = std::numeric_limits<std::size_t>::max();
        foreign_keys([&](const Constraint& constraint, const std::string&, bool, double deleted) {
            return deleted > 0 && std::none_of(proposed.begin(), proposed.end(), [&](const Recommendation& made) { return made.index && model::covers_foreign_key(as_index(*made.index), constraint); });
        });
        return std::move(advice_);
    }

  private:
    void filters() {
        for (std::size_t p = 0; p < patterns_.size(); ++p) {
            const auto* pattern = patterns_[p];
            for (const auto& access : accesses_of(p)) {
                const double scans = view_.per_day(*access.table, table::seq_scan);
                auto keys = best_keys(access);
                if (keys.empty() || scans <= 0) continue;
                const double share = share_of_rows(access, keys);
                if (100 * share > thresholds_.scan_rows_pct) continue;
                const auto asks = fmt::format("pattern {} takes {} a day and filters on {}, which keeps about {} of {} rows; the table is read sequentially {} times a day",
                                              pattern->id, human(Millis{pattern->usage.total.value / view_.days()}), names(keys),
                                              human_count(share * view_.rows(*access.table)), human_count(view_.rows(*access.table)), human_count(scans));
                propose(*access.table, keys, "rule: selective filter on a table read sequentially", asks, {pattern->id});
            }
        }
    }

    [[nodiscard]] std::vector<IndexKey> best_keys(const Access& access) const {
        const auto width = static_cast<std::size_t>(std::max(1, options_.max_width));
        std::vector<IndexKey> keys(access.equal.begin(), access.equal.begin() + static_cast<std::ptrdiff_t>(std::min(width, access.equal.size())));
        if (keys.size() < width && !access.range.empty()) keys.push_back(access.range.front());
        std::erase_if(keys, [](const IndexKey& key) { return key.column.empty(); });  // nobody can say whether it may be indexed
        return keys;
    }

    [[nodiscard]] double share_of_rows(const Access& access, const std::vector<IndexKey>& keys) const {
        std::vector<std::string> equal;
        double share = 1;
        for (const auto& key : keys) {
            const bool is_equal = std::find(access.equal.begin(), access.equal.end(), key) != access.equal.end();
            if (is_equal && view_.statistics(access.table->name, key.column)) equal.push_back(key.column);
            else share *= range_share;
        }
        return equal.empty() ? share : share / distinct_combinations(view_, *access.table, equal);
    }

    [[nodiscard]] double deleted_per_day(const Constraint& constraint) const {
        const auto* parent = view_.table(constraint.referenced_table);
        return parent ? view_.per_day(*parent, table::n_tup_del) : 0;
    }

    // Those whose checks read most first: each row deleted has the whole table read.
    template <class Worth>
    void foreign_keys(const Worth& worth) {
        auto all = model::foreign_keys_without_index(view_.evidence().catalog);
        const auto read = [&](const Constraint* constraint) {
            const auto* table = view_.table(constraint->table);
            return table ? deleted_per_day(*constraint) * view_.pages(*table) : 0;
        };
        std::stable_sort(all.begin(), all.end(), [&](const Constraint* a, const Constraint* b) { return read(a) > read(b); });
        for (const auto* without : all) {
            const auto& constraint = *without;
            const auto* table = view_.table(constraint.table);
            if (!table || view_.bytes(*table) < thresholds_.foreign_key_table_size) continue;
            std::vector<IndexKey> keys;
            for (const auto& column : constraint.columns) keys.push_back(key_on(column));
            const auto joins = patterns_joining(*table, constraint.columns);
            const double deleted = deleted_per_day(constraint);
            if (!worth(constraint, fmt::format("index on {} ({})", model::shown(table->name), names(keys)), !joins.empty(), deleted)) continue;
            propose(*table, keys, "rule: foreign key without index",
                    fmt::format("{} has no index: {} patterns join on it, {} rows a day are deleted from the referenced table", key_text(constraint), joins.size(), human_count(deleted)), joins);
        }
    }

    [[nodiscard]] static std::string key_text(const Constraint& constraint) {
        return fmt::format("foreign key '{}' to {}", model::shown({"", constraint.name}), model::shown(constraint.referenced_table));
    }

    [[nodiscard]] const std::vector<Access>& accesses_of(std::size_t pattern) const {
        for (auto n = accesses_.size(); n <= pattern; ++n) accesses_.push_back(accesses(view_, patterns_[n]->features));
        return accesses_[pattern];
    }

    [[nodiscard]] std::vector<std::string> patterns_joining(const Table& table, const std::vector<std::string>& columns) const {
        std::vector<std::string> ids;
        for (std::size_t p = 0; p < patterns_.size(); ++p) {
            for (const auto& access : accesses_of(p)) {
                const bool all = access.table == &table && std::all_of(columns.begin(), columns.end(), [&](const std::string& c) {
                                     return std::find(access.joined.begin(), access.joined.end(), key_on(c)) != access.joined.end();
                                 });
                if (all && (ids.empty() || ids.back() != patterns_[p]->id)) ids.push_back(patterns_[p]->id);
            }
        }
        return ids;
    }

    void propose(const Table& table, const std::vector<IndexKey>& keys, const std::string& rule, const std::string& reason,
                 const std::vector<std::string>& patterns) {
        Candidate candidate;
        candidate.spec.table = table.name;
        candidate.spec.keys = keys;
        if (covered_by(view_, candidate.spec) || !finish(view_, candidate)) return;
        const auto known = pool_.size();
        const auto id = pool_.add(candidate);
        if (pool_.size() == known) return;
        if (auto why = refusal(table, pool_[id]); !why.empty()) {
            advice_.rejected.push_back({"index on " + model::describe(candidate.spec), table.name, std::move(why)});
            return;
        }
        spend(pool_[id], upkeep_.build_time(pool_[id]));
        auto advice = create_base(view_, pool_[id], upkeep_);
        advice.evidence = EvidenceGrade::heuristic;
        advice.evidence_source = rule;
        advice.confidence = rule_confidence * statistics_factor(view_, candidate.spec);
        advice.reasons.push_back(reason);
        for (auto& words : about_columns(view_, candidate.spec)) advice.reasons.push_back(std::move(words));
        advice.reasons.emplace_back("no planner was asked, so the saving is not known");
        for (const auto& pattern : patterns) advice.patterns.push_back({pattern, {}, {}});
        advice_.recommendations.push_back(std::move(advice));
    }

    [[nodiscard]] std::string refusal(const Table& table, const Candidate& candidate) const {
        if (auto why = excluded(view_, table, options_.min_table_size); !why.empty()) return why;
        const auto made = advice_.recommendations.size();
        if (made >= most_proposals_) return "rules alone propose only the few strongest";
        if (options_.max_indexes > 0 && beside_ + made >= static_cast<std::size_t>(options_.max_indexes)) return fmt::format("the limit of {} indexes is reached", options_.max_indexes);
        for (const auto& other : advice_.recommendations) {
            if (other.target == table.name && other.index->keys.front() == candidate.spec.keys.front()) return "another proposal begins with the same column";
        }
        if (options_.budget && spent_ + candidate.size > *options_.budget) return "the budget is spent: it would take " + human(candidate.size);
        const Millis build = upkeep_.build_time(candidate), most{static_cast<double>(options_.max_build_time.count())};
        if (most.value > 0 && spent_time_ + build > most) return "the time to build is spent (max_build_time): it would take " + human(build);
        for (const auto& [writer, pct] : upkeep_.burdens(candidate)) {
            const auto before = slower_.find(writer);
            const double all = pct + (before == slower_.end() ? 0 : before->second);
            if (options_.max_write_regression_pct > 0 && all > options_.max_write_regression_pct) return fmt::format("writes to its table would take {} longer (max_write_regression_pct)", human_percent(all));
        }
        return {};
    }

    // Of what limits the plan.
    void spend(const Candidate& candidate, Millis build) {
        spent_ += candidate.size;
        spent_time_ += build;
        for (const auto& [writer, pct] : upkeep_.burdens(candidate)) slower_[writer] += pct;
    }

    [[nodiscard]] static std::string names(const std::vector<IndexKey>& keys) {
        std::string text;
        for (const auto& key : keys) text += (text.empty() ? "" : ", ") + model::shown({"", key.column});
        return text;
    }

    const View& view_;
    const AdviceOptions& options_;
    const Thresholds& thresholds_;
    const Upkeep& upkeep_;
    Pool pool_;
    std::vector<const Pattern*> patterns_;
    mutable std::vector<std::vector<Access>> accesses_;  // of each, once asked for
    Proposals advice_;
    Bytes spent_{};
    Millis spent_time_{};
    std::map<std::size_t, double> slower_;  // by writer (Upkeep), percent
    std::size_t beside_ = 0;  // proposals that are there already
    std::size_t most_proposals_ = 5;
};

}  // namespace

Proposals advise_foreign_keys(const View& view, const AdviceOptions& options, const Thresholds& thresholds, const Upkeep& upkeep, const std::vector<Recommendation>& proposed) {
    return Rules(view, options, thresholds, upkeep).run_beside(proposed);
}

Proposals advise_by_rules(const View& view, const AdviceOptions& options, const Thresholds& thresholds, const Upkeep& upkeep) {
    return Rules(view, options, thresholds, upkeep).run();
}

}  // namespace dwopt::indexing
