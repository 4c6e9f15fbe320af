#include "continuity.hpp"

#include "books.hpp"

namespace dwopt::workload {
namespace {

using Cause = Discontinuity::Cause;

bool same_process(const ServerState& a, const ServerState& b) { return a.started_at == b.started_at; }

// Another postmaster that ran before we last looked, another timeline, or the other side of a standby: not the server we knew.
bool other_server(const ServerState& before, const ServerState& after) {
    if (same_process(before, after)) return false;
    const bool timelines_known = before.timeline != 0 && after.timeline != 0;
    if (timelines_known && before.timeline != after.timeline) return true;
    return after.started_at <= before.now || before.in_recovery != after.in_recovery;
}

bool began_after(const CounterReading& reading, Timestamp moment) { return reading.reset_at && *reading.reset_at > moment; }

// The server's own word that the books were opened anew since the reading before.
bool reset_since(const CounterReading& before, const CounterReading& after, Timestamp looked) {
    if (!after.reset_at) return false;
    return before.reset_at ? *after.reset_at > *before.reset_at : *after.reset_at > looked;
}

// Same reset time, same books: no two servers have one to the microsecond.
bool proven_same(const CounterReading& before, const CounterReading& after) {
    return before.reset_at && after.reset_at && before.reset_at == after.reset_at && before.epoch == after.epoch;
}

void note_evictions(const CounterReading* before, const CounterReading& after, bool anew, Judgement& out) {
    const auto known = before == nullptr || anew ? 0 : before->dealloc;
    if (after.dealloc > known) out.discontinuities.push_back({after.family, Cause::eviction, after.dealloc - known});
}

}  // namespace

Judgement judge(const CounterReading* before, const std::optional<ServerState>& server_before, const CounterReading& after,
                const ServerState& server_after) {
    Judgement out;
    const auto note = [&](Cause cause) {
        out.explained = true;
        if (has_counters(after.family)) out.discontinuities.push_back({after.family, cause, 0});
    };
    if (!server_before) {
        out.continuity = Continuity::first;
        note_evictions(nullptr, after, true, out);
        return out;
    }
    const bool total = reset_is_total(after.family);
    if (before == nullptr || (other_server(*server_before, server_after) && !proven_same(*before, after))) {
        if (before != nullptr) note(Cause::failover);
        const bool anew = total && began_after(after, server_before->now);
        out.continuity = anew ? Continuity::emptied : Continuity::foreign;
        return out;
    }
    const bool reset = reset_since(*before, after, server_before->now);
    const bool restarted = !same_process(*server_before, server_after);
    out.continuity = reset && total ? Continuity::emptied : Continuity::same;
    if (restarted && !proven_same(*before, after)) note(Cause::restart);
    else if (reset || before->epoch != after.epoch) note(Cause::reset);
    note_evictions(before, after, out.continuity == Continuity::emptied, out);
    return out;
}

}  // namespace dwopt::workload
