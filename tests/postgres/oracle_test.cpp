// What-if costs from a real server with HypoPG. PGHOST, PGPORT and PGUSER say where; a database and a role of its own.
#include "postgres/oracle.hpp"

#include "pq/connection.hpp"
#include "pq/explain.hpp"

#include <doctest/doctest.h>

#include <set>

#include <unistd.h>

using namespace dwopt;

namespace {

class Database {
  public:
    explicit Database(bool hypopg = true) : name_("dwopt_oracle_" + std::to_string(getpid())), admin_(options("postgres")) {
        admin_.execute("drop database if exists " + name_);
        admin_.execute("create database " + name_);
        pq::Connection own(options(name_));
        if (hypopg) own.execute("create schema \"Ext 1\"; create extension hypopg schema \"Ext 1\"");
        own.execute("create schema s; create table s.\"Orders 1\" (id int primary key, customer int, at timestamptz, note text);"
                    "insert into s.\"Orders 1\" select i, i % 5000, timestamptz '2025-01-01' + i * interval '1 min', 'n' || i from generate_series(1, 50000) i;"
                    "analyze s.\"Orders 1\"");
    }
    ~Database() {
        admin_.execute("drop database if exists " + name_ + " with (force)");
        admin_.execute("drop role if exists " + role());
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] std::string role() const { return name_ + "_reader"; }
    void make_reader() { admin_.execute("create role " + role() + " nologin; grant pg_read_all_data to " + role()); }
    void execute(const std::string& sql) { pq::Connection(options(name_)).execute(sql); }
    [[nodiscard]] pq::ConnectionOptions options() const {
        auto o = options(name_);
        o.read_only = true;
        return o;
    }

  private:
    static pq::ConnectionOptions options(const std::string& database) {
        pq::ConnectionOptions o;
        o.conninfo = "dbname=" + database;
        o.application_name = "dwopt/test";
        o.read_only = false;
        return o;
    }
    std::string name_;
    pq::Connection admin_;
};

IndexSpec by(const std::string& column, const std::string& name) {
    IndexSpec spec;
    spec.table = {"s", "Orders 1"};
    spec.name = name;
    IndexKey key;
    key.column = column;
    spec.keys = {key};
    return spec;
}

Query query(const std::string& sql) { return {"q", sql, {"s"}, 0}; }

ErrorKind opening(const Database& database, const std::string& role, std::string& hint) {
    try {
        static_cast<void>(postgres::open_oracle(database.options(), role));
    } catch (const Error& error) {
        hint = error.hint();
        return error.kind();
    }
    return ErrorKind::internal;
}

Configuration seen(const std::vector<IndexSpec>& specs) {
    Configuration configuration;
    for (const auto& spec : specs) configuration.create.push_back({spec, {}});
    return configuration;
}

// The indexes a plan reads, each once.
std::set<std::string> indexes_of(const PlanEstimate& plan) {
    std::set<std::string> names;
    for (const auto& node : plan.nodes) {
        if (!node.index.empty()) names.insert(node.index);
    }
    return names;
}

}  // namespace

TEST_CASE("a hypothetical index lowers the cost and is named by its own name") {
    Database database;
    database.make_reader();
    const auto oracle = postgres::open_oracle(database.options(), database.role());
    const auto literal = query("select * from \"Orders 1\" where customer = 7");
    const auto base = oracle->estimate(literal, {});
    REQUIRE(base.failure.empty());
    CHECK(base.grade == EvidenceGrade::planner);
    const auto with = oracle->estimate(literal, seen({by("customer", "mine")}));
    CHECK(with.total < base.total * 0.2);
    CHECK(indexes_of(with) == std::set<std::string>{"mine"});
    CHECK(oracle->estimate(literal, {}).total == base.total);  // and is gone again
    CHECK(oracle->calls() == 3);
    CHECK(oracle->name() == "live");
    CHECK(oracle->description().find("as role " + database.role()) != std::string::npos);
}

TEST_CASE("placeholders are planned generically, anew for each set of indexes") {
    Database database;
    database.make_reader();
    const auto oracle = postgres::open_oracle(database.options(), database.role());
    const auto generic = query("select * from \"Orders 1\" where customer = $1 and at > $2");
    const auto base = oracle->estimate(generic, {});
    REQUIRE(base.failure.empty());
    CHECK(base.grade == EvidenceGrade::generic_plan);
    const auto with = oracle->estimate(generic, seen({by("customer", "a"), by("at", "b")}));
    CHECK(with.total < base.total * 0.2);
    CHECK(indexes_of(with) == std::set<std::string>{"a"});
    CHECK(oracle->estimate(generic, seen({by("at", "b")})).total > with.total);
    CHECK(oracle->estimate(generic, {}).total == base.total);
}

TEST_CASE("what cannot be planned is said in words without data") {
    Database database;
    database.make_reader();
    const auto oracle = postgres::open_oracle(database.options(), database.role());
    for (const char* sql : {"select secret from", "drop table s.\"Orders 1\"", "select 1; select 2", "explain select 1", "", "set role none"}) {
        CAPTURE(sql);
        CHECK_FALSE(oracle->estimate(query(sql), {}).failure.empty());
    }
    const auto data = oracle->estimate(query("select * from \"Orders 1\" where id = 'top secret'"), {});
    CHECK_FALSE(data.failure.empty());
    CHECK(data.failure.find("secret") == std::string::npos);
    CHECK(oracle->estimate(query("select * from nowhere"), {}).failure.find("nowhere") != std::string::npos);
    CHECK(oracle->estimate(query("update \"Orders 1\" set note = 'x' where id = 1"), {}).failure == "permission denied for table Orders 1");
    auto bad = by("", "bad");
    bad.keys[0].expression = "date_trunc('day', at)";  // not immutable for a timestamp with time zone
    CHECK(oracle->estimate(query("select 1 from \"Orders 1\""), seen({bad})).failure.starts_with("an index could not be tried"));
    CHECK(oracle->estimate(query("select 1 from \"Orders 1\""), {}).failure.empty());
}

TEST_CASE("hidden indexes only where HypoPG can") {
    Database database;
    database.make_reader();
    const auto oracle = postgres::open_oracle(database.options(), database.role());
    const auto by_key = query("select * from \"Orders 1\" where id = 7");
    const auto hidden = oracle->estimate(by_key, {{}, {{"s", "Orders 1_pkey"}}});
    if (oracle->can_hide()) CHECK(hidden.total > oracle->estimate(by_key, {}).total);
    else CHECK_FALSE(hidden.failure.empty());
}

TEST_CASE("a superuser plans only through a role that merely reads") {
    Database database;
    std::string hint;
    CHECK(opening(database, database.role(), hint) == ErrorKind::refused);
    CHECK(hint.find("CREATE ROLE " + database.role()) != std::string::npos);
    database.make_reader();
    SUBCASE("may write") { database.execute("grant update (note) on s.\"Orders 1\" to " + database.role()); }
    SUBCASE("owns") { database.execute("grant create on schema s to " + database.role() + "; alter table s.\"Orders 1\" owner to " + database.role()); }
    SUBCASE("superuser itself") { database.execute("alter role " + database.role() + " superuser"); }
    SUBCASE("writes through a membership") { database.execute("grant pg_write_all_data to " + database.role()); }
    CHECK(opening(database, database.role(), hint) == ErrorKind::refused);
    CHECK_FALSE(hint.empty());
}

TEST_CASE("without HypoPG: refused, with what to do") {
    Database database(false);
    database.make_reader();
    std::string hint;
    CHECK(opening(database, database.role(), hint) == ErrorKind::refused);
    CHECK(hint.find("CREATE EXTENSION hypopg") != std::string::npos);
}

TEST_CASE("plans are read over what their conditions contain") {
    const auto facts = pq::read_plan(R"json([{"Plan": {"Node Type": "Hash Join", "Join Type": "Semi", "Total Cost": 12.5, "Plan Rows": 3,
        "Filter": "(a = '\"Total Cost\": 1, \"Index Name\": \"x\" }')", "Plans": [
        {"Node Type": "Index Only Scan", "Index Name": "a\"b", "Relation Name": "t", "Total Cost": 1, "Plan Rows": 7, "Index Cond": "((secret = 1) AND (b > 2))"},
        {"Node Type": "Seq Scan", "Subplan Name": "SubPlan 1", "Total Cost": 2, "Output": ["Index Name", "c"]}]}}])json");
    CHECK(facts.total_cost == 12.5);
    CHECK(facts.rows == 3);
    REQUIRE(facts.nodes.size() == 3);
    CHECK(facts.nodes[0].type == "Hash Semi Join");
    CHECK(facts.nodes[0].depth == 0);
    CHECK(facts.nodes[1].index == "a\"b");
    CHECK(facts.nodes[1].searched == 2);
    CHECK(facts.nodes[1].rows == 7);
    CHECK(facts.nodes[1].depth == 1);
    CHECK(facts.nodes[2].part == "SubPlan 1");
    CHECK(facts.nodes[2].searched == 0);
    CHECK(pq::read_plan("").total_cost < 0);
    CHECK(pq::read_plan("{\"Total Cost\": ").total_cost < 0);
}
