#include "sql/ddl.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using sql::classify_ddl;

TEST_CASE("statements on the list are understood") {
    const auto created = classify_ddl(R"(CREATE INDEX CONCURRENTLY "A ""b""
c" ON "Sch ema"."T" USING gin (lower(a)) INCLUDE (b) WITH (fillfactor='90') TABLESPACE x WHERE (f(a) > 5);)");
    REQUIRE(created);
    CHECK(created->kind == ActionKind::create_index);
    CHECK(created->index == RelationName{"Sch ema", "A \"b\"\nc"});
    CHECK(created->table == RelationName{"Sch ema", "T"});

    const auto parent = classify_ddl("create index i on only s.t (a)");
    REQUIRE(parent);
    CHECK(parent->kind == ActionKind::create_parent_index);
    CHECK(parent->table == RelationName{"s", "t"});

    const auto attached = classify_ddl("ALTER INDEX s.p ATTACH PARTITION s2.c");
    REQUIRE(attached);
    CHECK(attached->kind == ActionKind::attach_index);
    CHECK(attached->parent == RelationName{"s", "p"});
    CHECK(attached->index == RelationName{"s2", "c"});

    CHECK(classify_ddl("DROP INDEX CONCURRENTLY s.i")->kind == ActionKind::drop_index);
    CHECK(classify_ddl("DROP INDEX s.i RESTRICT")->kind == ActionKind::drop_parent_index);
    CHECK(classify_ddl("COMMENT ON INDEX s.i IS 'it''s'")->kind == ActionKind::comment_index);
    CHECK(classify_ddl("COMMENT ON INDEX s.i IS NULL")->index == RelationName{"s", "i"});
    CHECK(classify_ddl("REINDEX INDEX CONCURRENTLY s.i")->kind == ActionKind::rebuild_index);
    CHECK(classify_ddl("REINDEX INDEX CONCURRENTLY \"S\".\"I i\"")->index == RelationName{"S", "I i"});
    CHECK_FALSE(classify_ddl("REINDEX INDEX CONCURRENTLY s.i", sql::DdlUse::undo));
    const auto target = classify_ddl("ALTER INDEX s.i ALTER COLUMN 2 SET STATISTICS 500");
    REQUIRE(target);
    CHECK(target->kind == ActionKind::set_index_statistics);
    CHECK(target->sql == "ALTER INDEX s.i ALTER COLUMN 2 SET STATISTICS 500");
}

TEST_CASE("everything else is refused") {
    for (const auto* sql :
         {"CREATE INDEX i ON s.t (a)", "CREATE INDEX CONCURRENTLY i ON ONLY s.t (a)", "CREATE INDEX CONCURRENTLY i ON t (a)",
          "CREATE INDEX CONCURRENTLY ON s.t (a)", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a)",
          "CREATE INDEX CONCURRENTLY i ON d.s.t (a)", "DROP INDEX i", "DROP INDEX s.i, s.j", "DROP INDEX s.i CASCADE",
          "DROP INDEX IF EXISTS s.i", "DROP INDEX CONCURRENTLY IF EXISTS s.i", "DROP TABLE s.i", "DROP VIEW s.i",
          "DROP INDEX CONCURRENTLY s.i; DROP TABLE s.t", "DROP INDEX s.i /* */ ; select 1", "COMMENT ON TABLE s.t IS 'x'",
          "COMMENT ON INDEX i IS 'x'", "COMMENT ON INDEX s.i IS $1", "ALTER INDEX s.p ATTACH PARTITION c",
          "ALTER INDEX p ATTACH PARTITION s.c", "ALTER TABLE s.p ATTACH PARTITION s.c DEFAULT",
          "ALTER TABLE s.t ALTER COLUMN a SET STATISTICS 5", "ALTER INDEX IF EXISTS s.i ALTER COLUMN 1 SET STATISTICS 5",
          "ALTER INDEX s.i ALTER COLUMN 1 SET STATISTICS 5, ALTER COLUMN 2 SET STATISTICS 5", "ALTER INDEX s.i SET TABLESPACE x",
          "ALTER INDEX s.i RENAME TO j", "REINDEX INDEX s.i", "REINDEX INDEX CONCURRENTLY i", "REINDEX TABLE CONCURRENTLY s.t", "REINDEX (VERBOSE) INDEX CONCURRENTLY s.i",
          "REINDEX (CONCURRENTLY FALSE) INDEX s.i", "EXPLAIN CREATE INDEX CONCURRENTLY i ON s.t (a)",
          "select 1", "", ";", "drop index concurrently s.i'", "DROP INDEX CONCURRENTLY s.\"i"}) {
        INFO(sql);
        CHECK_FALSE(classify_ddl(sql));
        CHECK_FALSE(classify_ddl(sql, sql::DdlUse::undo));
    }
    CHECK_FALSE(classify_ddl(std::string_view("DROP INDEX s.i\0; DROP TABLE t", 29)));
}

TEST_CASE("a unique index may come back, not appear") {
    constexpr auto unique = "CREATE UNIQUE INDEX CONCURRENTLY i ON s.t (a)";
    CHECK_FALSE(classify_ddl(unique));
    CHECK(classify_ddl(unique, sql::DdlUse::undo));
}
