// What a snapshot is without a right, an extension or an encoding.
#include "collect_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dwopt;
using namespace dwopt::test;
using Fixture = CollectFixture;

TEST_CASE_FIXTURE(Fixture, "a role that may not look is told so, and the grants that doctor prints change it") {
    sql("CREATE TABLE public.t AS SELECT g AS a FROM generate_series(1, 100) g; CREATE TABLE public.secret AS TABLE public.t;"
        "ALTER TABLE public.secret ENABLE ROW LEVEL SECURITY");
    sql("ANALYZE");
    const Role role(*this);
    sql("SELECT count(*), 'by another user' FROM public.t");
    const auto remedy_of = [&](const std::string& name) {
        for (const auto& capability : postgres::open_warehouse(database.options(role.conninfo()))->capabilities()) {
            if (capability.name == name) return capability.remedy;
        }
        return std::string();
    };
    const Snapshot blind = collect(role.conninfo());
    CHECK(warned(blind, "statistics_hidden"));
    CHECK(warned(blind, "monitor_missing"));
    CHECK(warned(blind, "statements_missing"));  // it may not enter the extension's schema
    CHECK(blind.statistics_versions.empty());
    CHECK(named(blind.catalog.tables, "t") != nullptr);
    sql(remedy_of("pg_stat_statements"));
    const Snapshot peeping = collect(role.conninfo());
    CHECK(warned(peeping, "statements_hidden"));
    const auto hidden = std::count_if(peeping.new_texts.begin(), peeping.new_texts.end(), [](const auto& text) { return text.key.queryid == 0; });
    CHECK(hidden >= 1);
    CHECK(texts_with(peeping, "by another user").empty());

    auto warehouse = postgres::open_warehouse(database.options(role.conninfo()));
    int remedies = 0;
    for (const Capability& capability : warehouse->capabilities()) {
        CAPTURE(capability.name);
        if (capability.state == Capability::State::ok) continue;
        CHECK_FALSE(capability.without.empty());
        CHECK_FALSE(capability.remedy.empty());
        // Restarts and packages are not ours to give here.
        if (capability.remedy.find("shared_preload") != std::string::npos || capability.remedy.find("-- first") != std::string::npos) continue;
        CHECK_NOTHROW(sql(capability.remedy));
        ++remedies;
    }
    CHECK(remedies >= 3);
    warehouse = postgres::open_warehouse(database.options(role.conninfo()));
    for (const Capability& capability : warehouse->capabilities()) {
        CAPTURE(capability.name);
        CAPTURE(capability.detail);
        if (capability.name == "pg_stat_kcache" || capability.name == "pg_qualstats") continue;
        CHECK(capability.state == Capability::State::ok);
    }
    const Snapshot seeing = collect(role.conninfo());
    CHECK_FALSE(warned(seeing, "statistics_hidden"));
    CHECK_FALSE(warned(seeing, "statements_hidden"));
    CHECK(statistics_of(seeing, "secret") != nullptr);
}

TEST_CASE_FIXTURE(Fixture, "a superuser gets SQL for a reading role that can be pasted") {
    const auto warehouse = postgres::open_warehouse(database.options());
    for (const Capability& capability : warehouse->capabilities()) {
        if (capability.name != "planning role" || capability.state == Capability::State::ok) continue;
        CHECK_NOTHROW(sql("BEGIN; " + capability.remedy + "; ROLLBACK"));
    }
}

TEST_CASE("without pg_stat_statements the rest still comes, with a warning") {
    test::Database database;
    Silent silent;
    const Snapshot snapshot = postgres::open_warehouse(database.options())->snapshot({}, true, silent);
    CHECK(warned(snapshot, "statements_missing"));
    CHECK(reading(snapshot, Family::statement) == nullptr);
    CHECK(reading(snapshot, Family::database)->rows.size() == 1);
    CHECK(snapshot.cost.statements > 5);
}

TEST_CASE("a database without an encoding gives texts that are UTF-8 all the same") {
    pq::Connection admin(test::options_for("postgres"));
    const std::string name = fmt::format("dwopt_ascii_{}", getpid());
    admin.execute("CREATE DATABASE " + name + " ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    {
        pq::Connection session(test::options_for(name));
        session.execute("SET client_encoding = 'SQL_ASCII'");
        session.execute("CREATE TABLE public.\"caf\xE9\" (a text); INSERT INTO public.\"caf\xE9\" VALUES ('\xE4'), ('\xE4');");
        session.execute("ANALYZE");
        Silent silent;
        const Snapshot snapshot = postgres::open_warehouse(test::options_for(name))->snapshot({}, true, silent);
        REQUIRE(snapshot.catalog.tables.size() == 1);
        CHECK(snapshot.catalog.tables[0].name.name == "caf\xEF\xBF\xBD");
    }
    // Its texts would make pg_stat_statements unreadable in every other database of the cluster.
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
    admin.execute("SELECT public.pg_stat_statements_reset(0, oid, 0) FROM pg_catalog.pg_database WHERE datname = '" + name + "'");
    admin.execute("DROP DATABASE " + name + " WITH (FORCE)");
}
