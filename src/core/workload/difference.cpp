// From cumulative counters to activity.
//
// PostgreSQL never says what happened between two looks; it shows sums since some reset. Between the looks a row may have
// been reset, alone or with all others, its server may have restarted or been replaced, its entry may have been evicted
// and come back. Let b and a be a counter at the looks and T what truly happened between. Everything here rests on one
// observation about the books of one server:
//
//     not reset in between   T = a − b
//     reset in between       T = (unseen part before the reset) + a ≥ a ≥ a − b
//
// So a − b, where it is not negative, is never more than the truth, whatever happened; and where a < b the row was reset
// for certain and a itself is never more than the truth. That is the rule for a row seen twice, and it needs no faith in
// reset times. All counters of one server entry fall together, so a fall of one proves the reset for its fellows, which
// may have grown past b again; books.cpp says which counters share an entry. Three kinds of number are none of one entry
// but sums: idx_scan and its like in pg_stat_all_tables (over the table's indexes), rows hidden from our role (over
// statements), qualifiers (over constants). A sum falls when a part is dropped, without any reset: then the row says nothing.
//
// More than a − b may be claimed only on proof that the row began anew after the first look: a key that was not there;
// or, for pg_stat_statements, a later stats_reset, because it moves only when all entries go. The stats_reset of a database
// proves nothing for its tables: resetting a single one moves it too.
//
// A key that was not there is new, with two exceptions. A role that gains or loses the right to see a user's statements
// sees old entries under new keys. And REINDEX CONCURRENTLY hands the counters of the old index to the new one.
//
// A restarted server keeps books (clean stop) or empties them (crash): the rule above holds for both. Another server does
// not: its books belong to another history, and only a total reset after our first look lets them speak. It is told by
// another start time together with another timeline, with the other side of replication, or with a start before our first
// look. The same reset time to the microsecond outweighs these.
//
// Gauges are states and are passed on as they are. Limits: after an unseen reset, a row that grew past its old value is
// counted too low (by at most b); while REINDEX CONCURRENTLY runs, the server itself counts the twin indexes of a table twice.
#include "continuity.hpp"
#include "row_delta.hpp"

#include "dwopt/stages.hpp"

#include <algorithm>

namespace dwopt {
namespace {

const CounterReading* find(const std::vector<CounterReading>& readings, Family family) {
    const auto found = std::find_if(readings.begin(), readings.end(), [&](const auto& r) { return r.family == family; });
    return found == readings.end() ? nullptr : &*found;
}

// Since when the first window's counters count: what the statements say, as they are what most is made of.
Timestamp first_start(const std::vector<CounterReading>& readings, const ServerState& server) {
    const auto* statements = find(readings, Family::statement);
    if (statements != nullptr && statements->reset_at) return *statements->reset_at;
    if (server.started_at != Timestamp{}) return server.started_at;
    for (const auto& reading : readings) {
        if (reading.reset_at) return *reading.reset_at;
    }
    return server.now;
}

}  // namespace

Difference difference(const std::vector<CounterReading>& before, const std::optional<ServerState>& server_before,
                      const std::vector<CounterReading>& after, const ServerState& server_after) {
    Difference out;
    const auto from = server_before ? server_before->now : first_start(after, server_after);
    out.window = {std::min(from, server_after.now), server_after.now};
    for (const auto& reading : after) {
        const auto* was = server_before ? find(before, reading.family) : nullptr;
        auto judgement = workload::judge(was, server_before, reading, server_after);
        auto family = workload::family_delta(was, reading, judgement.continuity);
        if (family.fell && !judgement.explained && judgement.discontinuities.empty()) {
            judgement.discontinuities.push_back({reading.family, Discontinuity::Cause::reset, 0});
        }
        out.discontinuities.insert(out.discontinuities.end(), judgement.discontinuities.begin(), judgement.discontinuities.end());
        if (!family.delta.rows.empty()) out.deltas.push_back(std::move(family.delta));
    }
    return out;
}

}  // namespace dwopt
