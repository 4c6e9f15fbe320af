#include "drops.hpp"

#include "ddl.hpp"

#include "dwopt/counters.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dwopt::indexing {
namespace {

class Dropper {
  public:
    Dropper(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Witnesses* witnesses)
        : view_(view), thresholds_(thresholds), upkeep_(upkeep), witnesses_(witnesses) {}

    Proposals run() {
        invalid();
        const auto leftovers = static_cast<std::ptrdiff_t>(drops_.recommendations.size());
        redundant();
        unused();
        overlapping();
        std::stable_sort(drops_.recommendations.begin() + leftovers, drops_.recommendations.end(),
                         [](const Recommendation& a, const Recommendation& b) {
                             return a.index_size != b.index_size ? a.index_size > b.index_size : a.id < b.id;
                         });
        return std::move(drops_);
    }

  private:
    void invalid() {
        for (const auto& index : view_.evidence().catalog.indexes) {
            std::string reason;
            Index bare = index;
            bare.unique = bare.expression_statistics = false;  // of rows that were there before it, it keeps nothing unique
            // An invalid partitioned index waits for partitions to be attached: it is unfinished, not left over.
            if (index.valid || index.partitioned || model::protected_from_drop(bare, reason)) continue;
            if (index.unique) {  // the way back would build it, and fail as the first build did
                reject(index, fmt::format("it is the leftover of a unique index whose build failed, and could not be brought back: drop it by hand with `DROP INDEX CONCURRENTLY {0};`, "
                                          "or see to the duplicates and `REINDEX INDEX CONCURRENTLY {0};`", model::qualified(index.name)));
                continue;
            }
            add(index, "invalid leftover", 0.9, EvidenceGrade::measured,
                {"the index is marked invalid: a concurrent build or drop of it did not finish, no query can use it, every write maintains it",
                 "if a session is still building it, wait: 'apply' checks that before it drops"});
        }
    }

    void redundant() {
        for (const auto& pair : model::redundant_indexes(view_.evidence().catalog)) {
            if (done_.contains(pair.drop->name) || !pair.drop->valid) continue;
            kept_.insert(pair.keep->name);
            const std::string keep = model::shown(pair.keep->name);
            if (const auto why = not_for_us(*pair.drop, pair.duplicate); !why.empty()) {
                reject(*pair.drop, why);
            } else if (pair.duplicate) {
                add(*pair.drop, "duplicate of " + keep, 0.95, EvidenceGrade::measured,
                    {fmt::format("index '{}' has the same keys, columns and condition", keep)});
            } else if (const auto slower = slower_without(*pair.drop); slower.empty()) {
                const bool planned = witnesses_ && witnesses_->heard(pair.drop->table) > 0;
                add(*pair.drop, "prefix of " + keep, planned ? 0.85 : 0.7, planned ? EvidenceGrade::planner : EvidenceGrade::heuristic,
                    {fmt::format("index '{}' begins with the same keys and serves every search this one does ({})", keep,
                                 model::describe(model::spec_of(*pair.keep)))});
            } else {
                reject(*pair.drop, slower);
            }
        }
    }

    void unused() {
        const auto verdict = model::unused_indexes(view_.evidence(), thresholds_);
        if (!verdict.withheld.empty()) withhold(verdict.withheld);
        for (const auto& found : verdict.seldom) {
            if (!done_.contains(found.index->name)) {
                reject(*found.index, fmt::format("never scanned since the server's counters began, but on record by {}: a job that runs seldom may need it", rfc3339(found.since)));
            }
        }
        for (const auto& found : verdict.indexes) {
            if (done_.contains(found.index->name) || kept_.contains(found.index->name) || !found.index->valid) continue;
            if (const auto standbys = model::read_elsewhere(view_.evidence(), thresholds_); !standbys.empty()) {
                reject(*found.index, "never scanned here, but " + standbys);
                continue;
            }
            auto against = not_for_us(*found.index, false);
            if (against.empty()) against = slower_without(*found.index);
            if (!against.empty()) {
                reject(*found.index, "never scanned, but " + against);
                continue;
            }
            std::vector<std::string> reasons{fmt::format("no scan since {}, by the server's own counters", rfc3339(found.since))};
            reasons.push_back(witnesses_ ? planned_without(*found.index) : "no planner could be asked to do without it");
            add(*found.index, "unused", 0.85, EvidenceGrade::measured, std::move(reasons));
        }
    }

    // Another index that begins alike takes over, also for statements nobody recorded. One a table, as the next is judged without this one.
    void overlapping() {
        if (!witnesses_ || !model::read_elsewhere(view_.evidence(), thresholds_).empty()) return;
        std::vector<const Index*> largest;
        for (const auto& index : view_.evidence().catalog.indexes) {
            std::string reason;
            if (index.method == "btree" && !index.parent && !inherits(index) && view_.bytes(index) >= thresholds_.unused_size && !model::protected_from_drop(index, reason)) largest.push_back(&index);
        }
        std::stable_sort(largest.begin(), largest.end(), [&](const Index* a, const Index* b) { return view_.bytes(*a) > view_.bytes(*b); });
        std::set<RelationName> changed;
        for (const auto& made : drops_.recommendations) changed.insert(made.target);
        for (const auto* index : largest) {
            const auto* other = done_.contains(index->name) || changed.contains(index->table) ? nullptr : begins_alike(*index);
            if (!other || !witnesses_->doubt({index, other}).empty() || !slower_without(*index).empty()) continue;
            changed.insert(index->table);
            const std::string keep = model::shown(other->name);
            add(*index, "overlapped by " + keep, 0.6, EvidenceGrade::planner,
                {fmt::format("index '{}' begins with the same key ({})", keep, model::describe(model::spec_of(*other))), planned_without(*index)});
        }
    }

    // Why nobody can say whether it may go; a duplicate may, whoever reads it.
    [[nodiscard]] std::string not_for_us(const Index& index, bool duplicate) const {
        if (!inherits(index)) return {};
        if (view_.extension_schema("timescaledb")) return "its table is a hypertable of TimescaleDB or a chunk of one, whose indexes are dropped at the top";
        return duplicate ? "" : "its table is part of an inheritance tree, and statements name the parent: who reads through it is not known";
    }

    // Statements name the parent of an inheritance tree, not the child.
    [[nodiscard]] bool inherits(const Index& index) const {
        const auto* table = view_.table(index.table);
        return table && table->inherits;
    }

    // A whole index that stays, with the same first key, and good for the same foreign keys.
    [[nodiscard]] const Index* begins_alike(const Index& index) const {
        for (const auto* other : view_.indexes(index.table)) {
            const bool alike = other != &index && other->method == "btree" && model::usable(*other) && other->predicate.empty() && !done_.contains(other->name) &&
                               !index.keys.empty() && other->keys.front() == index.keys.front();
            const auto missed = [&](const Constraint& key) {
                return key.kind == 'f' && key.table == index.table && model::covers_foreign_key(index, key) && !model::covers_foreign_key(*other, key);
            };
            const auto& constraints = view_.evidence().catalog.constraints;
            if (alike && std::none_of(constraints.begin(), constraints.end(), missed)) return other;
        }
        return nullptr;
    }

    // Says of the largest never-scanned indexes why nothing is said of them.
    void withhold(const std::string& why) {
        std::vector<const Index*> idle;
        for (const auto& index : view_.evidence().catalog.indexes) {
            const auto counters = view_.evidence().lifetime.indexes.find(index.oid);
            std::string reason;
            if (counters == view_.evidence().lifetime.indexes.end() || counters->second.size() <= index::scans) continue;
            const bool scanned = counters->second[index::scans] > 0;
            if (!scanned && index.size.bytes >= thresholds_.unused_size && !done_.contains(index.name) && !model::protected_from_drop(index, reason)) idle.push_back(&index);
        }
        std::stable_sort(idle.begin(), idle.end(), [](const Index* a, const Index* b) { return a->size.bytes > b->size.bytes; });
        if (idle.size() > 5) idle.resize(5);
        for (const auto* index : idle) reject(*index, "not scanned so far, but " + why);
    }

    // A sentence if a pattern gets slower without the index; empty if none does or nobody can tell.
    [[nodiscard]] std::string slower_without(const Index& index) {
        if (!witnesses_) return {};
        Configuration without{{}, {index.name}};
        for (const auto& name : done_) {
            if (name != index.name) without.hide.push_back(name);
        }
        return witnesses_->against(index.table, without, "without it");
    }

    [[nodiscard]] std::string planned_without(const Index& index) { return witnesses_->unmoved(index.table, "without it"); }

    void reject(const Index& index, std::string reason) {
        drops_.rejected.push_back({fmt::format("drop {}", model::shown(index.name)), index.table, std::move(reason)});
    }

    void add(const Index& index, const std::string& why, double confidence, EvidenceGrade grade, std::vector<std::string> reasons) {
        if (!done_.insert(index.name).second) return;
        const Bytes size = view_.bytes(index);
        Candidate as_candidate{model::spec_of(index), Form::single, {}, size};
        const auto load = index.method == "btree" && !index.keys.empty() ? upkeep_.of(as_candidate) : WriteLoad{};
        if (load.per_day >= 1) {
            reasons.push_back(fmt::format("about {} writes a day maintain it", human_count(load.per_day)));
        }
        if (size.value > 0) reasons.push_back(fmt::format("{} of disk come free", human(size)));
        Recommendation advice;
        advice.id = "id-" + model::hex(model::fnv1a(fmt::format("drop|{}|{}", model::qualified(index.name), model::canonical(as_candidate.spec))), 8);
        advice.kind = "index.drop";
        advice.target = index.table;
        advice.layer = layer_of(index.table.schema);
        advice.summary = fmt::format("drop index {} ({}), {}", model::shown(index.name), human(size), why);
        auto change = drop_change(view_, index);
        advice.ddl = std::move(change.ddl);
        advice.undo = std::move(change.undo);
        advice.locks = std::move(change.locks);
        advice.index = as_candidate.spec;
        advice.index_size = size;
        advice.benefit.saved_per_day = load.time_per_day;
        advice.upkeep = {load.cost_per_day, size, upkeep_.build_time(as_candidate)};
        advice.confidence = confidence;
        advice.evidence = grade;
        advice.evidence_source = grade == EvidenceGrade::planner ? witnesses_->source() : "catalog and counters of the server";
        advice.reasons = std::move(reasons);
        drops_.recommendations.push_back(std::move(advice));
    }

    const View& view_;
    const Thresholds& thresholds_;
    const Upkeep& upkeep_;
    Witnesses* witnesses_;  // null where the planner cannot be asked to do without an index
    Proposals drops_;
    std::set<RelationName> done_;  // to be dropped
    std::set<RelationName> kept_;  // for one that is
};

}  // namespace

Proposals propose_drops(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, Witnesses* witnesses) {
    return Dropper(view, thresholds, upkeep, witnesses).run();
}

}  // namespace dwopt::indexing
