#include "json/plan.hpp"

#include "json/contract.hpp"
#include "recommendation_reader.hpp"

#include <cmath>
#include <set>

namespace dwopt::json {
namespace {

// A word of an enumeration; its own complaint lists the words, the pointer says where.
template <class Parse>
auto word(const Reader& reader, Parse parse) {
    const auto text = reader.text();
    try {
        return parse(text);
    } catch (const Error& e) {
        reader.fail(std::string("is wrong: ") + e.what());
    }
}

IndexKey read_key(const Reader& reader) {
    IndexKey key;
    key.column = reader.text_or_empty("column");
    key.expression = reader.text_or_empty("expression");
    if (key.column.empty() == key.expression.empty()) reader.fail("needs either a column or an expression");
    key.opclass = reader.text_or_empty("opclass");
    key.collation = reader.text_or_empty("collation");
    key.descending = reader["descending"].flag();
    key.nulls_first = reader["nulls_first"].flag();
    return key;
}

IndexSpec read_index(const Reader& reader) {
    IndexSpec spec;
    spec.name = reader["name"].text();
    spec.table = {reader["schema"].text(), reader["table"].text()};
    spec.method = reader["method"].text();
    for (const auto& part : reader["key_parts"].items()) spec.keys.push_back(read_key(part));
    if (reader["keys"].texts().size() != spec.keys.size()) reader["key_parts"].fail("does not match 'keys'");
    spec.include = reader["include"].texts();
    spec.predicate = reader.text_or_empty("predicate");
    return spec;
}

PatternEffect read_effect(const Reader& reader) {
    return {reader["id"].text(), {reader["before_cost"].number()}, {reader["after_cost"].number()}};
}

Bytes read_size(const Reader& reader) { return {reader.integer(0)}; }

}  // namespace

Recommendation read_recommendation(const Reader& reader) {
    Recommendation r;
    r.id = reader["id"].text();
    if (r.id.empty()) reader["id"].fail("is empty");
    r.kind = reader["kind"].text();
    const auto target = reader["target"];
    r.target = {target["schema"].text(), target["table"].text()};
    r.layer = target.text_or_empty("layer");
    r.summary = reader["summary"].text();
    r.ddl = reader["ddl"].texts();
    r.undo = reader["undo"].texts();
    if (const auto index = reader.find("index")) {
        r.index = read_index(*index);
        r.index_size = read_size((*index)["size_bytes"]);
    } else if (const auto size = reader.find("index_size_bytes")) {
        r.index_size = read_size(*size);
    }
    if (const auto freed = reader.find("freed_bytes")) r.freed = read_size(*freed);
    if (const auto replaces = reader.find("replaces")) {
        for (const auto& index : replaces->items()) r.replaces.push_back({index["schema"].text(), index["name"].text()});
    }
    const auto benefit = reader["benefit"];
    r.benefit = {{benefit["before_cost"].number()}, {benefit["after_cost"].number()}, benefit["saved_pct"].number(),
                 {benefit["saved_ms_per_day"].number()}};
    const auto upkeep = reader["upkeep"];
    r.upkeep = {
        {upkeep["write_cost_per_day"].number()}, read_size(upkeep["size_bytes"]), {upkeep["build_ms"].number()}};
    r.confidence = reader["confidence"].number();
    if (r.confidence < 0 || r.confidence > 1) reader["confidence"].fail("is not between 0 and 1");
    r.evidence = word(reader["evidence"], parse_evidence_grade);
    r.evidence_source = reader.text_or_empty("evidence_source");
    r.reasons = reader["reasons"].texts();
    if (const auto locks = reader.find("locks")) r.locks = locks->texts();
    for (const auto& effect : reader["patterns"].items()) r.patterns.push_back(read_effect(effect));
    r.status = word(reader["status"], parse_recommendation_status);
    return r;
}

Target read_target(const Reader& reader) {
    Target target;
    target.server_version_num = static_cast<int>(reader["server_version_num"].integer(0, 10'000'000));
    target.database = reader["database"].text();
    target.system_identifier = reader["system_identifier"].text();
    target.host = reader.text_or_empty("host");
    if (const auto port = reader.find("port")) target.port = static_cast<int>(port->integer(0, 65535));
    return target;
}

PlanDocument plan_from_json(std::string_view text) {
    const Json document = parse(text, "plan");
    const Reader root(document, "");
    if (root["contract"].text() != "dwopt/1") root["contract"].fail("is not 'dwopt/1'");
    if (root["command"].text() != "recommend") root["command"].fail("is not 'recommend'");
    PlanDocument plan;
    plan.target = read_target(root["target"]);
    std::set<std::string> ids;
    for (const auto& item : root["data"]["recommendations"].items()) {
        plan.recommendations.push_back(read_recommendation(item));
        if (!ids.insert(plan.recommendations.back().id).second) item["id"].fail("stands twice");
    }
    return plan;
}

}  // namespace dwopt::json
