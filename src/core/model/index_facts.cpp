#include "model/index_facts.hpp"

#include "dwopt/counters.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace dwopt::model {
namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return names;
}

bool keys_begin_with(const Index& longer, const Index& shorter) {
    return shorter.keys.size() <= longer.keys.size() &&
           std::equal(shorter.keys.begin(), shorter.keys.end(), longer.keys.begin());
}

bool holds_column(const Index& index, const std::string& column) {
    return std::find(index.include.begin(), index.include.end(), column) != index.include.end() ||
           std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& key) { return key.column == column; });
}

// "(a IS NOT NULL)" and the like for one of the columns: implied by the equality a foreign key check asks for.
bool implied_by_equality(const std::string& predicate, const std::vector<std::string>& columns) {
    return predicate.empty() || std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
               const std::string bare = quote_identifier(column) + " IS NOT NULL";
               return predicate == bare || predicate == "(" + bare + ")";
           });
}

// Smaller is the better keeper.
auto keeper_rank(const Index& index) {
    std::string reason;
    return std::tuple(!usable(index), !protected_from_drop(index, reason), !index.parent.has_value(), index.oid, index.name);
}

// Marks all but the best of each set of equals.
void find_duplicates(const std::vector<const Index*>& same_table, std::vector<Redundancy>& out, std::set<const Index*>& dropped) {
    for (const auto* index : same_table) {
        std::string reason;
        Index bare = *index;
        bare.expression_statistics = false;  // the other has the same
        if (protected_from_drop(bare, reason)) continue;
        const Index* keep = index;
        for (const auto* other : same_table) {
            if (same_key(*index, *other) && keeper_rank(*other) < keeper_rank(*keep)) keep = other;
        }
        if (keep == index || !usable(*keep)) continue;
        out.push_back({index, keep, true});
        dropped.insert(index);
    }
}

// Whoever was to stay for its duplicates but is itself a prefix leaves that to the longer index.
void follow_keepers(std::vector<Redundancy>& out) {
    for (auto& one : out) {
        const auto next = std::find_if(out.begin(), out.end(), [&](const Redundancy& other) { return other.drop == one.keep; });
        if (next == out.end()) continue;
        one.keep = next->keep;
        one.duplicate = false;
    }
}

// is_prefix_of() is transitive, so whoever is marked has an unmarked index above it.
void find_prefixes(const std::vector<const Index*>& same_table, std::vector<Redundancy>& out, std::set<const Index*>& dropped) {
    std::vector<const Index*> marked;
    const auto serves = [&](const Index* shorter, const Index* longer) {
        return usable(*longer) && !dropped.contains(longer) && is_prefix_of(*shorter, *longer);
    };
    for (const auto* index : same_table) {
        std::string reason;
        if (dropped.contains(index) || protected_from_drop(*index, reason)) continue;
        if (std::any_of(same_table.begin(), same_table.end(), [&](const Index* other) { return serves(index, other); })) {
            marked.push_back(index);
        }
    }
    for (const auto* index : marked) {
        const Index* keep = nullptr;
        const auto rank = [](const Index& other) { return std::tuple(other.keys.size(), other.include.size(), other.name); };
        for (const auto* other : same_table) {
            if (!serves(index, other) || std::find(marked.begin(), marked.end(), other) != marked.end()) continue;
            if (keep == nullptr || rank(*other) < rank(*keep)) keep = other;
        }
        if (keep != nullptr) out.push_back({index, keep, false});
    }
    dropped.insert(marked.begin(), marked.end());
}

// A standby of the configuration that does not vouch for what it does not scan.
std::string silent_standby(const Evidence& evidence, const Thresholds& thresholds) {
    for (const auto& [key, values] : evidence.lifetime.standbys) {
        if (key.find('/') != std::string::npos || values.size() <= standby::since_s) continue;
        if (values[standby::since_s] <= 0) return fmt::format("standby {} of collect.standbys could not be read", key);
        const auto age = evidence.now - Timestamp(std::chrono::seconds(static_cast<std::int64_t>(values[standby::since_s])));
        if (age < thresholds.unused_age) {
            return fmt::format("the index counters of standby {} are only {} old", key, human(std::chrono::duration_cast<Duration>(age)));
        }
    }
    return {};
}

// Why the counters of this server cannot tell what is unused; empty if they can.
std::string withheld_because(const Evidence& evidence, const Thresholds& thresholds) {
    const auto since = evidence.lifetime.counters_since;
    if (thresholds.standby_may_read) return "standbys may read through indexes whose use is not seen here";
    if (evidence.server.in_recovery) return "this server is a standby and does not see what the primary uses";
    if (since == Timestamp{}) return "the server does not say since when its index counters count";
    if (evidence.now - since < thresholds.unused_age) {
        return fmt::format("the index counters are only {} old, less than {}",
                           human(std::chrono::duration_cast<Duration>(evidence.now - since)), human(thresholds.unused_age));
    }
    return {};
}

// Indexes together with the partition indexes attached below them.
class IndexTree {
  public:
    explicit IndexTree(const Catalog& catalog) {
        for (const auto& index : catalog.indexes) {
            if (index.parent) children_[*index.parent].push_back(&index);
        }
    }
    // Leaves that have counters: the index itself unless it is partitioned.
    void leaves(const Index& index, std::vector<const Index*>& out) const {
        if (!index.partitioned) {
            out.push_back(&index);
            return;
        }
        const auto found = children_.find(index.name);
        if (found == children_.end()) return;
        for (const auto* child : found->second) leaves(*child, out);
    }

  private:
    std::map<RelationName, std::vector<const Index*>> children_;
};

// The moment since which this one index has been watched without a scan; nullopt: it was used, or nothing is known.
std::optional<Timestamp> idle_since(const Index& leaf, const Evidence& evidence) {
    const auto& counters = evidence.lifetime.indexes;
    const auto row = counters.find(leaf.oid);
    if (row == counters.end() || row->second.size() <= index::last_scan_s) return std::nullopt;
    if (row->second[index::scans] > 0 || row->second[index::last_scan_s] > 0) return std::nullopt;
    const auto active = evidence.activity.indexes.find(leaf.oid);
    if (active != evidence.activity.indexes.end() && !active->second.empty() && active->second[index::scans] > 0) return std::nullopt;
    if (scanned_on_standby(leaf, evidence)) return std::nullopt;
    const auto appeared = evidence.index_appeared.find(leaf.oid);
    const auto since = evidence.lifetime.counters_since;
    return appeared == evidence.index_appeared.end() ? since : std::max(since, appeared->second);
}

// When the history last saw the index or one below it scanned.
Timestamp last_scan_on_record(const std::vector<const Index*>& leaves, const Evidence& evidence) {
    Timestamp last{};
    for (const auto* leaf : leaves) {
        const auto scanned = evidence.index_scanned.find(leaf->oid);
        if (scanned != evidence.index_scanned.end()) last = std::max(last, scanned->second);
    }
    return last;
}

Bytes size_of(const Index& leaf, const Evidence& evidence) {
    const auto row = evidence.lifetime.indexes.find(leaf.oid);
    if (leaf.size.bytes.value > 0 || row == evidence.lifetime.indexes.end()) return leaf.size.bytes;
    return {static_cast<std::int64_t>(row->second.size() > index::bytes ? row->second[index::bytes] : 0)};
}

}  // namespace

bool usable(const Index& index) { return index.valid && index.ready && index.live; }

bool protected_from_drop(const Index& index, std::string& reason) {
    const auto because = [&](std::string text) {
        reason = std::move(text);
        return true;
    };
    if (index.primary) return because("it is the primary key");
    if (!index.constraint.empty()) return because(fmt::format("it backs constraint '{}'", index.constraint));
    if (index.exclusion) return because("it enforces an exclusion constraint");
    if (index.unique) return because("it keeps values unique");
    if (index.referenced_by_foreign_key) return because("a foreign key refers to it");
    if (index.replica_identity) return because("it is the replica identity of its table");
    if (index.clustered) return because("its table is clustered on it");
    if (index.extension_dependent) return because("it belongs to an extension");
    if (index.expression_statistics) return because("the planner uses the statistics of its expressions");
    if (index.parent) return because(fmt::format("it is part of the partitioned index '{}'", shown(*index.parent)));
    return false;
}

bool same_key(const Index& a, const Index& b) {
    return a.table == b.table && a.method == b.method && !a.keys.empty() && a.keys == b.keys &&
           a.predicate == b.predicate && sorted(a.include) == sorted(b.include);
}

bool is_prefix_of(const Index& shorter, const Index& longer) {
    if (shorter.table != longer.table || shorter.method != "btree" || longer.method != "btree") return false;
    if (shorter.predicate != longer.predicate || shorter.keys.empty() || !keys_begin_with(longer, shorter)) return false;
    if (same_key(shorter, longer)) return false;
    return std::all_of(shorter.include.begin(), shorter.include.end(),
                       [&](const std::string& column) { return holds_column(longer, column); });
}

bool covers_foreign_key(const Index& index, const Constraint& foreign_key) {
    const auto& wanted = foreign_key.columns;
    if (index.table != foreign_key.table || !usable(index) || wanted.empty() || index.keys.size() < wanted.size()) return false;
    const bool method = index.method == "btree" || (index.method == "hash" && wanted.size() == 1);
    if (!method || !implied_by_equality(index.predicate, wanted)) return false;
    std::vector<std::string> leading;
    for (std::size_t i = 0; i < wanted.size(); ++i) leading.push_back(index.keys[i].column);
    return sorted(leading) == sorted(wanted);
}

std::vector<Redundancy> redundant_indexes(const Catalog& catalog) {
    std::map<RelationName, std::vector<const Index*>> by_table;
    for (const auto& index : catalog.indexes) by_table[index.table].push_back(&index);
    std::vector<Redundancy> out;
    for (const auto& [table, indexes] : by_table) {
        std::set<const Index*> dropped;
        find_duplicates(indexes, out, dropped);
        find_prefixes(indexes, out, dropped);
    }
    follow_keepers(out);
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.drop->name < b.drop->name; });
    return out;
}

bool scanned_on_standby(const Index& index, const Evidence& evidence) {
    const auto ending = fmt::format("/{}", index.oid);
    return std::any_of(evidence.lifetime.standbys.begin(), evidence.lifetime.standbys.end(), [&](const auto& row) {
        return row.first.ends_with(ending) && row.second.size() > standby::scans && row.second[standby::scans] > 0;
    });
}

std::string read_elsewhere(const Evidence& evidence, const Thresholds& thresholds) {
    if (thresholds.standby_may_read) return "standbys may read through indexes whose use is not seen here";
    if (evidence.server.in_recovery) return "this server is a standby and does not see what the primary uses";
    if (!evidence.lifetime.standbys.empty()) return silent_standby(evidence, thresholds);
    for (const auto& [name, values] : evidence.activity.replication) {
        if (values.size() > replication::active && values[replication::active] > 0) {
            return fmt::format("standby or slot '{}' is connected and may read through it (collect.standbys)", shown({"", name}));
        }
    }
    return {};
}

UnusedVerdict unused_indexes(const Evidence& evidence, const Thresholds& thresholds) {
    UnusedVerdict verdict;
    verdict.withheld = withheld_because(evidence, thresholds);
    if (!verdict.withheld.empty()) return verdict;
    const IndexTree tree(evidence.catalog);
    const auto backs_foreign_key = [&](const Index& index) {
        const auto& all = evidence.catalog.constraints;
        return std::any_of(all.begin(), all.end(), [&](const Constraint& c) { return c.kind == 'f' && covers_foreign_key(index, c); });
    };
    for (const auto& index : evidence.catalog.indexes) {
        std::string reason;
        if (protected_from_drop(index, reason) || !usable(index) || backs_foreign_key(index)) continue;
        std::vector<const Index*> leaves;
        tree.leaves(index, leaves);
        UnusedIndex found{&index, {}, evidence.lifetime.counters_since};
        const bool idle = !leaves.empty() && std::all_of(leaves.begin(), leaves.end(), [&](const Index* leaf) {
            const auto since = idle_since(*leaf, evidence);
            if (since) found.since = std::max(found.since, *since);
            found.size += size_of(*leaf, evidence);
            return since.has_value();
        });
        if (!idle || found.size < thresholds.unused_size || evidence.now - found.since < thresholds.unused_age) continue;
        constexpr auto a_year = std::chrono::hours(24 * 400);  // and a month: a yearly job may be late
        const auto scanned = last_scan_on_record(leaves, evidence);
        if (scanned != Timestamp{} && evidence.now - scanned < a_year) verdict.seldom.push_back({&index, found.size, scanned});
        else verdict.indexes.push_back(found);
    }
    return verdict;
}

}  // namespace dwopt::model
