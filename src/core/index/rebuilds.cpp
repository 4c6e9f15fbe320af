#include "rebuilds.hpp"

#include "size.hpp"

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

// Not with expressions, without statistics, or with a fill factor or the like of its own.
bool judged(const View& view, const Index& index) {
    const bool plain = index.method == "btree" && model::usable(index) && !index.partitioned && !index.exclusion && index.definition.find(" WITH (") == std::string::npos;
    return plain && std::all_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& key) { return !key.column.empty() && view.statistics(index.table, key.column); });
}

std::optional<Bytes> packed_size(const View& view, const Index& index) {
    constexpr double more_values = 3;  // ANALYZE counts too few distinct ones, which would make the index look too small
    const auto entries = entries_of(view, index);
    if (!entries || !judged(view, index)) return std::nullopt;
    auto model = size_model(view, model::spec_of(index));
    model.rows = *entries;
    model.groups = std::clamp(model.groups * more_values, 1.0, std::max(1.0, model.rows));
    return btree_shape(model).size;
}

Recommendation rebuild(const View& view, const Upkeep& upkeep, const Index& index, Bytes packed) {
    const Bytes freed = index.size.bytes - packed;
    const Candidate as_candidate{model::spec_of(index), Form::single, {}, packed};
    Recommendation advice;
    advice.id = "ib-" + model::hex(model::fnv1a(fmt::format("rebuild|{}|{}", model::qualified(index.name), model::canonical(as_candidate.spec))), 8);
    advice.kind = "index.rebuild";
    advice.target = index.table;
    advice.layer = layer_of(index.table.schema);
    advice.summary = fmt::format("rebuild index {} ({}), about {} of it is bloat", model::shown(index.name), human(index.size.bytes), human(freed));
    advice.ddl = {"REINDEX INDEX CONCURRENTLY " + model::qualified(index.name)};
    advice.locks = {fmt::format("SHARE UPDATE EXCLUSIVE on {}: reads and writes go on", model::shown(index.table))};
    advice.index = as_candidate.spec;
    advice.index_size = packed;
    advice.upkeep = {upkeep.of(as_candidate).cost_per_day, packed, upkeep.build_time(as_candidate)};
    advice.confidence = 0.7;
    advice.evidence = EvidenceGrade::heuristic;
    advice.evidence_source = "the size on disk, and what its entries take when packed";
    advice.reasons = {fmt::format("freshly built its {} entries take about {}, on disk are {}", human_count(*entries_of(view, index)), human(packed), human(index.size.bytes)),
                      "an estimate by the statistics; where pgstattuple is installed, 'apply' measures first and refuses if there is nothing to gain",
                      "the index stays the same, so there is nothing to take back"};
    return advice;
}

}  // namespace

std::vector<Recommendation> propose_rebuilds(const View& view, const Thresholds& thresholds, const Upkeep& upkeep, const std::vector<Recommendation>& others) {
    struct Bloated {
        const Index* index;
        Bytes packed;
    };
    std::vector<Bloated> found;
    for (const auto& index : view.evidence().catalog.indexes) {
        if (index.size.bytes < thresholds.bloat_size || touches(others, index.name, {})) continue;
        const auto packed = packed_size(view, index);
        if (!packed || *packed >= index.size.bytes) continue;
        const Bytes freed = index.size.bytes - *packed;
        if (freed >= thresholds.bloat_size && freed / index.size.bytes * 100 >= thresholds.bloat_pct) found.push_back({&index, *packed});
    }
    std::sort(found.begin(), found.end(), [](const Bloated& a, const Bloated& b) {
        const Bytes x = a.index->size.bytes - a.packed, y = b.index->size.bytes - b.packed;
        return x != y ? x > y : a.index->name < b.index->name;
    });
    std::vector<Recommendation> advice;
    for (const auto& one : found) advice.push_back(rebuild(view, upkeep, *one.index, one.packed));
    return advice;
}

}  // namespace dwopt::indexing
