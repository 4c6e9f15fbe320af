// Candidates: indexes that a statement could use, by what its text asks of each table.
#pragma once

#include "access.hpp"

#include "dwopt/ports.hpp"

#include <string>
#include <vector>

namespace dwopt::indexing {

// The plainer its form, the earlier a candidate is shown to the planner: if a narrow index does, the wide one must prove itself.
enum class Form { single, composite, covering };

struct Candidate {
    IndexSpec spec;  // named
    Form form = Form::single;
    std::vector<IndexExtent> extents;  // predicted, for each table with rows
    Bytes size{};                      // of all of them
};

struct CandidateLimits {
    int max_width = 3;
    std::size_t per_access = 60;
    std::size_t included_columns = 12;
    double included_bytes = 120;  // mean width of all included columns
};

// Few and narrow enough to be carried along?
[[nodiscard]] bool may_include(const View& view, const IndexSpec& spec, const CandidateLimits& limits);

// Why no index is proposed for a table at all; empty if one may be.
[[nodiscard]] std::string excluded(const View& view, const Table& table, Bytes min_table_size);

// The existing usable index that already gives what `spec` would, or null.
[[nodiscard]] const Index* covered_by(const View& view, const IndexSpec& spec);

// All candidates for one access, without those an existing index covers; the order is fixed by the access.
[[nodiscard]] std::vector<Candidate> candidates_for(const View& view, const Access& access, const CandidateLimits& limits);

// Gives size and name; nothing if the index could not be built (too wide, columns unknown) or writes could fail by it one day (documents).
[[nodiscard]] bool finish(const View& view, Candidate& candidate);

}  // namespace dwopt::indexing
