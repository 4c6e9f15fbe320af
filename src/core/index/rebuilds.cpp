#include "rebuilds.hpp"

#include "explain.hpp"
#include "size.hpp"

#include "dwopt/stages.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

namespace dwopt::indexing {
namespace {

// Entries by the index's own count, at the density it had when they were counted; a partial index's condition need not be understood then.
// Nothing where nobody counted since it was empty.
std::optional<double> entries_of(const View& view, const Index& index) {
    const auto* table = view.table(index.table);
    if (!table || table->size.tuples <= 0 || index.size.tuples <= 0 || index.size.pages <= 0) return std::nullopt;
    const double counted = index.size.tuples * static_cast<double>(index.size.bytes.value) / page / static_cast<double>(index.size.pages);
    return index.predicate.empty() ? std::max(counted, view.rows(*table)) : counted;
}

// Not with a fill factor or the like of its own.
bool plain(const Index& index) {
    return index.method == "btree" && model::usable(index) && !index.partitioned && !index.exclusion && index.definition.find(" WITH (") == std::string::npos;
}

// Not with expressions, or without statistics.
bool judged(const View& view, const Index& index) {
    return std::all_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& key) { return !key.column.empty() && view.statistics(index.table, key.column); });
}

std::optional<Bytes> estimated_size(const View& view, const Index& index) {
    constexpr double more_values = 3;  // ANALYZE counts too few distinct ones, which would make the index look too small
    const auto entries = entries_of(view, index);
    if (!entries || !judged(view, index)) return std::nullopt;
    auto model = size_model(view, model::spec_of(index));
    model.rows = *entries;
    model.groups = std::clamp(model.groups * more_values, 1.0, std::max(1.0, model.rows));
    if (index.unique) model.deduplicated = false;  // nor are its NULLs (_bt_load)
    return btree_shape(model).size;
}

struct Bloated {
    const Index* index = nullptr;
    Bytes packed{};  // what it would take, built again
    bool measured = false;
    [[nodiscard]] Bytes freed() const { return index->size.bytes - packed; }
};

std::vector<Bloated> find_bloated(const View& view, const Thresholds& thresholds) {
    std::vector<Bloated> found;
    for (const auto& index : view.evidence().catalog.indexes) {
        if (index.size.bytes < thresholds.bloat_size || !plain(index)) continue;
        const auto* fill = view.fill(index);
        const auto packed = fill ? fill->packed + std::max(Bytes{}, index.size.bytes - fill->size) : estimated_size(view, index);
        if (!packed || *packed >= index.size.bytes) continue;
        const Bloated one{&index, *packed, fill != nullptr};
        if (one.freed() >= thresholds.bloat_size && one.freed() / index.size.bytes * 100 >= thresholds.bloat_pct) found.push_back(one);
    }
    std::sort(found.begin(), found.end(), [](const Bloated& a, const Bloated& b) { return a.freed() != b.freed() ? a.freed() > b.freed() : a.index->name < b.index->name; });
    return found;
}

Recommendation rebuild(const View& view, const Upkeep& upkeep, const Bloated& bloated) {
    const auto& [index, packed, measured] = bloated;
    const auto spec = model::spec_of(*index);
    const Candidate as_candidate{spec, Form::single, {}, packed};
    Recommendation advice;
    advice.id = "ib-" + model::hex(model::fnv1a(fmt::format("rebuild|{}|{}", model::qualified(index->name), model::canonical(spec))), 8);
    advice.kind = "index.rebuild";
    advice.target = index->table;
    advice.layer = layer_of(index->table.schema);
    advice.summary = fmt::format("rebuild index {} ({}), {}{} of it is bloat", model::shown(index->name), human(index->size.bytes), measured ? "" : "about ", human(bloated.freed()));
    advice.ddl = {"REINDEX INDEX CONCURRENTLY " + model::qualified(index->name)};
    advice.locks = {fmt::format("SHARE UPDATE EXCLUSIVE on {}: reads and writes go on", model::shown(index->table))};
    advice.index = spec;
    advice.index_size = packed;
    advice.freed = index->size.bytes;
    advice.upkeep = {upkeep.of(as_candidate).cost_per_day, packed, upkeep.build_time(as_candidate)};
    advice.confidence = measured ? 0.95 : 0.7;
    advice.evidence = measured ? EvidenceGrade::measured : EvidenceGrade::heuristic;
    advice.evidence_source = measured ? "pgstattuple, when the table was last analyzed" : "the size on disk, and what its entries take when packed";
    if (measured) {
        advice.reasons.push_back(fmt::format("pgstattuple read it: built again its entries take {}, on disk are {}", human(packed), human(index->size.bytes)));
    } else {
        advice.reasons.push_back(fmt::format("freshly built its {} entries take about {}, on disk are {}", human_count(*entries_of(view, *index)), human(packed), human(index->size.bytes)));
        advice.reasons.emplace_back("an estimate by the statistics; where pgstattuple is installed, 'collect' measures what looks bloated, and 'apply' refuses if there is nothing to gain");
    }
    advice.reasons.emplace_back("the index stays the same, so there is nothing to take back");
    return advice;
}

}  // namespace

std::vector<Recommendation> propose_rebuilds(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, const std::vector<Recommendation>& others) {
    std::vector<Recommendation> advice;
    // It, or what it is a part of, goes or changes now, or has a successor and goes the next time.
    const auto going = [&](const Index& index) {
        std::string reason;
        for (const auto* at = &index; at; at = at->parent ? view.index(*at->parent) : nullptr) {
            if (touches(others, at->name, {})) return true;
            const auto follows = [&](const Recommendation& one) { return one.kind == "index.create" && one.index && model::is_prefix_of(*at, as_index(*one.index)); };
            if (!model::protected_from_drop(*at, reason) && std::any_of(others.begin(), others.end(), follows)) return true;
        }
        return false;
    };
    for (const auto& one : find_bloated(view, thresholds)) {
        if (!going(*one.index)) advice.push_back(rebuild(view, upkeep, one));
    }
    return advice;
}

}  // namespace dwopt::indexing

namespace dwopt {

std::vector<RelationName> look_bloated(const Evidence& evidence, const Thresholds& thresholds) {
    constexpr Bytes most{std::int64_t{4} << 30};
    const indexing::View view(evidence);
    auto found = indexing::find_bloated(view, thresholds);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.index->size.bytes < b.index->size.bytes; });
    std::vector<RelationName> names;
    for (const auto& one : found) {
        if (one.index->size.bytes <= most) names.push_back(one.index->name);
    }
    return names;
}

}  // namespace dwopt
