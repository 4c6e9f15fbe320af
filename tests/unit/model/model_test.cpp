#include "dwopt/error.hpp"
#include "dwopt/units.hpp"
#include "model/hash.hpp"
#include "model/identifier.hpp"
#include "model/index_sql.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using namespace dwopt::model;

TEST_CASE("sizes are read as PostgreSQL writes them and refused otherwise") {
    CHECK(parse_size("500MB").value == 500LL << 20);
    CHECK(parse_size(" 1.5 GB ").value == 3LL << 29);
    CHECK(parse_size("8192").value == 8192);
    for (const auto* bad : {"", "MB", "-1MB", "1mb", "1 XB", "nan", "inf", "1e30TB", "12 MB x"}) CHECK_THROWS_AS(static_cast<void>(parse_size(bad)), Error);
}

TEST_CASE("durations") {
    CHECK(parse_duration("500ms") == std::chrono::milliseconds(500));
    CHECK(parse_duration("5min") == std::chrono::minutes(5));
    CHECK(parse_duration("7d") == std::chrono::hours(168));
    for (const auto* bad : {"", "5", "5 m", "-1s", "1month"}) CHECK_THROWS_AS(static_cast<void>(parse_duration(bad)), Error);
}

TEST_CASE("quantities for people keep three digits and never jump a unit") {
    CHECK(human(Bytes{0}) == "0 B");
    CHECK(human(Bytes{1023}) == "1023 B");
    CHECK(human(Bytes{1 << 20}) == "1 MB");
    CHECK(human(Bytes{1048575}) == "1 MB");
    CHECK(human(Bytes{45613056}) == "43.5 MB");
    CHECK(human(Millis{0.5}) == "0.5 ms");
    CHECK(human(Millis{1234}) == "1.23 s");
    CHECK(human(Millis{90000}) == "1.5 min");
    CHECK(human_count(12345) == "12.3 k");
    CHECK(human_percent(-0.0001) == "0 %");
}

TEST_CASE("times go both ways") {
    const auto time = parse_rfc3339("2026-02-28T23:59:58.25Z");
    CHECK(rfc3339(time) == "2026-02-28T23:59:58Z");
    CHECK(time.time_since_epoch() % std::chrono::seconds(1) == std::chrono::milliseconds(250));
    for (const auto* bad : {"", "2026-02-30T00:00:00Z", "2026-02-28 00:00:00Z", "2026-02-28T00:00:00", "x026-02-28T00:00:00Z"})
        CHECK_THROWS_AS(static_cast<void>(parse_rfc3339(bad)), Error);
}

TEST_CASE("identifiers are quoted as the server quotes them") {
    CHECK(quote_identifier("orders") == "orders");
    CHECK(quote_identifier("Orders") == "\"Orders\"");
    CHECK(quote_identifier("select") == "\"select\"");
    CHECK(quote_identifier("name") == "name");
    CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
    CHECK(quote_identifier("1a") == "\"1a\"");
    CHECK(quote_identifier("naïve") == "\"naïve\"");
    CHECK(quote_identifier("") == "\"\"");
    CHECK(shown({"a\nb", "c"}) == "a\\nb.c");
    CHECK(clip_utf8("aé", 2) == "a");
    CHECK(clip_utf8("aé", 3) == "aé");
}

TEST_CASE("an index as SQL, its name and its identity") {
    IndexSpec spec{{"sales data", "Orders"}, "", "btree", {{"customer", "", "", "", false, false}, {"at", "", "", "", true, true}}, {"total"}, "(NOT gone)"};
    spec.name = index_name(spec);
    CHECK(create_index_sql(spec, CreateForm::concurrently) ==
          "CREATE INDEX CONCURRENTLY " + spec.name +
              " ON \"sales data\".\"Orders\" USING btree (customer, at DESC) INCLUDE (total) WHERE (NOT gone)");
    CHECK(spec.name.substr(0, 29) == "dwopt_orders_customer_at_" + spec.name.substr(25, 4));
    auto other = spec;
    other.keys[1].nulls_first = false;
    CHECK(create_index_sql(other, CreateForm::on_only).find("at DESC NULLS LAST") != std::string::npos);
    CHECK(canonical(other) != canonical(spec));
    CHECK(index_name(other) != index_name(spec));
    other = spec;
    other.name = "another";
    CHECK(canonical(other) == canonical(spec));
}

TEST_CASE("names of indexes stay within 63 bytes and whole characters") {
    IndexSpec spec{{"s", std::string(61, 'x') + "é"}, "", "btree", {{std::string(30, 'y') + "ü", "", "", "", false, false}}, {}, ""};
    const auto name = index_name(spec);
    CHECK(name.size() <= 63);
    CHECK(clip_utf8(name, 63) == name);
    spec.table.name = std::string(20, '"') + "\n";
    CHECK(index_name(spec).find('"') == std::string::npos);
}
