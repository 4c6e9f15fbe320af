#include "upkeep.hpp"

#include "expressions.hpp"
#include "size.hpp"
#include "statistics.hpp"

#include "dwopt/counters.hpp"
#include "model/index_sql.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace dwopt::indexing {
namespace {

double postgres_blocks(const View& view, std::string_view setting, double otherwise) {
    return view.setting(setting, otherwise);  // shared_buffers is shown in blocks of 8 kB
}

bool holds_column(const IndexSpec& spec, const std::string& column) {
    const auto named = [&](const IndexKey& key) {
        return key.column.empty() ? names_column(key.expression, column) : key.column == column;
    };
    return std::any_of(spec.keys.begin(), spec.keys.end(), named) ||
           std::find(spec.include.begin(), spec.include.end(), column) != spec.include.end() ||
           names_column(spec.predicate, column);
}

// The table itself, or a partition of it at any level.
bool is_part_of(const View& view, const Table& part, const Table& whole) {
    const auto* at = &part;
    while (at && at != &whole) at = at->partition_parent ? view.table(*at->partition_parent) : nullptr;
    return at != nullptr;
}

}  // namespace

Upkeep::Upkeep(const View& view, double ms_per_cost, bool limited) : view_(&view), ms_per_cost_(ms_per_cost) {
    for (const auto& pattern : view.evidence().workload.patterns) {
        for (const auto& use : pattern.features.tables) {
            const bool writes = use.role == TableRole::insert || use.role == TableRole::update;
            const auto* table = writes ? view.resolve(use.relation) : nullptr;
            const bool again = pattern.usage.calls > 1;  // a load that ran once is over
            if (table && again && pattern.usage.rows > 0 && pattern.usage.total.value > 0) {
                writers_.push_back({&pattern, &use, table, Millis{pattern.usage.total.value / pattern.usage.rows}});
            }
        }
    }
    if (limited) add_unheard_writers();
}

void Upkeep::add_unheard_writers() {
    std::set<const Table*> heard;
    for (const auto& writer : writers_) heard.insert(&view_->root(*writer.table));
    for (const auto& table : view_->evidence().catalog.tables) {
        const double rows = view_->inserts_per_day(table) + view_->per_day(table, table::n_tup_upd);
        if (table.partition_parent || rows < 1 || heard.contains(&table)) continue;
        double width = 24;
        for (const auto& column : table.columns) width += column_width(*view_, table, column).mean();
        double cost = view_->setting("cpu_tuple_cost", 0.01) + 2 * view_->setting("seq_page_cost", 1) * (width + 40) / 8192.0;
        for (const auto* index : view_->indexes(table.name)) {
            if (index->ready && !index->keys.empty()) cost += entry_cost({model::spec_of(*index), Form::single, {}, index->size.bytes});
        }
        writers_.push_back({nullptr, nullptr, &table, Millis{cost * ms_per_cost_}});
    }
}

double Upkeep::entry_cost(const Candidate& candidate) const {
    const auto model = size_model(*view_, candidate.spec);
    int height = 0;
    for (const auto& extent : candidate.extents) height = std::max(height, extent.height);
    const double cpu_operator = view_->setting("cpu_operator_cost", 0.0025);
    const double descent = (std::log2(std::max(2.0, model.rows)) + 50.0 * (height + 1)) * cpu_operator +
                           view_->setting("cpu_index_tuple_cost", 0.005);
    const double index_pages = static_cast<double>(candidate.size.value) / 8192.0;
    const double buffers = postgres_blocks(*view_, "shared_buffers", 16384);
    double missed = std::clamp(1 - buffers * 0.25 / std::max(1.0, index_pages), 0.02, 1.0);
    const auto& first = candidate.spec.keys.front();
    const auto* statistics = view_->statistics(candidate.spec.table, first.column);
    if (statistics && statistics->correlation && *statistics->correlation > 0.95 && statistics->n_distinct != 0) missed = 0.005;
    const double wal = 2 * view_->setting("seq_page_cost", 1) * (model.tuple + 4 + 40) / 8192.0;
    const double entry = descent + missed * view_->setting("random_page_cost", 4) + wal;
    constexpr double summary = 0.05;  // of a block range: changes for few of its rows
    return candidate.spec.method == "gin" ? entry * keys_per_row(*view_, candidate.spec) : candidate.spec.method == "brin" ? entry * summary : entry;
}

// Rows a day that UPDATE patterns of the workload change in a column of the index, at most as many as were HOT.
double Upkeep::hot_updates_touching(const Table& table, const IndexSpec& spec) const {
    double rows = 0;
    for (const auto& pattern : view_->evidence().workload.patterns) {
        for (const auto& use : pattern.features.tables) {
            if (use.role != TableRole::update) continue;
            const auto* updated = view_->resolve(use.relation);
            if (!updated || &view_->root(*updated) != &view_->root(table)) continue;
            const bool touches = std::any_of(use.written.begin(), use.written.end(), [&](const std::string& c) { return holds_column(spec, c); });
            if (touches) rows += pattern.usage.rows / view_->days();
        }
    }
    return std::min(rows, view_->per_day(table, table::n_tup_hot_upd));
}

double Upkeep::other_indexes(const Table& table) const {
    const auto& all = view_->indexes(table.name);
    return static_cast<double>(std::count_if(all.begin(), all.end(), [](const Index* index) { return index->ready; }));
}

WriteLoad Upkeep::of(const Candidate& candidate) const {
    const auto* written = view_->table(candidate.spec.table);
    if (!written) return {};
    const double share = predicate_share(*view_, candidate.spec);
    const double updates = std::max(0.0, view_->per_day(*written, table::n_tup_upd) - view_->per_day(*written, table::n_tup_hot_upd));
    WriteLoad load;
    const double hot = hot_updates_touching(*written, candidate.spec);
    load.per_day = share * (view_->inserts_per_day(*written) + updates + hot +
                            0.5 * view_->per_day(*written, table::n_tup_del));
    if (load.per_day <= 0) load.per_day = share * heard_per_day(candidate);
    if (load.per_day <= 0) return load;
    load.cost_per_day = Cost{(load.per_day + hot * other_indexes(*written)) * entry_cost(candidate)};
    load.time_per_day = Millis{load.cost_per_day.value * ms_per_cost_};
    return load;
}

// Of a table without counters, as a bundle's and a standby's are, by the statements on record.
double Upkeep::heard_per_day(const Candidate& candidate) const {
    const auto& table = *view_->table(candidate.spec.table);
    double entries = 0;
    for (const auto& writer : writers_) {
        if (!writer.pattern || !concerns(writer, table)) continue;
        entries += writer.pattern->usage.rows / view_->days() * paying(writer, table, candidate.spec);
    }
    return entries;
}

// Not a sibling's rows.
bool Upkeep::concerns(const Writer& writer, const Table& table) const { return is_part_of(*view_, *writer.table, table) || is_part_of(*view_, table, *writer.table); }

// How many entries a row version that it writes needs for the index.
double Upkeep::paying(const Writer& writer, const Table& table, const IndexSpec& spec) const {
    const double updated = view_->per_day(table, table::n_tup_upd), hot = view_->per_day(table, table::n_tup_hot_upd);
    const double hot_share = updated > 0 ? std::min(1.0, hot / updated) : 1;
    if (!writer.pattern) {
        const double inserted = view_->inserts_per_day(table);
        return (inserted + updated * (1 - hot_share)) / std::max(1.0, inserted + updated);
    }
    if (writer.use->role == TableRole::insert) return 1;
    const auto& written = writer.use->written;
    const bool touches = std::any_of(written.begin(), written.end(), [&](const std::string& c) { return holds_column(spec, c); });
    return touches ? 1 + hot_share * other_indexes(table) : 1 - hot_share;
}

std::vector<std::pair<std::size_t, double>> Upkeep::burdens(const Candidate& candidate) const {
    std::vector<std::pair<std::size_t, double>> burdens;
    const auto* table = view_->table(candidate.spec.table);
    if (!table || writers_.empty()) return burdens;
    double entry = -1;
    for (std::size_t w = 0; w < writers_.size(); ++w) {
        const auto& writer = writers_[w];
        if (!concerns(writer, *table)) continue;
        const double paying = this->paying(writer, *table, candidate.spec);
        if (entry < 0) entry = predicate_share(*view_, candidate.spec) * entry_cost(candidate) * ms_per_cost_;
        if (paying > 0) burdens.emplace_back(w, 100 * paying * entry / writer.per_row.value);
    }
    return burdens;
}

Millis Upkeep::build_time(const Candidate& candidate) const {
    const auto* table = view_->table(candidate.spec.table);
    if (!table) return {};
    double slow_keys = 0;
    for (const auto& key : candidate.spec.keys) {
        const auto* column = View::column(*table, key.column);
        const bool slow = !column || column->type_category == 'S' || column->type.starts_with("numeric");
        slow_keys += slow ? 2 : 1;
    }
    const double rows = view_->rows(*table) * predicate_share(*view_, candidate.spec);
    return Millis{2 * 0.012 * view_->pages(*table) + 0.0006 * rows * slow_keys + 0.015 * static_cast<double>(candidate.size.value) / 8192.0};
}

}  // namespace dwopt::indexing
