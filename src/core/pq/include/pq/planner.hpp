// Statements put before a server's planner: planned, never run. Used on production and on the twin alike.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"
#include "pq/explain.hpp"

#include <functional>
#include <map>
#include <string>

namespace dwopt::pq {

// To be tried where the statement did not take its arguments.
[[nodiscard]] inline Query without_arguments(Query query) {
    query.arguments.clear();
    return query;
}

class Planner {
  public:
    using NameOf = std::function<std::string(const std::string&)>;
    // The connection must outlive this and be no pooler's. Generic plans are forced on the session.
    explicit Planner(Connection& connection);

    // Why the statement is not one to plan (SELECT, INSERT, UPDATE, DELETE or MERGE, one, whole); empty if it is.
    [[nodiscard]] std::string refused(const std::string& sql);
    // Plans kept for prepared statements may be stale: something changed that the server does not tell sessions of.
    void forget_plans() { stale_ = true; }

    // refused(), EXPLAIN and what they say, in one; failures in words without data. Indexes go by what `name_of` makes of their names.
    // `before`: statements of ours that are sent along in front, in the same round trip.
    [[nodiscard]] PlanEstimate estimate(const Query& query, const NameOf& name_of = {}, const std::string& before = {});
    // The search path of the statements to come; estimate() sets its query's.
    void set_path(const std::vector<std::string>& path);

  private:
    // EXPLAIN of it, as JSON. With $n: the generic plan (PREPARE before PostgreSQL 16). Throws SqlError.
    [[nodiscard]] std::string explain(const Query& query, const std::string& before);
    const std::string& prepared(const std::string& sql);

    Connection* connection_;
    std::string path_ = "none yet";
    std::map<std::string, bool> allowed_;
    std::map<std::string, std::string> prepared_;  // SQL → name
    int names_ = 0;
    bool stale_ = false;
};

}  // namespace dwopt::pq
