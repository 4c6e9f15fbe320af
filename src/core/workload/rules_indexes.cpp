// Rules about indexes that are there. What may be dropped is judged in model/index_facts.hpp.
#include "rules.hpp"

#include "model/identifier.hpp"
#include "model/index_facts.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workload {
namespace {

std::string size_text(Bytes size) { return size.value > 0 ? human(size) : "size unknown"; }

bool has_standbys(const Evidence& evidence, const Thresholds& thresholds) {  // that are not read too
    if (!evidence.lifetime.standbys.empty()) return !model::read_elsewhere(evidence, thresholds).empty();
    return !evidence.lifetime.replication.empty() || !evidence.activity.replication.empty();
}

std::string invalid_advice(const Index& index) {
    const auto name = model::qualified(index.name);
    if (index.partitioned) return "It lacks an index on some partition: create and attach what is missing, or drop it.";
    const std::string first = "Make sure that no build is under way (`SELECT * FROM pg_stat_progress_create_index;`), then ";
    for (const char* leftover : {"_ccnew", "_ccold"}) {
        if (index.name.name.find(leftover) == std::string::npos) continue;
        return first + fmt::format("drop what a broken REINDEX CONCURRENTLY left: `DROP INDEX CONCURRENTLY {};`.", name);
    }
    if (!index.constraint.empty()) return first + fmt::format("run `REINDEX INDEX CONCURRENTLY {};`.", name);
    return first + fmt::format("`REINDEX INDEX CONCURRENTLY {0};` if it is wanted, else `DROP INDEX CONCURRENTLY {0};`.", name);
}

}  // namespace

void invalid_index(const Facts& facts, const Thresholds&, Findings& out) {
    for (const auto& index : facts.evidence().catalog.indexes) {
        if (model::usable(index)) continue;
        auto& f = out.add(index.table, model::shown(index.name), 2);
        f.summary = fmt::format("index {} on {} is invalid: no query uses it{}", model::shown(index.name), model::shown(index.table),
                                index.ready && !index.partitioned ? ", every write still maintains it" : "");
        f.advice = invalid_advice(index);
        f.evidence = {{"size", size_text(index.size.bytes)},
                      {"state", !index.live ? "being dropped" : index.ready ? "ready, not valid" : "not ready"}};
        f.value = static_cast<double>(index.size.bytes.value);
    }
}

void unused_index(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    const auto& evidence = facts.evidence();
    for (const auto& unused : model::unused_indexes(evidence, thresholds).indexes) {
        const auto& index = *unused.index;
        const auto age = std::chrono::duration_cast<Duration>(evidence.now - unused.since);
        auto& f = out.add(index.table, model::shown(index.name),
                          unused.size / Bytes{std::max<std::int64_t>(thresholds.unused_size.value, 1)});
        f.summary = fmt::format("index {} on {} ({}) was not scanned once in {}", model::shown(index.name), model::shown(index.table),
                                human(unused.size), human(age));
        f.advice = "Let `dwopt recommend --kind index.drop` propose the drop with its undo.";
        if (has_standbys(evidence, thresholds)) f.advice += " This warehouse has standbys: make sure that no query there reads through it.";
        f.evidence = {{"scans", "0"}, {"since", rfc3339(unused.since)}, {"size", human(unused.size)}};
        f.value = static_cast<double>(unused.size.value);
        f.threshold = static_cast<double>(thresholds.unused_size.value);
    }
}

void duplicate_index(const Facts& facts, const Thresholds&, Findings& out) {
    for (const auto& [drop, keep, duplicate] : model::redundant_indexes(facts.evidence().catalog)) {
        auto& f = out.add(drop->table, model::shown(drop->name), duplicate ? 2 : 1);
        f.summary = fmt::format("index {} on {} {} {}", model::shown(drop->name), model::shown(drop->table),
                                duplicate ? "is the same as" : "holds nothing that is not in", model::shown(keep->name));
        f.advice = "Every write maintains both. Let `dwopt recommend --kind index.drop` propose the drop with its undo.";
        f.evidence = {{"superfluous", fmt::format("{}, {}", model::describe(model::spec_of(*drop)), size_text(drop->size.bytes))},
                      {"stays", fmt::format("{}, {}", model::describe(model::spec_of(*keep)), size_text(keep->size.bytes))}};
        f.value = static_cast<double>(drop->size.bytes.value);
    }
}

}  // namespace dwopt::workload
