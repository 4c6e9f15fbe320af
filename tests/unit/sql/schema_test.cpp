#include "sql/schema.hpp"

#include <doctest/doctest.h>

using namespace dwopt::sql;
using Use = SchemaStatement::Use;

namespace {

SchemaStatement one(const std::string& sql) {
    const auto all = read_schema(sql);
    REQUIRE(all.size() == 1);
    return all.front();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("data definition that a planner can see is run as its author wrote it") {
    for (const char* sql : {"CREATE TABLE s.t (a integer DEFAULT nextval('s.q'::regclass) NOT NULL, b text COLLATE \"C\")",
                            "CREATE TABLE p (a int) PARTITION BY RANGE (a)", "ALTER TABLE ONLY p ATTACH PARTITION p1 FOR VALUES FROM (1) TO (2)",
                            "ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (a)", "CREATE INDEX i ON t USING gin (j jsonb_path_ops) WHERE a > 5",
                            "ALTER INDEX i ATTACH PARTITION j", "CREATE STATISTICS st (dependencies) ON a, b FROM t", "CREATE VIEW v AS SELECT 1 AS a",
                            "CREATE TYPE mood AS ENUM ('sad', 'it''s; fine')", "CREATE DOMAIN d AS text CHECK (VALUE <> '')",
                            "ALTER TABLE t ALTER COLUMN a SET STATISTICS 500", "CREATE AGGREGATE g(int) (SFUNC = int4larger, STYPE = int)"}) {
        CAPTURE(sql);
        const auto statement = one(sql);
        CHECK(statement.use == Use::run);
        CHECK(statement.sql == sql);
    }
}

TEST_CASE("what is of no consequence to a planner is passed over in silence") {
    for (const char* sql : {"SET search_path = ''", "SELECT pg_catalog.set_config('search_path', '', false)", "COMMENT ON TABLE t IS 'x'",
                            "GRANT SELECT ON t TO public", "ALTER TABLE t OWNER TO me", "SELECT pg_catalog.setval('s', 5, true)",
                            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                            "CREATE POLICY p ON t USING (a = 1)", "CREATE PUBLICATION p FOR ALL TABLES"}) {
        CAPTURE(sql);
        CHECK(one(sql).use == Use::skip);
    }
}

TEST_CASE("all else is refused, whatever it hides in") {
    for (const char* sql : {"COPY t FROM PROGRAM 'id'", "DO $$ begin end $$", "DROP TABLE t", "ALTER SYSTEM SET log_statement = 'all'", "CREATE ROLE r SUPERUSER",
                            "SELECT pg_read_file('/etc/passwd')", "SELECT set_config('a.b', 'c', false) FROM t", "INSERT INTO t VALUES (1)", "CREATE TABLE x AS SELECT pg_sleep(5)",
                            "CREATE SCHEMA s CREATE TABLE t (a int)", "CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE FOREIGN TABLE f (a int) SERVER s",
                            "CREATE CAST (text AS int) WITHOUT FUNCTION", "VACUUM", "LOAD 'x'", "ALTER TABLE t DROP COLUMN a",
                            "ALTER TABLE t ALTER COLUMN a TYPE int USING f(a)", "this is no SQL", "CREATE RULE r AS ON SELECT TO t DO INSTEAD SELECT 1"}) {
        CAPTURE(sql);
        const auto statement = one(sql);
        CHECK(statement.use == Use::refuse);
        CHECK_FALSE(statement.reason.empty());
        CHECK(statement.sql.empty());
    }
}

TEST_CASE("functions keep a body that a planner can look into, others lose theirs") {
    const auto plain = one("CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE SECURITY DEFINER SET role = 'x' AS $$ SELECT a + 1 $$");
    CHECK(plain.use == Use::run);
    CHECK(has(plain.sql, "SELECT a + 1"));
    CHECK(has(plain.sql, "IMMUTABLE"));
    CHECK_FALSE(has(plain.sql, "DEFINER"));
    CHECK_FALSE(has(plain.sql, "role"));
    for (const char* sql : {"CREATE FUNCTION f(a text, OUT b int) RETURNS int LANGUAGE plpgsql STABLE COST 7 AS $_$ begin perform 'secret'; end $_$",
                            "CREATE FUNCTION f(a text) RETURNS SETOF text LANGUAGE plpython3u ROWS 5 AS 'import os; secret'",
                            "CREATE FUNCTION f(a text) RETURNS text LANGUAGE c STRICT LEAKPROOF AS '/tmp/secret.so', 'secret'"}) {
        CAPTURE(sql);
        const auto inert = one(sql);
        CHECK(inert.use == Use::run);
        CHECK_FALSE(has(inert.sql, "secret"));
        CHECK(has(inert.sql, "plpgsql"));
        CHECK_FALSE(has(inert.sql, "LEAKPROOF"));
    }
    CHECK(has(one("CREATE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql STABLE COST 7 AS 'x'").sql, "COST 7"));
}

TEST_CASE("what a fresh machine does not have is left out") {
    CHECK_FALSE(has(one("CREATE TABLE t (a int) TABLESPACE fast").sql, "fast"));
    CHECK_FALSE(has(one("CREATE INDEX CONCURRENTLY i ON t (a) TABLESPACE fast").sql, "fast"));
    const auto view = one("CREATE MATERIALIZED VIEW m AS SELECT pg_sleep(5)");
    CHECK(view.use == Use::run);
    CHECK(has(view.sql, "WITH NO DATA"));
    CHECK_FALSE(has(one("CREATE SCHEMA s AUTHORIZATION somebody").sql, "somebody"));
    const auto extension = one("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA \"My Schema\"");
    CHECK(extension.use == Use::extension);
    CHECK(extension.subject == "uuid-ossp");
    CHECK(extension.schema == "My Schema");
}

TEST_CASE("a dump is split where its statements end") {
    const auto statements = read_schema("--\n-- a dump\n--\n\\restrict abc\nSET a = 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;\n"
                                        "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$ begin; \n end; $$;\nCREATE TABLE \"a;b\" (c int);\n\\unrestrict abc\n");
    REQUIRE(statements.size() == 4);
    CHECK(statements[1].subject == "function f");
    CHECK(statements[3].subject == "table a;b");
    // One that cannot be parsed costs only itself.
    const auto torn = read_schema("CREATE TABLE a (b int);\nCREATE TABL c;\nCREATE TABLE d (e int);");
    REQUIRE(torn.size() == 3);
    CHECK(torn[0].use == Use::run);
    CHECK(torn[1].use == Use::refuse);
    CHECK(torn[2].use == Use::run);
    CHECK(read_schema("").empty());
    CHECK(read_schema(std::string(10, '\0')).empty());
}
