#include "sql/normalise.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using dwopt::StatementKind;
using dwopt::sql::normalise;

namespace {

std::string text(std::string_view sql) { return normalise(sql).text; }
std::string id(std::string_view sql) { return normalise(sql).fingerprint; }

std::string repeated(const std::string& part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace

TEST_CASE("literals become parameters, structure stays") {
    CHECK(text("SELECT a,  b\nFROM t -- note\nWHERE a = 'x' AND b > -5 /* c */ LIMIT 10;") ==
          "SELECT a, b FROM t WHERE a = $1 AND b > $2 LIMIT $3");
    CHECK(text("select f( a , b ) from t") == "select f( a, b) from t");
    CHECK(text("select 'a', $1, 2, $2") == "select $3, $1, $4, $2");
    CHECK(text("select date '2020-01-01' + interval '1' day, true, null") == "select date $1 + interval $2 day, $3, $4");
    CHECK(text("select interval'1 day', b'01', E'it\\'s', $$x$$, U&'d!0061' UESCAPE '!'") ==
          "select interval $1, $2, $3, $4, $5");
    CHECK(text("select extract(year from d), current_timestamp(3), n::numeric(10,2) from t") ==
          "select extract($1 from d), current_timestamp(3), n::numeric(10,2) from t");
    CHECK(text("select s, count(*) from t group by 1 order by 2 desc, 1 limit 3") ==
          "select s, count(*) from t group by 1 order by 2 desc, 1 limit $1");
    CHECK(text("select 'one'\n  'two'") == "select $1");
    CHECK(text("create table t (a varchar(10) default 'x', b numeric(8,2) check (b > 0))") ==
          "create table t (a varchar(10) default $1, b numeric(8,2) check (b > $2))");
}

TEST_CASE("no literal survives") {
    const std::vector<std::string> statements{
        "select 'SECRET', E'\\'SECRET', $$SECRET$$, $a$ $$SECRET$$ $a$, N'SECRET', U&'SECRET', 777333",
        "select a from t where b = '''SECRET''' -- SECRET 777333", "select a /* SECRET /* 777333 */ SECRET */ from t",
        "create role r login password 'SECRET' valid until '777333'", "alter user u with encrypted password 'SECRET'",
        "create user mapping for u server s options (user 'SECRET', password 'SECRET')",
        "create subscription s connection 'password=SECRET' publication p", "alter system set x = 'SECRET'",
        "set x = 'SECRET'", "set my.key = SECRET", "set x to 777333", "alter role r set x = 'SECRET'",
        "copy t from 'SECRET' with (delimiter 'SECRET', null 'SECRET')", "copy t from program 'SECRET'",
        "copy (select * from t where a = 'SECRET') to stdout", "declare c cursor for select 'SECRET', 777333",
        "explain (analyze) select 'SECRET', 777333", "prepare p (text) as select * from t where a = 'SECRET'",
        "execute p ('SECRET', 777333)", "call p('SECRET', 777333)", "do $$ begin perform 'SECRET'; end $$",
        "create function f() returns text language sql as $$ select 'SECRET' $$", "comment on table t is 'SECRET'",
        "security label on table t is 'SECRET'", "notify c, 'SECRET'", "create table t as select 'SECRET', 777333",
        "create view v as select 'SECRET', 777333", "create index on t (lower('SECRET')) where a = 777333",
        "alter table t alter a set default 'SECRET'", "create type e as enum ('SECRET', 'SECRET 2')",
        "create trigger g before insert on t execute function f('SECRET', 777333)", "prepare transaction 'SECRET'",
        "create server s foreign data wrapper w options (host 'SECRET')", "insert into t values ('SECRET', 777333), (777333, '')",
        "insert into t values (777333) on conflict (a) do update set a = 'SECRET'",
        "merge into t using s on t.a = s.a when matched then update set b = 'SECRET'",
        "select * from xmltable('SECRET' passing x columns b text path 'SECRET')",
        "select f(a => 'SECRET'), a[777333], '{\"SECRET\": 777333}'::jsonb ->> 'SECRET'", "select - 777333, -777333.5, 777333e3",
        "fetch forward 777333 from c", "create sequence s start 777333",
        // not whole, or no SQL at all
        "select 'SECRET", "select \"a\" from t where b = 'x' and c = 'SECRET 777333", "select $q$ SECRET", "select E'SECRET\\'",
        "select a from t where b = 'it\\'s', 'SECRET'", "select /* SECRET", "select \"SECRET", "selct 'SECRET', 777333",
        "select * frm t where a = 'SECRET' and b in (777333, -777333)", "insert into t values ('SECRET', 777333), (", "'SECRET",
        "exec sp 'SECRET', @x = 777333", "select 'SECRET' where \\g", std::string("select 'SECRET\0 SECRET'", 23),
        std::string("select 'x' \0 , 'SECRET', 777333", 32)};
    for (const auto& sql : statements) {
        const auto found = normalise(sql);
        INFO(sql << "  ->  " << found.text);
        CHECK(found.text.find("SECRET") == std::string::npos);
        CHECK(found.text.find("777333") == std::string::npos);
        CHECK(found.fingerprint.size() == 16);
    }
}

TEST_CASE("literal-only differences never give different ids") {
    const std::vector<std::vector<std::string>> groups{
        {"select * from t where a = 1", "select * from t where a = 'x'", "select * from t where a = $1", "SELECT *\nFROM t WHERE a=-5;",
         "select /* app:7 */ * from t where a = null -- x"},
        {"select * from t where a in (1) and b = 2", "select * from t where a in (1,2,3) and b = 'z'", "select * from t where a in ($1, $2) and b = $3",
         "select * from t where a in (1" + repeated(",1", 500) + ") and b = 2"},
        {"select * from t where a = any(array[1,2])", "select * from t where a = any(array[1])", "select * from t where a = any(array[$1,$2,$3])"},
        {"select * from t where (a, b) in ((1,2))", "select * from t where (a, b) in ((1,2),(3,4))", "select * from t where (a, b) in (($1,$2),($3,$4))"},
        {"insert into t values (1,2)", "insert into t values (1,2),('x',null)", "insert into t values ($1,$2)" + repeated(",(1,2)", 300)},
        {"select date '2020-01-01' + interval '1 day'", "select date $1 + interval $2"},
        {"select extract(year from d) from t", "select extract(month from d) from t", "select extract($1 from d) from t"},
        {"select a from t limit 5", "select a from t limit all", "select a from t limit $1"},
        {"create role r password 'a'", "create role r password 'b'", "create role r password $1"},
        {"comment on table t is 'a'", "comment on table t is 'b'", "comment on table t is $1"},
        {"copy t from '/a' with (delimiter ',')", "copy t from '/b' with (delimiter ';')", "copy t from $1 with (delimiter $2)"},
        {"create sequence s start 1", "create sequence s start 2"}, {"fetch 5 from c", "fetch 10 from c", "fetch forward 7 from c"},
        {"set x = 1", "set x = 'y'", "set x to off"},
        {"selct a from t where b in (1,2)", "selct a from t where b in (3)", "SELCT a from T where b in (-4, 5, 'x')", "selct a from t where b in ($1)"},
        {"select a from t where b = 'cut off", "select a from t where b = 'cut off later"}};
    for (const auto& group : groups)
        for (const auto& sql : group) {
            INFO(sql);
            CHECK(id(sql) == id(group.front()));
        }
    for (const auto& a : groups)
        for (const auto& b : groups)
            if (&a != &b) CHECK(id(a.front()) != id(b.front()));
}

TEST_CASE("normalising again changes nothing") {
    for (const auto* sql : {"select * from t where a = 'x' and b in (1,2) order by 1 limit 5", "comment on table t is 'x'",
                            "copy t from 'x' with (delimiter ',')", "create type e as enum ('a','b')", "selct 'x', 5 frm",
                            "create index on t (lower(a)) where b = 'x'"}) {
        const auto once = normalise(sql);
        const auto twice = normalise(once.text);
        INFO(once.text);
        CHECK(twice.text == once.text);
        CHECK(twice.fingerprint == once.fingerprint);
        CHECK(twice.kind == once.kind);
    }
}

TEST_CASE("kinds") {
    CHECK(normalise("with a as (select 1) insert into t select * from a").kind == StatementKind::insert);
    CHECK(normalise("values (1)").kind == StatementKind::select);
    CHECK(normalise("merge into t using s on t.a = s.a when matched then delete").kind == StatementKind::merge);
    CHECK(normalise("delete from t").kind == StatementKind::remove);
    CHECK(normalise("vacuum t").kind == StatementKind::utility);
    CHECK(normalise("prepare p as update t set a = 1").kind == StatementKind::update);
    CHECK(normalise("create table x as select 1").kind == StatementKind::select);
    CHECK(normalise("explain select 1").kind == StatementKind::utility);
    CHECK(normalise("with a as (select 1) update t set a = 'cut").kind == StatementKind::update);
    CHECK(normalise("grant select on t to 'x").kind == StatementKind::utility);
    CHECK(normalise("<insufficient privilege>").kind == StatementKind::unknown);
    CHECK(normalise("").kind == StatementKind::unknown);
}

TEST_CASE("what is cut is said to be") {
    CHECK(normalise("select a from t where b = 'x").truncated);
    CHECK(normalise("select a from t where (b = 1 and c").truncated);
    CHECK(normalise("select a from t where").truncated);
    CHECK(normalise("select a /* open").truncated);
    CHECK_FALSE(normalise("select a frm t whre").truncated);
    const auto whole = normalise("select a from t");
    CHECK(whole.parsed);
    CHECK_FALSE(whole.truncated);
    CHECK_FALSE(normalise("select ?, :x").parsed);
}

TEST_CASE("hostile texts are survived") {
    CHECK_FALSE(normalise("select 1" + repeated("+1", 200000)).parsed);  // would overrun the parser's stack
    CHECK_FALSE(normalise("select " + repeated("not ", 100000) + "true").parsed);
    CHECK_FALSE(normalise("select 1" + repeated(" union all select 1", 20000)).parsed);
    CHECK_FALSE(normalise(repeated("(", 1000000)).parsed);
    CHECK(normalise(repeated("(", 1000000)).truncated);
    CHECK(normalise("select 1" + repeated("+1", 950)).parsed);
    CHECK(normalise("select 1" + repeated(" or a = 1", 20000)).parsed);
    CHECK(normalise(repeated("x", 12'000'000)).truncated);
    const auto list = normalise("select * from t where a in (0" + repeated(",1234567", 1'000'000) + ") and b = $1");
    CHECK(list.parsed);
    CHECK(list.text.size() < 2000);
    CHECK(list.text.ends_with(") and b = $101"));
    const auto broken = normalise("select '\xff\xfe', \"\xc3\x28\" from t");
    CHECK(broken.text.find('\xff') == std::string::npos);
    CHECK(broken.text.find('\xc3') == std::string::npos);
    CHECK(normalise("select \"名前 \"\"x\"\"\" from \"s\np\"").text == "select \"名前 \"\"x\"\"\" from \"s\np\"");
}

TEST_CASE("tables that differ in their numbers only are different patterns") {
    const auto id = [](const std::string& sql) { return normalise(sql).fingerprint; };
    CHECK(id("select a from sales_202401 where b = 1") != id("select a from sales_202402 where b = 1"));
    CHECK(id("select a from sales_202401 where b = 1") == id("select a from sales_202401 where b = 22"));
}
