// Who would miss an index: every pattern on its table in the workload and in the months before, planned with it and without.
#pragma once

#include "costing.hpp"

namespace dwopt::indexing {

class Witnesses {
  public:
    // `oracle` must be one that can hide indexes.
    Witnesses(const View& view, const Costing& costing, CostOracle& oracle, const Deadline& deadline)
        : view_(&view), costing_(&costing), oracle_(&oracle), deadline_(&deadline) {}

    // A sentence that speaks against a change to the table's indexes: a pattern gets slower by more than 1 %, or there was no time to ask
    // them all. `how` puts the change into words: "without it".
    [[nodiscard]] std::string against(const RelationName& table, const Configuration& change, const std::string& how);
    // How many patterns read the table.
    [[nodiscard]] std::size_t heard(const RelationName& table);
    // The sentence when nothing speaks against it.
    [[nodiscard]] std::string unmoved(const RelationName& table, const std::string& how);
    [[nodiscard]] std::string source() const { return oracle_->description(); }

  private:
    struct Witness {
        std::string pattern;
        Query query;
        std::optional<double> base;  // with all indexes there are; absent: not planned yet
        bool plannable = true;
    };
    std::vector<Witness>& on(const RelationName& table);
    void note(const Pattern& pattern, const sql::TableLookup& lookup);
    [[nodiscard]] bool plan_bases(std::vector<Witness>& witnesses);

    const View* view_;
    const Costing* costing_;
    CostOracle* oracle_;
    const Deadline* deadline_;
    bool called_ = false;
    std::map<RelationName, std::vector<Witness>> by_table_;
};

}  // namespace dwopt::indexing
