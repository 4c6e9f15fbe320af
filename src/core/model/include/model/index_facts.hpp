// What may be said of existing indexes without asking a planner: which must stay, which repeat another, which nobody
// uses. Shared by the analysis (findings) and the advisor (drops), so that the two never disagree.
// Pure functions over the catalog; pointers in results point into the arguments.
#pragma once

#include "dwopt/finding.hpp"
#include "dwopt/workload.hpp"

#include <string>
#include <vector>

namespace dwopt::model {

// True if dropping this index could break or weaken something besides reads: it enforces a rule, another object needs
// it, or what it would take away cannot be judged. `reason` then says why, as a clause ("it backs constraint 'x'").
[[nodiscard]] bool protected_from_drop(const Index& index, std::string& reason);

// Answers scans for the planner: valid, ready and live.
[[nodiscard]] bool usable(const Index& index);

// The same table, method, keys (with operator class, collation and direction), INCLUDE columns and predicate.
[[nodiscard]] bool same_key(const Index& a, const Index& b);

// Every search `shorter` can serve, `longer` can: btrees with the same predicate, the keys of one begin the keys of the
// other (or are the same), and the INCLUDE columns of the shorter are in the longer. False for same_key().
[[nodiscard]] bool is_prefix_of(const Index& shorter, const Index& longer);

// The check a foreign key does on the referencing table can use this index: its columns, in any order, are the leading
// keys of a usable btree (or the one key of a hash index), and it is not partial but for "column IS NOT NULL".
[[nodiscard]] bool covers_foreign_key(const Index& index, const Constraint& foreign_key);

// Those whose check reads the whole referencing table, ordered by it: neither it nor each of its partitions has an index that covers them.
// Without the copies that PostgreSQL makes of a key for partitions on either side.
[[nodiscard]] std::vector<const Constraint*> foreign_keys_without_index(const Catalog& catalog);

// An index that another one makes superfluous. `drop` is never protected_from_drop(), but by its expressions' statistics where `keep`
// has the same; `keep` is usable and not itself in the list of drops.
struct Redundancy {
    const Index* drop = nullptr;
    const Index* keep = nullptr;
    bool duplicate = false;  // same_key(); else a prefix
};
// Ordered by the name of the index to drop. Of equals the one stays that is protected, then an attached partition index,
// then the older.
[[nodiscard]] std::vector<Redundancy> redundant_indexes(const Catalog& catalog);

struct UnusedIndex {
    const Index* index = nullptr;
    Bytes size{};        // with all partitions
    Timestamp since{};   // no scan since then
};
struct UnusedVerdict {
    std::vector<UnusedIndex> indexes;  // ordered by name
    std::vector<UnusedIndex> seldom;   // unused by the server's counters, but scanned in the last 400 days on record, `since` then: a yearly job
    std::string withheld;  // why no index of this warehouse may be called unused now; empty if it may
};
// Why other servers may read through indexes, and nobody here sees which; empty if none does, or all that do are read too
// (collect.standbys).
[[nodiscard]] std::string read_elsewhere(const Evidence& evidence, const Thresholds& thresholds);
// A standby that is read too has scanned it.
[[nodiscard]] bool scanned_on_standby(const Index& index, const Evidence& evidence);

// No scan since the counters began, on any partition; and the counters, and the index as far as is known, are at least
// `unused_age` old. Never a protected one, never one that serves a foreign key's check. Withheld altogether where the
// reads of another server may be what it is for.
[[nodiscard]] UnusedVerdict unused_indexes(const Evidence& evidence, const Thresholds& thresholds);

}  // namespace dwopt::model
