// What a planner twin is and how true it is.
#include "json/contract.hpp"
#include "values.hpp"

namespace dwopt::json {

Json to_json(const TwinReport& report) {
    return {{"server_version_num", report.server_version_num},
            {"relations", report.relations},
            {"columns", report.columns},
            {"reused", report.reused},
            {"size_bytes", report.disk.value},
            {"elapsed_ms", number(report.elapsed.value)}};
}

Json to_json(const TwinCheck& check) {
    Json differences = Json::array();
    for (const auto& d : check.differences) {
        differences.push_back({{"pattern", d.pattern},
                               {"production_cost", number(d.production.value)},
                               {"twin_cost", number(d.twin.value)},
                               {"same_plan", d.same_plan},
                               {"cause", d.cause}});
    }
    return {{"queries", check.queries},
            {"same_plans_pct", number(check.queries > 0 ? 100.0 * check.same_plans / check.queries : 0)},
            {"q_error", {{"median", number(check.median)}, {"p95", number(check.p95)}, {"max", number(check.worst)}}},
            {"differences", std::move(differences)},
            {"failures", check.failures},
            {"twin", to_json(check.twin)}};
}

}  // namespace dwopt::json
