#include "hot_partitions.hpp"

#include "partition_arguments.hpp"
#include "statistics.hpp"

#include "dwopt/counters.hpp"
#include "model/identifier.hpp"
#include "sql/placeholders.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace dwopt::indexing {
namespace {

constexpr std::size_t few = 4;
constexpr double nearly_all_scans = 0.95, most_rows = 0.8, part_of_bytes = 0.5, enough_scans = 100;

struct Read {
    const Table* leaf = nullptr;
    double scans = 0, rows = 0;
};

std::vector<Read> reads_of(const View& view, const Table& table) {
    std::vector<Read> reads;
    for (const auto* leaf : view.leaves(table)) {
        Read read{leaf};
        const auto& tables = view.evidence().activity.tables;
        if (const auto at = tables.find(leaf->oid); at != tables.end() && at->second.size() > table::idx_tup_fetch) {
            read.scans = at->second[table::seq_scan] + at->second[table::idx_scan];
            read.rows = at->second[table::seq_tup_read] + at->second[table::idx_tup_fetch];
        }
        reads.push_back(read);
    }
    std::sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) { return a.scans != b.scans ? a.scans > b.scans : a.leaf->name < b.leaf->name; });
    return reads;
}

std::vector<HotPartition> find_hot(const View& view, const Table& table) {
    if (table.kind != RelationKind::partitioned) return {};
    const auto reads = reads_of(view, table);
    double scans = 0, rows = 0;
    for (const auto& read : reads) {
        scans += read.scans;
        rows += read.rows;
    }
    if (scans < enough_scans) return {};
    std::vector<HotPartition> hot;
    double hot_scans = 0, hot_rows = 0;
    Bytes bytes{};
    for (const auto& read : reads) {
        if (hot_scans >= nearly_all_scans * scans) break;
        hot.push_back({read.leaf, read.scans / scans});
        hot_scans += read.scans;
        hot_rows += read.rows;
        bytes += read.leaf->size.bytes;
    }
    // Rare readers of everything (reports, dumps) scan seldom but read much.
    const bool small = static_cast<double>(bytes.value) <= part_of_bytes * static_cast<double>(view.bytes(table).value);
    return hot.size() <= few && small && hot_rows >= most_rows * rows ? hot : std::vector<HotPartition>{};
}

bool chosen_by(const View& view, const Table& leaf, const std::string& column) {
    for (const auto* at = &leaf; at->partition_parent;) {
        at = view.table(*at->partition_parent);
        if (!at) return false;
        if (divided_by(*at, column)) return true;
    }
    return false;
}

struct Values {  // of a column within a partition: one in the middle, and the next one known above it
    std::string middle;
    std::optional<std::string> above;
};

std::optional<Values> values_in(const View& view, const Table& leaf, const std::string& column) {
    const auto* statistics = view.statistics(leaf.name, column);
    if (!statistics) return std::nullopt;
    const auto bounds = array_elements(statistics->histogram_bounds);
    if (bounds.size() >= 2) return Values{bounds[(bounds.size() - 1) / 2], bounds[(bounds.size() - 1) / 2 + 1]};
    const auto common = array_elements(statistics->most_common_vals);
    return common.empty() ? std::nullopt : std::optional(Values{common.front(), std::nullopt});
}

// The literals that let a statement read that partition; empty if it does not choose one by placeholders.
std::map<int, std::string> literals_for(const View& view, const Table& leaf, const std::vector<sql::ComparedColumn>& compared) {
    std::map<int, std::string> literals;
    const auto from_below = [&](const std::string& column) {
        return std::any_of(compared.begin(), compared.end(), [&](const auto& one) { return one.column == column && (one.op.front() == '>' || one.op == "="); });
    };
    for (const auto& one : compared) {
        if (one.op.front() == '~' || one.added > 0 || !chosen_by(view, leaf, one.column)) continue;  // LIKE chooses no partition
        const auto values = values_in(view, leaf, one.column);
        const bool upper = one.op.front() == '<';
        if (!values || (upper && !from_below(one.column)) || (one.op == "<" && !values->above)) return {};
        literals[one.number] = model::quote_literal(upper && values->above ? *values->above : values->middle);
        if (one.offset > 0) literals[one.offset] = sql::no_interval;
    }
    return literals;
}

}  // namespace

const std::vector<HotPartition>& hot_partitions(const View& view, const Table& table) {
    const auto [at, fresh] = view.hot_partitions().try_emplace(&table);
    if (fresh) at->second = find_hot(view, table);
    return at->second;
}

std::vector<std::pair<std::string, double>> read_hot(const View& view, std::string_view normalised, const Features& features,
                                                     const sql::TableLookup& lookup) {
    std::map<std::size_t, const std::vector<HotPartition>*> uses;
    std::size_t most = 0;
    for (std::size_t use = 0; use < features.tables.size(); ++use) {
        const auto* table = features.tables[use].role == TableRole::insert ? nullptr : view.resolve(features.tables[use].relation);
        if (!table || hot_partitions(view, *table).empty()) continue;
        uses[use] = &hot_partitions(view, *table);
        most = std::max(most, uses[use]->size());
    }
    if (uses.empty()) return {};
    auto compared = sql::compared_columns(normalised, lookup);
    std::erase_if(compared, [](const sql::ComparedColumn& one) { return one.arm > 0; });
    std::vector<std::pair<std::string, double>> texts;
    double shares = 0;
    for (std::size_t n = 0; n < most; ++n) {
        std::map<int, std::string> literals;
        double share = 0;
        for (const auto& [use, hot] : uses) {
            const auto& partition = (*hot)[std::min(n, hot->size() - 1)];
            std::vector<sql::ComparedColumn> of_use;
            std::copy_if(compared.begin(), compared.end(), std::back_inserter(of_use), [use = use](const auto& one) { return one.table == use; });
            literals.merge(literals_for(view, *partition.table, of_use));
            share = std::max(share, partition.share);
        }
        auto text = sql::with_literals(normalised, literals);
        if (literals.empty() || !text) return {};
        texts.emplace_back(std::move(*text), share);
        shares += share;
    }
    for (auto& [text, share] : texts) share /= shares;
    return texts;
}

}  // namespace dwopt::indexing
