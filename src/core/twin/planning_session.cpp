#include "planning_session.hpp"

#include <fmt/format.h>

namespace dwopt::twin {

PlanningSession::PlanningSession(Twin& twin, WhatIfSession& session, int number)
    : connection_(twin.planner()), planner_(connection_), indexes_(session, fmt::format("{}_", number)) {
    connection_.execute("SET idle_in_transaction_session_timeout = 0");
    connection_.execute(fmt::format("PREPARE dwopt_see(oid[], oid[]) AS SELECT {}.see($1, $2, (-{})::int2)", whatif_schema, number));
}

PlanEstimate PlanningSession::estimate(const Query& query, const Configuration& configuration, const pq::Planner::NameOf& name_of) {
    PlanEstimate plan;
    EmptyIndexes::Seen wanted;
    if (auto trouble = indexes_.resolve(configuration, wanted); !trouble.empty()) {
        plan.failure = "an index could not be tried: " + trouble;
        return plan;
    }
    if (query.search_path != path_) {  // set outside, as the end of a transaction would undo it
        close();
        planner_.set_path(query.search_path);
        path_ = query.search_path;
    }
    const auto named = [&](const std::string& index) { return name_of ? name_of(indexes_.name_of(index)) : indexes_.name_of(index); };
    plan = planner_.estimate(query, named, change(wanted));
    if (plan.failure.empty()) return plan;
    close();  // the transaction failed with it
    return query.arguments.empty() ? plan : estimate(pq::without_arguments(query), configuration, name_of);
}

std::string PlanningSession::change(const EmptyIndexes::Seen& wanted) {
    if (wanted == seen_) return {};
    std::string statements = open_ ? "ROLLBACK" : "";
    open_ = wanted != EmptyIndexes::Seen{};
    if (open_) {
        statements += fmt::format("{}BEGIN READ WRITE; EXECUTE dwopt_see('{}', '{}'); SET TRANSACTION READ ONLY", statements.empty() ? "" : "; ", oid_list(wanted.shown),
                                  oid_list(wanted.hidden));
    }
    seen_ = wanted;
    return statements;
}

void PlanningSession::close() {
    if (open_) connection_.execute("ROLLBACK");
    open_ = false;
    seen_ = {};
}

}  // namespace dwopt::twin
