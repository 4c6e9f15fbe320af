#include "model/index_facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dwopt;
using namespace dwopt::model;

namespace {

constexpr Timestamp now{std::chrono::seconds(1'700'000'000)};
constexpr auto day = std::chrono::hours(24);

Index make(const std::string& name, std::vector<std::string> keys, std::vector<std::string> include = {}) {
    static Oid oid = 0;
    Index i;
    i.oid = ++oid;
    i.name = {"s", name};
    i.table = {"s", "t"};
    for (auto& key : keys) i.keys.push_back({key, "", "", "", false, false});
    i.include = std::move(include);
    i.size.bytes = {10 << 20};
    return i;
}
bool is_protected(const Index& index) {
    std::string reason;
    const bool held = protected_from_drop(index, reason);
    CHECK(held == !reason.empty());
    return held;
}
std::string redundancies(std::vector<Index> indexes) {
    Catalog c;
    c.indexes = std::move(indexes);
    std::string out;
    for (const auto& r : redundant_indexes(c)) out += r.drop->name.name + (r.duplicate ? "=" : "<") + r.keep->name.name + " ";
    return out;
}

}  // namespace

TEST_CASE("an index that does more than speed up reads is protected") {
    CHECK_FALSE(is_protected(make("a", {"a"})));
    const std::vector<void (*)(Index&)> duties{
        [](Index& i) { i.unique = true; }, [](Index& i) { i.primary = true; }, [](Index& i) { i.exclusion = true; },
        [](Index& i) { i.constraint = "c"; }, [](Index& i) { i.referenced_by_foreign_key = true; },
        [](Index& i) { i.replica_identity = true; }, [](Index& i) { i.clustered = true; },
        [](Index& i) { i.extension_dependent = true; }, [](Index& i) { i.expression_statistics = true; },
        [](Index& i) { i.parent = RelationName{"s", "p"}; }};
    for (const auto duty : duties) {
        auto index = make("a", {"a"});
        duty(index);
        CHECK(is_protected(index));
        CHECK(redundancies({index, make("b", {"a"}), make("c", {"a", "b"})}).find("a=") == std::string::npos);
    }
}

TEST_CASE("equal means equal in everything a planner sees") {
    const auto base = make("a", {"a", "b"}, {"x", "y"});
    CHECK(same_key(base, make("b", {"a", "b"}, {"y", "x"})));
    const std::vector<void (*)(Index&)> changes{
        [](Index& i) { i.table.schema = "other"; }, [](Index& i) { i.method = "hash"; }, [](Index& i) { i.predicate = "(a > 1)"; },
        [](Index& i) { i.keys[1].descending = true; }, [](Index& i) { i.keys[0].opclass = "text_pattern_ops"; },
        [](Index& i) { i.keys[0].collation = "\"C\""; }, [](Index& i) { i.include.pop_back(); }, [](Index& i) { i.keys.pop_back(); },
        [](Index& i) { std::swap(i.keys[0], i.keys[1]); }};
    for (const auto change : changes) {
        auto other = base;
        change(other);
        CHECK_FALSE(same_key(base, other));
    }
}

TEST_CASE("a prefix is served by the longer index only if nothing of it is lost") {
    CHECK(is_prefix_of(make("a", {"a"}), make("b", {"a", "b"})));
    CHECK_FALSE(is_prefix_of(make("a", {"a", "b"}), make("b", {"a"})));
    CHECK_FALSE(is_prefix_of(make("a", {"b"}), make("b", {"a", "b"})));
    CHECK_FALSE(is_prefix_of(make("a", {"a"}), make("b", {"a"})));            // a duplicate
    CHECK(is_prefix_of(make("a", {"a"}), make("b", {"a"}, {"x"})));           // covering holds all
    CHECK_FALSE(is_prefix_of(make("a", {"a"}, {"x"}), make("b", {"a", "b"})));  // the covering one is not superfluous
    CHECK(is_prefix_of(make("a", {"a"}, {"b"}), make("b", {"a", "b"})));
    auto gin = make("a", {"a"});
    gin.method = "gin";
    CHECK_FALSE(is_prefix_of(gin, make("b", {"a", "b"})));
}

TEST_CASE("of redundant indexes the right one stays, and never one that goes itself") {
    CHECK(redundancies({make("a", {"a"}), make("b", {"a", "b"}), make("c", {"a", "b", "c"})}) == "a<c b<c ");
    CHECK(redundancies({make("a", {"a"}), make("b", {"a"}), make("c", {"a"})}) == "b=a c=a ");
    CHECK(redundancies({make("a", {"a"}), make("b", {"a"}), make("c", {"a", "b"})}) == "a<c b<c ");
    auto primary = make("z", {"a"});
    primary.primary = primary.unique = true;
    CHECK(redundancies({make("a", {"a"}), primary}) == "a=z ");
    CHECK(redundancies({primary, make("b", {"a", "b"})}).empty());
    auto invalid = make("b", {"a", "b"});
    invalid.valid = false;
    CHECK(redundancies({make("a", {"a"}), invalid}).empty());
    CHECK(redundancies({make("c", {"a", "b"}), invalid}) == "b=c ");
    CHECK(redundancies({make("a", {"a"}), make("b", {"a", "b"}), make("c", {"a", "b"})}) == "a<b c=b ");
}

TEST_CASE("unused is said only of what has been watched long enough and serves nobody") {
    Evidence e;
    e.now = now;
    e.lifetime.counters_since = now - 40 * day;
    e.catalog.indexes = {make("a", {"a"})};
    const auto oid = e.catalog.indexes[0].oid;
    auto& counters = e.lifetime.indexes[oid];
    counters.assign(index::columns.size(), 0);
    const auto unused = [&](Thresholds t = {}) { return unused_indexes(e, t).indexes.size(); };
    CHECK(unused() == 1);

    SUBCASE("scanned") { counters[index::scans] = 1; CHECK(unused() == 0); }
    SUBCASE("scanned before a reset, as the server remembers") { counters[index::last_scan_s] = 1; CHECK(unused() == 0); }
    SUBCASE("scanned in the window, then reset") { e.activity.indexes[oid] = {2}; CHECK(unused() == 0); }
    SUBCASE("no counters seen") { e.lifetime.indexes.clear(); CHECK(unused() == 0); }
    SUBCASE("counters too young") {
        e.lifetime.counters_since = now - 3 * day;
        CHECK(unused() == 0);
        CHECK(unused_indexes(e, {}).withheld.find("3 d") != std::string::npos);
    }
    SUBCASE("age of the counters unknown") {
        e.lifetime.counters_since = {};
        CHECK(unused() == 0);
        CHECK_FALSE(unused_indexes(e, {}).withheld.empty());
    }
    SUBCASE("index too young") {
        e.index_appeared[oid] = now - 2 * day;
        CHECK(unused() == 0);
        e.index_appeared[oid] = now - 35 * day;
        CHECK(unused_indexes(e, {}).indexes.at(0).since == now - 35 * day);
    }
    SUBCASE("scanned last year, before a reset, as the workspace remembers") {
        e.index_scanned[oid] = now - 300 * day;
        CHECK(unused() == 0);
        CHECK(unused_indexes(e, {}).seldom.at(0).since == now - 300 * day);
        e.index_scanned[oid] = now - 500 * day;
        CHECK(unused() == 1);
    }
    SUBCASE("too small") { e.catalog.indexes[0].size.bytes = {8192}; CHECK(unused() == 0); }
    SUBCASE("protected") { e.catalog.indexes[0].unique = true; CHECK(unused() == 0); }
    SUBCASE("serves a foreign key") {
        e.catalog.constraints = {{"fk", {"s", "t"}, 'f', {"a"}, {"s", "u"}, {"id"}, ""}};
        CHECK(unused() == 0);
    }
    SUBCASE("a standby") { e.server.in_recovery = true; CHECK(unused() == 0); }
    SUBCASE("a partitioned index is used if one partition's is") {
        auto& parent = e.catalog.indexes[0];
        parent.partitioned = true;
        for (const char* name : {"a1", "a2"}) {
            auto leaf = make(name, {"a"});
            leaf.parent = RelationName{"s", "a"};
            e.lifetime.indexes[leaf.oid].assign(index::columns.size(), 0);
            e.catalog.indexes.push_back(leaf);
        }
        REQUIRE(unused() == 1);
        CHECK(unused_indexes(e, {}).indexes[0].size == Bytes{20 << 20});
        e.lifetime.indexes[e.catalog.indexes[2].oid][index::scans] = 4;
        CHECK(unused() == 0);
    }
}
