#include "json/storage.hpp"
#include "json/contract.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace dwopt;

namespace {

// Fills fields with odd values, different at every call.
class Odd {
  public:
    explicit Odd(unsigned seed) : random_(seed) {}
    std::string text() { return sample::hostile()[random_() % 6] + (flag() ? std::to_string(random_()) : ""); }
    bool flag() { return random_() % 2 != 0; }
    std::uint32_t number() { return static_cast<std::uint32_t>(random_()); }
    double real() { return std::ldexp(static_cast<double>(random_()) - 2e9, static_cast<int>(random_() % 200) - 100); }
    RelationName relation() { return {text(), text()}; }
    std::vector<std::string> texts() {
        return flag() ? std::vector<std::string>{} : std::vector<std::string>{text(), text()};
    }

    Table table() {
        Table t;
        t.oid = number();
        t.name = relation();
        t.kind = flag() ? RelationKind::materialized_view : RelationKind::table;
        t.owner = text();
        t.tablespace = text();
        t.persistence = flag() ? 'u' : 'p';
        for (int i = 0; i < 3; ++i) t.columns.push_back({text(), text(), flag() ? 'N' : 'U', flag(), flag(), flag(), text(), text()});
        if (flag()) t.partition_parent = relation();
        t.partition_key = text();
        t.partition_bound = text();
        t.inherits = flag();
        t.parents = text();
        t.extension_member = flag();
        t.replica_identity = flag() ? 'f' : '\0';
        t.options = texts();
        return t;
    }

    Index index() {
        Index i;
        i.oid = number();
        i.name = relation();
        i.table = relation();
        i.method = flag() ? "btree" : text();
        i.keys = {{text(), text(), text(), text(), flag(), flag()}};
        i.include = texts();
        i.predicate = text();
        i.definition = text();
        i.unique = flag();
        i.primary = flag();
        i.exclusion = flag();
        i.valid = flag();
        i.ready = flag();
        i.live = flag();
        i.clustered = flag(); i.replica_identity = flag();
        i.constraint = text();
        i.referenced_by_foreign_key = flag(); i.expression_statistics = flag(); i.extension_dependent = flag();
        if (flag()) i.parent = relation();
        i.partitioned = flag();
        i.comment = text();
        i.tablespace = text();
        if (flag()) i.statistics_targets = {{1, 500}, {2, -1}};
        return i;
    }

    RelationStatistics statistics() {
        RelationStatistics s{relation(), {}};
        for (int i = 0; i < 2; ++i) {
            ColumnStatistics c{text(), flag(), real(), real(), real(), {},
                               text(), text(), text(), text(), text(), text()};
            if (flag()) c.correlation = real();
            s.columns.push_back(c);
        }
        return s;
    }

  private:
    std::mt19937 random_;
};

template <class T>
void there_and_back(const T& value) {
    const auto text = json::store(value);
    CHECK(text.find('\n') == std::string::npos);
    const auto back = json::load<T>(text);
    CHECK(back == value);
    CHECK(json::fingerprint(back) == json::fingerprint(value));
}

}  // namespace

TEST_CASE("whatever a catalog object holds comes back") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        Odd odd(seed);
        there_and_back(odd.table());
        there_and_back(odd.index());
        there_and_back(odd.statistics());
        there_and_back(
            Constraint{odd.text(), odd.relation(), 'f', odd.texts(), odd.relation(), odd.texts(), odd.text()});
        there_and_back(ExtendedStatistics{odd.relation(), odd.relation(), odd.text()});
        there_and_back(Setting{odd.text(), odd.text(), odd.text(), odd.text()});
        there_and_back(Statement{{std::numeric_limits<std::int64_t>::min(), odd.number(), odd.number(), odd.flag()},
                                 odd.text(),
                                 odd.text(),
                                 odd.flag(),
                                 odd.flag()});
        there_and_back(Action{ActionKind::attach_index, odd.relation(), odd.relation(), odd.relation(), odd.text()});
    }
    for (const auto& text : sample::hostile()) there_and_back(Setting{text, text, text, text});
}

TEST_CASE("server state keeps microseconds and 64-bit numbers") {
    ServerState server;
    server.target = {170002, "7999999999999999999", "größe", "::1", 6432};
    server.now = Timestamp(std::chrono::microseconds(1767225600123456));
    server.next_xid = std::numeric_limits<std::int64_t>::max();
    server.in_recovery = true;
    there_and_back(server);
    there_and_back(std::vector<Discontinuity>{{Family::qual, Discontinuity::Cause::failover, 3}, {}});
}

TEST_CASE("sizes are not structure: they change neither text nor fingerprint") {
    Table a;
    a.name = {"s", "t"};
    Table b = a;
    b.size.pages = 77;
    CHECK(json::store(a) == json::store(b));
    CHECK(json::fingerprint(a) == json::fingerprint(b));
    b.owner = "someone";
    CHECK(json::fingerprint(a) != json::fingerprint(b));
}

TEST_CASE("neighbouring fields do not flow together in a fingerprint") {
    CHECK(json::fingerprint(Setting{"ab", "c", "", ""}) != json::fingerprint(Setting{"a", "bc", "", ""}));
    CHECK(json::fingerprint(RelationName{"", "x"}) != json::fingerprint(RelationName{"x", ""}));
}

TEST_CASE("what is default is not written, what a text lacks is default") {
    CHECK(json::store(Setting{}) == "{}");
    CHECK(json::load<Index>("{\"future\": 1}") == Index{});
    CHECK(json::load<Table>("{\"columns\": [{}]}").columns.at(0).btree);
}

TEST_CASE("numbers that are none and bytes that are no UTF-8 never throw") {
    RelationStatistics s{{"s", "t"}, {{}}};
    s.columns[0].n_distinct = -std::numeric_limits<double>::infinity();
    s.columns[0].avg_width = std::numeric_limits<double>::quiet_NaN();
    s.columns[0].most_common_vals = "{a\xff}";
    const auto back = json::load<RelationStatistics>(json::store(s));
    CHECK(back.columns[0].n_distinct == s.columns[0].n_distinct);
    CHECK(std::isnan(back.columns[0].avg_width));
    CHECK(back.columns[0].most_common_vals == "{a\xef\xbf\xbd}");
    auto r = sample::recommendation();
    r.benefit.before = {std::numeric_limits<double>::quiet_NaN()};
    CHECK(std::isnan(json::load<Recommendation>(json::store(r)).benefit.before.value));
}

TEST_CASE("findings, recommendations and advice come back") {
    for (const auto& text : sample::hostile()) {
        const Finding f{"id", "rule", Severity::critical,        {"s", text}, text,
                        text, text,   {{text, "1"}, {"", text}}, 1e-9,        4};
        const auto g = json::load<Finding>(json::store(f));
        CHECK(json::to_json(g) == json::to_json(f));
        const auto r = sample::recommendation(text);
        CHECK(json::to_json(json::load<Recommendation>(json::store(r))) == json::to_json(r));
        Advice a;
        a.rejected = {{text, {"s", text}, text}};
        a.summary.budget = Bytes{1 << 20};
        a.summary.elapsed = {0.1};
        a.summary.skipped = {{text, text}};
        a.warnings = {{"c", text, ""}};
        const auto b = json::load<Advice>(json::store(a));
        CHECK(json::to_json(b) == json::to_json(a));
        CHECK(b.warnings == a.warnings);
    }
}

TEST_CASE("a damaged text is an error of the workspace that does not quote it") {
    for (const char* text :
         {"", "{", "[]", "{\"oid\": \"secret\"}", "{\"kind\": \"\"}", "{\"columns\": 3}", "{\"name\": [1]}"}) {
        CAPTURE(text);
        try {
            (void)json::load<Table>(text);
            FAIL("accepted");
        } catch (const Error& e) {
            CHECK(e.kind() == ErrorKind::workspace);
            CHECK(std::string(e.what()).find("secret") == std::string::npos);
        }
    }
    CHECK_THROWS_AS((void)json::load<Recommendation>("{}"), Error);
    CHECK_THROWS_AS((void)json::load<Action>("{\"kind\": \"drop_database\"}"), Error);
}
