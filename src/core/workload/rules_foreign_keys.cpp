// Foreign keys whose referencing side has no index: every delete or key update of a referenced row reads the whole table.
#include "rules.hpp"

#include "model/identifier.hpp"
#include "model/index_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workload {
namespace {

std::string column_list(const std::vector<std::string>& columns) {
    std::string out;
    for (const auto& column : columns) out += (out.empty() ? "" : ", ") + model::quote_identifier(column);
    return out;
}

}  // namespace

void missing_foreign_key_index(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    for (const auto* without : model::foreign_keys_without_index(facts.evidence().catalog)) {
        const auto& key = *without;
        const auto* table = facts.table(key.table);
        if (table == nullptr || table->extension_member) continue;
        const auto size = facts.bytes(*table);
        if (size < thresholds.foreign_key_table_size) continue;
        double removed = 0;
        if (const auto* target = facts.table(key.referenced_table)) {
            for (const auto* leaf : facts.leaves(*target)) removed += facts.grown(*leaf, table::n_tup_del);
        }
        const double excess = size / Bytes{std::max<std::int64_t>(thresholds.foreign_key_table_size.value, 1)};
        auto& f = out.add(key.table, key.name, removed > 0 ? std::max(excess, 2.0) : 1, Severity::warning);
        const auto columns = column_list(key.columns);
        const auto how = table->kind == RelationKind::partitioned ? "" : "CONCURRENTLY ";
        f.summary = fmt::format("foreign key {} of {} ({}) has no index on ({})", model::shown({"", key.name}), model::shown(key.table),
                                human(size), columns);
        f.advice = fmt::format("Each delete or key change in {} reads the whole table. Run `CREATE INDEX {}ON {} ({});` or let "
                               "`dwopt recommend` weigh it.",
                               model::shown(key.referenced_table), how, model::qualified(key.table), columns);
        f.evidence = {{"references", model::shown(key.referenced_table)},
                      {"size of the referencing table", human(size)},
                      {"rows deleted there in the window", human_count(removed)}};
        f.value = static_cast<double>(size.value);
        f.threshold = static_cast<double>(thresholds.foreign_key_table_size.value);
    }
}

}  // namespace dwopt::workload
