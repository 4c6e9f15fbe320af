#include "json/contract.hpp"
#include "json/plan.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dwopt;

namespace {

json::Json document(const std::vector<Recommendation>& recommendations) {
    Advice advice;
    advice.recommendations = recommendations;
    return json::envelope("recommend", Timestamp{}, Target{150020, "7", "tpch", "db1", 5432}, {},
                          json::to_json(advice));
}

std::string complaint(const json::Json& changed) {
    try {
        (void)json::plan_from_json(json::dump(changed));
    } catch (const Error& e) {
        CHECK(e.kind() == ErrorKind::usage);
        return e.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a plan comes back as it was written, whatever its texts") {
    for (const auto& text : sample::hostile()) {
        auto second = sample::recommendation(text);
        second.id = "id-00000001";
        second.index.reset();
        second.index_size = {77};
        const std::vector<Recommendation> before{sample::recommendation(text + "'"), second};
        const auto plan = json::plan_from_json(json::dump(document(before)));
        CHECK(plan.target == Target{150020, "7", "tpch", "db1", 5432});
        REQUIRE(plan.recommendations.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) CHECK(json::to_json(plan.recommendations[i]) == json::to_json(before[i]));
        CHECK(plan.recommendations[0].index == before[0].index);
        CHECK(plan.recommendations[1].index_size == Bytes{77});
    }
}

TEST_CASE("every field the contract names is demanded, and the complaint says where") {
    const auto good = document({sample::recommendation()});
    const json::Json& recommendation = good["data"]["recommendations"][0];
    for (const auto& [key, value] : recommendation.items()) {
        if (key == "index" || key == "locks" || key == "evidence_source") continue;
        auto changed = good;
        changed["data"]["recommendations"][0].erase(key);
        CHECK(complaint(changed) == "plan field '/data/recommendations/0/" + key + "' is missing");
        changed = good;
        changed["data"]["recommendations"][0][key] = json::Json{{"wrong", true}};
        CHECK(complaint(changed).starts_with("plan field '/data/recommendations/0/" + key));
    }
    for (const char* key : {"contract", "command", "target", "data"}) {
        auto changed = good;
        changed.erase(key);
        CHECK(complaint(changed) == "plan field '/" + std::string(key) + "' is missing");
    }
}

TEST_CASE("values outside their range are refused") {
    const auto good = document({sample::recommendation()});
    const auto with = [&](const char* pointer, const json::Json& value) {
        auto changed = good;
        changed[json::Json::json_pointer(std::string("/data/recommendations/0") + pointer)] = value;
        return complaint(changed);
    };
    CHECK(with("/confidence", 1.5).ends_with("is not between 0 and 1"));
    CHECK(with("/upkeep/size_bytes", -1).ends_with("is out of range"));
    CHECK(with("/upkeep/size_bytes", 18446744073709551615ULL).ends_with("is out of range"));
    CHECK(with("/upkeep/size_bytes", 1.5).ends_with("is not a whole number"));
    CHECK(with("/status", "done").find("/status' is wrong: 'done' is no") != std::string::npos);
    CHECK(with("/ddl/1", std::string("a\0b", 3)).ends_with("/ddl/1' holds a zero byte"));
    CHECK(with("/index/key_parts", json::Json::array()).ends_with("does not match 'keys'"));
    CHECK(with("/index/key_parts/0/column", "").ends_with("needs either a column or an expression"));
    CHECK(with("/id", "").ends_with("is empty"));
    CHECK(with("/unknown", "ignored") == "accepted");
    CHECK(complaint(document({sample::recommendation(), sample::recommendation()})).ends_with("/1/id' stands twice"));
    auto changed = good;
    changed["contract"] = "dwopt/2";
    CHECK(complaint(changed).find("'/contract'") != std::string::npos);
}

TEST_CASE("no mutilation of a plan does more than be refused") {
    const auto good = json::dump(document({sample::recommendation("q\"'\\")}));
    std::mt19937 random(7);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        auto text = good;
        const auto at = random() % text.size();
        switch (random() % 3) {
            case 0: text[at] = static_cast<char>(random()); break;
            case 1: text.erase(at, 1 + random() % 40); break;
            default: text.insert(at, text.substr(random() % text.size(), random() % 40));
        }
        try {
            (void)json::plan_from_json(text);
        } catch (const Error& e) {
            CHECK(e.kind() == ErrorKind::usage);
            ++refused;
        }
    }
    CHECK(refused > 300);
    for (const char* text : {"", "null", "[]", "{}", "7", "\"x\"", "\xff"})
        CHECK_THROWS_AS((void)json::plan_from_json(text), Error);
}
