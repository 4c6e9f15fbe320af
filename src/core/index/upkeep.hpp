// What an index costs once it is there: every write to its table, and building it.
//
// The model, in planner units. A row version that needs an index entry pays
//   descent    (log2(rows) + 50 × (height + 1)) × cpu_operator_cost + cpu_index_tuple_cost, as genericcostestimate counts it
//   page       random_page_cost × the chance that the leaf is not in shared_buffers: size beyond a quarter of them, at
//              least 2 %; almost nothing where the leading column grows with the table (new entries go to the last page)
//   WAL        two sequential pages for every page full of entries
// Inserts and updates that are not HOT pay once, deletes half (vacuum removes entries in bulk); HOT updates pay when they
// write a column of the index, since they would not be HOT any more, and then for an entry in each other index too. GIN pays for each key
// of the value, BRIN next to nothing. Milliseconds are planner units times
// what the workload's statements were seen to take per unit.
#pragma once

#include "costing.hpp"

#include <utility>
#include <vector>

namespace dwopt::indexing {

struct WriteLoad {
    double per_day = 0;         // row versions that need an entry in this index
    Cost cost_per_day{};
    Millis time_per_day{};
};

// A pattern that inserts or updates rows of a table, and what it takes for each of them. Where the table's counters tell of writes that no
// timed pattern does, as COPY and texts that are hidden, all of those together: by the model, a row and its entries in the indexes there are.
struct Writer {
    const Pattern* pattern = nullptr;  // null for those
    const TableUse* use = nullptr;     // likewise
    const Table* table = nullptr;
    Millis per_row{};
};

class Upkeep {
  public:
    // `limited`: writes that no timed pattern tells of are judged too.
    Upkeep(const View& view, double ms_per_cost, bool limited = false);
    [[nodiscard]] WriteLoad of(const Candidate& candidate) const;
    [[nodiscard]] const std::vector<Writer>& writers() const { return writers_; }
    // How much slower the index makes those that write to its table: number of the writer, percent of its time. Deletes leave
    // entries to vacuum and pay nothing.
    [[nodiscard]] std::vector<std::pair<std::size_t, double>> burdens(const Candidate& candidate) const;
    // CREATE INDEX CONCURRENTLY reads the table twice, sorts once and writes the index. A rough estimate for a table in
    // memory, not calibrated: 0.012 ms a page, 0.0006 ms a row and key (twice for texts and numerics), 0.015 ms an index page.
    [[nodiscard]] Millis build_time(const Candidate& candidate) const;

  private:
    void add_unheard_writers();
    [[nodiscard]] double heard_per_day(const Candidate& candidate) const;
    [[nodiscard]] bool concerns(const Writer& writer, const Table& table) const;
    [[nodiscard]] double paying(const Writer& writer, const Table& table, const IndexSpec& spec) const;
    [[nodiscard]] double entry_cost(const Candidate& candidate) const;
    [[nodiscard]] double other_indexes(const Table& table) const;
    [[nodiscard]] double hot_updates_touching(const Table& table, const IndexSpec& spec) const;

    const View* view_;
    double ms_per_cost_;
    std::vector<Writer> writers_;
};

}  // namespace dwopt::indexing
