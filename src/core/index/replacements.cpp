#include "replacements.hpp"

#include "ddl.hpp"
#include "explain.hpp"

#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {
namespace {

using Indexes = std::vector<const Index*>;

class Replacer {
  public:
    Replacer(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Pool& pool, Witnesses& witnesses)
        : view_(view), thresholds_(thresholds), upkeep_(upkeep), pool_(pool), witnesses_(witnesses) {}

    Proposals run(const std::vector<Recommendation>& others) {
        if (!model::read_elsewhere(view_.evidence(), thresholds_).empty()) return {};
        for (const auto& one : others) {
            if (one.kind == "index.drop" && one.index) beside_.hide.push_back({one.index->table.schema, one.index->name});
        }
        for (const auto& table : view_.evidence().catalog.tables) {
            if (table.inherits || touches(others, {}, table.name)) continue;
            const auto indexes = replaceable(table);
            auto found = by_one_for_two(indexes);
            if (!found) found = by_brin(table, indexes);
            if (found) found_.recommendations.push_back(std::move(*found));
            else if (objection_) found_.rejected.push_back(std::move(*objection_));
            objection_.reset();
        }
        return std::move(found_);
    }

  private:
    // Large ones that nothing hangs on, the largest first.
    [[nodiscard]] Indexes replaceable(const Table& table) const {
        Indexes found;
        for (const auto* index : view_.indexes(table.name)) {
            std::string reason;
            const bool plain = index->method == "btree" && model::usable(*index) && index->predicate.empty() && !index->parent &&
                               std::none_of(index->keys.begin(), index->keys.end(), [](const IndexKey& key) { return key.column.empty(); });
            if (plain && view_.bytes(*index) >= thresholds_.unused_size && !model::protected_from_drop(*index, reason)) found.push_back(index);
        }
        std::stable_sort(found.begin(), found.end(), [&](const Index* a, const Index* b) { return view_.bytes(*a) > view_.bytes(*b); });
        return found;
    }

    std::optional<Recommendation> by_one_for_two(const Indexes& indexes) {
        constexpr std::size_t most_pairs = 10;
        std::size_t pairs = 0;
        for (const auto* a : indexes) {
            for (const auto* b : indexes) {
                if (a == b || a->keys.empty() || b->keys.empty() || a->keys.front() != b->keys.front()) continue;
                if (++pairs > most_pairs) return std::nullopt;
                if (auto found = judged(both(*a, *b), {a, b}, "one for two that begin alike")) return found;
            }
        }
        return std::nullopt;
    }

    std::optional<Recommendation> by_brin(const Table& table, const Indexes& indexes) {
        constexpr double in_order = 0.9, many_pages = 1280;  // as for new ones
        if (view_.pages(table) < many_pages) return std::nullopt;
        for (const auto* index : indexes) {
            const auto leaves = view_.leaves(table);
            const bool ordered = index->keys.size() == 1 && index->include.empty() && std::all_of(leaves.begin(), leaves.end(), [&](const Table* leaf) {
                const auto* statistics = view_.statistics(leaf->name, index->keys.front().column);
                return statistics && statistics->correlation && std::abs(*statistics->correlation) >= in_order;
            });
            if (!ordered) continue;
            Candidate brin{model::spec_of(*index), Form::single, {}, {}};
            brin.spec.method = "brin";
            brin.spec.keys = {IndexKey{index->keys.front().column, {}, {}, {}, false, false}};
            if (auto found = judged(std::move(brin), {index}, "the rows lie in its order")) return found;
        }
        return std::nullopt;
    }

    // The keys of the first, then those of the second that are not there; carried along what either carries.
    [[nodiscard]] static Candidate both(const Index& a, const Index& b) {
        Candidate candidate{model::spec_of(a), Form::composite, {}, {}};
        auto &keys = candidate.spec.keys;
        auto &include = candidate.spec.include;
        for (const auto& key : b.keys) {
            const bool there = std::any_of(keys.begin(), keys.end(), [&](const IndexKey& k) { return k.column == key.column; });
            if (!there) keys.push_back(key);
        }
        for (const auto& column : b.include) include.push_back(column);
        std::erase_if(include, [&](const std::string& column) { return std::any_of(keys.begin(), keys.end(), [&](const IndexKey& k) { return k.column == column; }); });
        std::sort(include.begin(), include.end());
        include.erase(std::unique(include.begin(), include.end()), include.end());
        return candidate;
    }

    // A key's check on the referencing table must not lose its index.
    [[nodiscard]] bool keeps_foreign_keys(const IndexSpec& spec, const Indexes& gone) const {
        const auto& all = view_.evidence().catalog.constraints;
        return std::none_of(all.begin(), all.end(), [&](const Constraint& key) {
            const auto loses = [&](const Index* index) {
                const auto leaves = view_.leaves(*index);
                return std::any_of(leaves.begin(), leaves.end(), [&](const Index* leaf) {
                    Index instead = as_index(spec);
                    instead.table = leaf->table;
                    return model::covers_foreign_key(*leaf, key) && !model::covers_foreign_key(instead, key);
                }) || (model::covers_foreign_key(*index, key) && !model::covers_foreign_key(as_index(spec), key));
            };
            return key.kind == 'f' && std::any_of(gone.begin(), gone.end(), loses);
        });
    }

    // Something that stays, or one of those that would go, does it already.
    [[nodiscard]] bool covered(const IndexSpec& spec, const Indexes& gone) const {
        const auto& there = view_.indexes(spec.table);
        return std::any_of(there.begin(), there.end(), [&](const Index* index) {
            const bool goes = std::find(gone.begin(), gone.end(), index) != gone.end();
            return (index->method == spec.method && index->keys == spec.keys && index->predicate.empty()) || (!goes && model::is_prefix_of(as_index(spec), *index));
        });
    }

    // By size first, then by everybody who reads the table.
    std::optional<Recommendation> judged(Candidate candidate, const Indexes& gone, const std::string& why) {
        constexpr double worth_it = 0.8;
        Bytes before{};
        for (const auto* index : gone) before += view_.bytes(*index);
        const auto moved = [](const Index* index) { return !index->tablespace.empty() || index->clustered; };
        const auto with_part_moved = [&](const Index* index) {
            const auto leaves = view_.leaves(*index);
            return moved(index) || std::any_of(leaves.begin(), leaves.end(), moved);
        };
        if (candidate.spec.keys.size() > 5 || std::any_of(gone.begin(), gone.end(), with_part_moved) || covered(candidate.spec, gone)) return std::nullopt;
        if (!keeps_foreign_keys(candidate.spec, gone) || !finish(view_, candidate) || candidate.size / before > worth_it) return std::nullopt;
        const auto& made = pool_[pool_.add(std::move(candidate))];
        Configuration configuration = beside_;
        configuration.create.push_back({made.spec, made.extents});
        for (const auto* index : gone) configuration.hide.push_back(index->name);
        std::string objection = witnesses_.doubt(gone);
        if (objection.empty()) objection = witnesses_.against(made.spec.table, configuration, "with it");
        if (objection.empty()) {
            beside_ = std::move(configuration);
            return recommendation(made, gone, before, why);
        }
        if (!objection_) objection_ = Rejection{fmt::format("replace {} by one on {} ({})", named(gone), model::describe(made.spec), human(made.size)), made.spec.table, objection};
        return std::nullopt;
    }

    [[nodiscard]] Recommendation recommendation(const Candidate& made, const Indexes& gone, Bytes before, const std::string& why) const {
        Recommendation advice = create_base(view_, made, upkeep_);
        advice.undo.clear();
        for (const auto* index : gone) {
            auto change = drop_change(view_, *index);
            std::move(change.ddl.begin(), change.ddl.end(), std::back_inserter(advice.ddl));
            std::move(change.undo.begin(), change.undo.end(), std::back_inserter(advice.undo));
            std::move(change.locks.begin(), change.locks.end(), std::back_inserter(advice.locks));
            advice.replaces.push_back(index->name);
            advice.benefit.saved_per_day += upkeep_.of(Candidate{model::spec_of(*index), Form::single, {}, view_.bytes(*index)}).time_per_day;
        }
        // What was there comes back before its successor goes.
        const auto undo = create_change(view_, made.spec).undo;
        advice.undo.insert(advice.undo.end(), undo.begin(), undo.end());
        advice.benefit.saved_per_day -= upkeep_.of(made).time_per_day;
        advice.freed = before;
        advice.id = "ir-" + model::hex(model::fnv1a("replace|" + model::canonical(made.spec) + "|" + replaced(gone)), 8);
        advice.kind = "index.replace";
        advice.summary = fmt::format("replace {} by one on {} ({})", named(gone), model::describe(made.spec), human(made.size));
        advice.confidence = 0.6;
        advice.evidence = EvidenceGrade::planner;
        advice.evidence_source = witnesses_.source();
        advice.reasons = {why, witnesses_.unmoved(made.spec.table, "with it instead"), fmt::format("{} of disk come free", human(before - made.size))};
        return advice;
    }

    [[nodiscard]] std::string named(const Indexes& gone) const {
        std::string names;
        for (const auto* index : gone) names += (names.empty() ? "" : " and ") + fmt::format("{} ({})", model::shown(index->name), human(view_.bytes(*index)));
        return names;
    }

    [[nodiscard]] static std::string replaced(const Indexes& gone) {
        std::string all;
        for (const auto* index : gone) all += model::qualified(index->name) + "|";
        return all;
    }

    const View& view_;
    const Thresholds& thresholds_;
    const Upkeep& upkeep_;
    Pool& pool_;
    Witnesses& witnesses_;
    Configuration beside_;  // what else goes or is replaced
    Proposals found_;
    std::optional<Rejection> objection_;  // to the best on this table
};

}  // namespace

Proposals propose_replacements(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Pool& pool, Witnesses& witnesses,
                               const std::vector<Recommendation>& others) {
    return Replacer(view, thresholds, upkeep, pool, witnesses).run(others);
}

}  // namespace dwopt::indexing
