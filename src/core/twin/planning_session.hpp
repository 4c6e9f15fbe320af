// A session of the planning role that sees a configuration's indexes, there or gone, as nobody else does: in a transaction of its own
// that ends without a commit. So sessions plan side by side, and what a killed one showed is gone with it.
#pragma once

#include "empty_indexes.hpp"
#include "pq/planner.hpp"

namespace dwopt::twin {

class PlanningSession {
  public:
    // Each session's catalog touches need a system column of their own.
    static constexpr int most = 6;
    // `number`: 1 to `most`, another for each session. The session must outlive this.
    PlanningSession(Twin& twin, WhatIfSession& session, int number);

    // Of the configuration, only its indexes count. `name_of`: see pq::Planner::estimate, applied after what this does.
    [[nodiscard]] PlanEstimate estimate(const Query& query, const Configuration& configuration, const pq::Planner::NameOf& name_of = {});
    // Ends the transaction: nothing is seen any more, and no lock is held.
    void close();
    [[nodiscard]] pq::Connection& connection() { return connection_; }
    [[nodiscard]] pq::Planner& planner() { return planner_; }

  private:
    // The statements that change what is seen.
    [[nodiscard]] std::string change(const EmptyIndexes::Seen& wanted);

    pq::Connection connection_;
    pq::Planner planner_;
    EmptyIndexes indexes_;
    EmptyIndexes::Seen seen_;
    std::vector<std::string> path_;
    bool open_ = false;
};

}  // namespace dwopt::twin
