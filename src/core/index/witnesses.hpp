// Who would miss an index: every pattern on its table in the workload and in the months before, planned with it and without.
#pragma once

#include "costing.hpp"

#include <deque>

namespace dwopt::indexing {

class Witnesses {
  public:
    // `oracle` must be one that can hide indexes.
    Witnesses(const View& view, const Costing& costing, CostOracle& oracle, const Deadline& deadline)
        : view_(&view), costing_(&costing), oracle_(&oracle), deadline_(&deadline) {}

    // A sentence that speaks against a change to the table's indexes: a pattern gets slower by more than 1 %, or there was no time to ask
    // them all. `how` puts the change into words: "without it".
    [[nodiscard]] std::string against(const RelationName& table, const Configuration& change, const std::string& how);
    // Why their silence proves nothing about indexes of a table that can stand in for each other: some cannot be asked, or the indexes are
    // read by none of them and yet are read. Empty if it does.
    [[nodiscard]] std::string doubt(const std::vector<const Index*>& alike);
    // How many patterns read the table and could be asked.
    [[nodiscard]] std::size_t heard(const RelationName& table);
    // The sentence when nothing speaks against it.
    [[nodiscard]] std::string unmoved(const RelationName& table, const std::string& how);
    [[nodiscard]] std::string source() const { return oracle_->description(); }

  private:
    struct Witness {
        std::string pattern;
        Query query;
        bool asked = false;
        std::optional<double> base;   // with all indexes there are; absent: it cannot be planned
        std::set<std::string> reads;  // indexes, then
    };
    // Those that read it, what it is a partition of, or a partition of it, planned as things are. Nothing if there was no time.
    [[nodiscard]] std::optional<std::vector<const Witness*>> on(const RelationName& table);
    void call_all();
    void call(const Pattern& pattern, const sql::TableLookup& lookup);

    const View* view_;
    const Costing* costing_;
    CostOracle* oracle_;
    const Deadline* deadline_;
    bool called_ = false;
    std::size_t silent_ = 0;  // patterns of which nobody knows what they read
    std::deque<Witness> all_;
    std::map<RelationName, std::vector<Witness*>> by_table_;
};

}  // namespace dwopt::indexing
