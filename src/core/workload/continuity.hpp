// What happened to one family's books between two readings, as far as it can be proved.
#pragma once

#include "dwopt/snapshot.hpp"

#include <optional>
#include <vector>

namespace dwopt::workload {

enum class Continuity {
    first,      // no snapshot before: everything since the last reset is the first window
    same,       // the same books, perhaps with single rows reset or evicted
    emptied,    // the same server, and every row began anew after the reading before
    foreign,    // other books (another server, or a family not read before): values say nothing about this window
};

struct Judgement {
    Continuity continuity = Continuity::same;
    std::vector<Discontinuity> discontinuities;
    bool explained = false;  // by `discontinuities`: a falling counter needs no further word
};

// `before` null: the family was not read in the snapshot before. `server_before` empty: there was no snapshot.
[[nodiscard]] Judgement judge(const CounterReading* before, const std::optional<ServerState>& server_before,
                              const CounterReading& after, const ServerState& server_after);

}  // namespace dwopt::workload
