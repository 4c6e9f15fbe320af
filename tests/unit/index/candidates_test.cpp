#include "candidates.hpp"
#include "ddl.hpp"
#include "expressions.hpp"
#include "fixture.hpp"
#include "numbers.hpp"
#include "size.hpp"
#include "statistics.hpp"
#include "wording.hpp"

#include "model/index_sql.hpp"
#include "sql/features.hpp"

#include <doctest/doctest.h>

#include <tuple>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

std::vector<std::string> described(const Evidence& e, const Features& f, int width = 3) {
    const View view(e);
    std::vector<std::string> all;
    CandidateLimits limits;
    limits.max_width = width;
    for (const auto& access : accesses(view, f)) {
        for (const auto& c : candidates_for(view, access, limits)) all.push_back(model::describe(c.spec));
    }
    return all;
}

bool has(const std::vector<std::string>& list, const std::string& text) { return std::find(list.begin(), list.end(), text) != list.end(); }

}  // namespace

TEST_CASE("selective equality first, then the range, then what covers") {
    auto f = on("silver", "orders", {"customer_id", "ordered_at", "status", "total"});
    where(f, "status", PredicateKind::equal);
    where(f, "ordered_at", PredicateKind::range);
    where(f, "customer_id", PredicateKind::in_list);
    const auto list = described(shop(), f);
    CHECK(has(list, "silver.orders (customer_id)"));
    CHECK(has(list, "silver.orders (customer_id, status)"));
    CHECK(has(list, "silver.orders (customer_id, status, ordered_at)"));
    CHECK(has(list, "silver.orders (status, ordered_at)"));
    CHECK(has(list, "silver.orders (customer_id) include (ordered_at, status, total)"));
    CHECK_FALSE(has(list, "silver.orders (ordered_at, status)"));
    for (const auto& text : described(shop(), f, 1)) CHECK(text.substr(0, text.find(" include")).find(',') == std::string::npos);
}

TEST_CASE("an order that goes down is read backwards; a mixed one is kept") {
    auto f = on("silver", "orders", {"*"});
    where(f, "customer_id", PredicateKind::equal);
    f.orderings.push_back({Ordering::Purpose::order, 0, {"ordered_at", "total"}, {}, {true, false}, {true, false}, true});
    const auto list = described(shop(), f);
    CHECK(has(list, "silver.orders (customer_id, ordered_at, total DESC)"));
    CHECK_FALSE(has(list, "silver.orders (customer_id) include (ordered_at)"));  // all columns are read
}

TEST_CASE("partial where a flag leaves much out, never by a value") {
    auto f = on("silver", "orders", {"*"});
    where(f, "customer_id", PredicateKind::equal);
    where(f, "is_deleted", PredicateKind::is_true);
    CHECK(has(described(shop(), f), "silver.orders (customer_id) where is_deleted"));
    f.predicates[1].disjunct = true;
    CHECK_FALSE(has(described(shop(), f), "silver.orders (customer_id) where is_deleted"));
}

TEST_CASE("an order by an expression, or for the least or greatest of a column") {
    auto f = on("silver", "orders", {"*"});
    f.orderings.push_back({Ordering::Purpose::group, 0, {"", "status"}, {"date_trunc('day', ordered_at)", ""}, {false, false}, {false, false}, false});
    CHECK(has(described(shop(), f), "silver.orders ((date_trunc('day', ordered_at)), status)"));
    f.orderings[0].expressions[0] = "date_trunc($1, ordered_at)";
    CHECK(described(shop(), f).empty());
    const auto evidence = shop();
    const View view(evidence);
    CHECK(accesses(view, f)[0].hidden == std::vector<std::string>{"date_trunc($1, ordered_at)"});
}

TEST_CASE("a range set by another table's columns stands behind what is joined") {
    auto f = on("silver", "orders", {"*"});
    f.tables.push_back(on("silver", "tiny", {"id"}).tables[0]);
    f.joins.push_back({0, 1, "customer_id", "id"});
    where(f, "ordered_at", PredicateKind::range);
    f.predicates[0].joined = true;
    const auto list = described(shop(), f);
    CHECK(has(list, "silver.orders (customer_id, ordered_at)"));
    CHECK(has(list, "silver.orders (ordered_at)"));
}

TEST_CASE("what is compared need not be indexed where it is null") {
    Evidence e = shop();
    e.catalog.tables[0].columns.push_back(make_column("parent_id", "bigint"));
    e.catalog.statistics[0].columns.push_back(stats("parent_id", -0.05, 8, 0.95));
    auto f = on("silver", "orders", {"*"});
    where(f, "parent_id", PredicateKind::equal);
    CHECK(has(described(e, f), "silver.orders (parent_id) where parent_id IS NOT NULL"));
    f.predicates[0].kind = PredicateKind::is_null;
    CHECK_FALSE(has(described(e, f), "silver.orders (parent_id) where parent_id IS NOT NULL"));
    e.catalog.statistics[0].columns.back().null_frac = 0.1;
    f.predicates[0].kind = PredicateKind::equal;
    CHECK_FALSE(has(described(e, f), "silver.orders (parent_id) where parent_id IS NOT NULL"));
}

TEST_CASE("what holds for every arm of an OR stands before what one arm asks for") {
    auto f = on("silver", "orders", {"*"});
    where(f, "status", PredicateKind::equal);
    for (const char* column : {"customer_id", "total"}) {
        where(f, column, PredicateKind::equal);
        f.predicates.back().disjunct = true;
    }
    const auto list = described(shop(), f);
    for (const char* keys : {"customer_id", "total", "status, customer_id", "status, total", "customer_id, total"}) CHECK(has(list, "silver.orders (" + std::string(keys) + ")"));
}

TEST_CASE("nothing searched, few columns read: an index to be read in place of the table") {
    CHECK(described(shop(), on("silver", "orders", {"status", "total"})) ==
          std::vector<std::string>{"silver.orders (status, total)", "silver.orders (status) include (total)"});
    CHECK(described(shop(), on("silver", "orders", {"total"})) == std::vector<std::string>{"silver.orders (total)"});
    CHECK(described(shop(), on("silver", "orders", {})).empty());
    CHECK(described(shop(), on("silver", "orders", {"*"})).empty());
}

TEST_CASE("a comparison of two columns leaves rows out, and spares carrying them") {
    Evidence e = shop();
    e.catalog.tables[0].columns.push_back(make_column("paid_at", "date"));
    e.catalog.tables[0].columns.push_back(make_column("sent_at", "date"));
    for (const char* name : {"paid_at", "sent_at"}) {
        auto dates = stats(name, 300, 4);
        dates.histogram_bounds = "{2024-01-01,2024-03-01,2024-05-01,2024-07-01,2024-09-01,2024-11-01}";
        e.catalog.statistics[0].columns.push_back(dates);
    }
    auto f = on("silver", "orders", {"customer_id", "paid_at", "sent_at", "total"});
    where(f, "customer_id", PredicateKind::equal);
    f.predicates.push_back({0, "", "paid_at < sent_at", PredicateKind::columns, "<", false});
    const auto list = described(e, f);
    CHECK(has(list, "silver.orders (customer_id) where paid_at < sent_at"));
    CHECK(has(list, "silver.orders (customer_id) include (total) where paid_at < sent_at"));
    const View view(e);
    const auto& shown = e.catalog.tables[0];
    const auto share = share_compared(view, shown, "paid_at < sent_at");
    REQUIRE(share.has_value());
    CHECK(*share == doctest::Approx(1.3 * 15 / 36).epsilon(0.03));  // of 6 x 6 pairs, on the safe side
    CHECK(*share_compared(view, shown, "paid_at <= sent_at") == doctest::Approx(1.3 * 21 / 36).epsilon(0.03));
    CHECK_FALSE(share_compared(view, shown, "paid_at").has_value());
    CHECK_FALSE(share_compared(view, shown, "paid_at < nobody").has_value());
    CHECK_FALSE(share_compared(view, shown, "status < sent_at").has_value());
}

TEST_CASE("tables that get no index, and why") {
    auto e = shop();
    auto& asked = e.catalog.tables[0];
    const auto why = [&] {
        const View view(e);
        return excluded(view, e.catalog.tables[0], Bytes{8192});
    };
    CHECK(why().empty());
    SUBCASE("materialized views may") { asked.kind = RelationKind::materialized_view; CHECK(why().empty()); }
    SUBCASE("foreign") { asked.kind = RelationKind::foreign_table; CHECK(why() == "it is a foreign table"); }
    SUBCASE("temporary") { asked.persistence = 't'; CHECK(why() == "it is a temporary table"); }
    SUBCASE("of an extension") { asked.extension_member = true; CHECK(why() == "it belongs to an extension"); }
    SUBCASE("inheritance") {
        asked.inherits = true;
        CHECK(why().find("inheritance tree") != std::string::npos);
        e.catalog.definitions = {{"extension", {"public", "timescaledb"}, "CREATE EXTENSION timescaledb"}};
        CHECK(why().find("TimescaleDB") != std::string::npos);
    }
    SUBCASE("a foreign partition") {
        asked.kind = RelationKind::partitioned;
        auto part = make_table(3, "silver", "orders_far", 1e6, e.catalog.tables[0].columns);
        part.kind = RelationKind::foreign_table;
        part.partition_parent = orders;
        e.catalog.tables.push_back(part);
        CHECK(why() == "it has a foreign table as partition");
    }
    SUBCASE("empty, by Citus") {
        asked.size = {};
        CHECK(why().find("too small") != std::string::npos);
        e.catalog.definitions = {{"extension", {"pg_catalog", "citus"}, "CREATE EXTENSION citus"}};
        CHECK(why().find("Citus") != std::string::npos);
    }
}

TEST_CASE("jsonb and arrays by GIN, ordered ranges by BRIN, long texts by hash") {
    Evidence e = shop();
    auto& busy = e.catalog.tables[0];
    for (const auto& [name, type, category] : {std::tuple{"payload", "jsonb", 'U'}, {"tags", "text[]", 'A'}, {"url", "text", 'S'}}) {
        auto column = make_column(name, type);
        column.type_category = category;
        busy.columns.push_back(column);
        e.catalog.statistics[0].columns.push_back(stats(name, -1, 90));
    }
    for (auto& column : e.catalog.statistics[0].columns) {
        if (column.column == "ordered_at") column.correlation = 0.99;
    }
    auto f = on("silver", "orders", {"*"});
    const auto inside = [&](const char* column, const char* op, PredicateKind kind) { f.predicates.push_back({0, column, "", kind, op, false}); };
    inside("payload", "@>", PredicateKind::contains);
    inside("tags", "&&", PredicateKind::contains);
    inside("url", "=", PredicateKind::equal);
    inside("ordered_at", ">=", PredicateKind::range);
    inside("status", "~~", PredicateKind::pattern);
    auto list = described(e, f);
    CHECK(has(list, "silver.orders (payload jsonb_path_ops) using gin"));
    CHECK(has(list, "silver.orders (tags) using gin"));
    CHECK(has(list, "silver.orders (url) using hash"));
    CHECK(has(list, "silver.orders (ordered_at) using brin"));
    CHECK(std::none_of(list.begin(), list.end(), [](const std::string& text) { return text.find("trgm") != std::string::npos; }));  // not installed
    e.catalog.definitions = {{"extension", {"tools", "pg_trgm"}, "CREATE EXTENSION pg_trgm"}};
    CHECK(has(described(e, f), "silver.orders (status tools.gin_trgm_ops) using gin"));
    const auto of = [&](const char* expression, const char* op, PredicateKind kind, bool disjunct) { f.predicates.push_back({0, "", expression, kind, op, disjunct}); };
    of("lower(url)", "~~", PredicateKind::pattern, true);
    of("payload -> 'tags'", "@>", PredicateKind::contains, false);
    of("to_tsvector('english', url || status)", "@@", PredicateKind::contains, false);
    of("to_tsvector($1, url)", "@@", PredicateKind::contains, false);
    list = described(e, f);
    CHECK(has(list, "silver.orders ((lower(url)) tools.gin_trgm_ops) using gin"));
    CHECK(has(list, "silver.orders ((payload -> 'tags') jsonb_path_ops) using gin"));
    CHECK(has(list, "silver.orders ((to_tsvector('english', url || status))) using gin"));
    CHECK(std::none_of(list.begin(), list.end(), [](const std::string& text) { return text.find("$1") != std::string::npos; }));
    auto there = make_index(12, {"silver", "orders"}, "gin_there", {"payload"});
    there.method = "gin";
    e.catalog.indexes.push_back(there);
    e.catalog.indexes.push_back(make_index(13, {"silver", "orders"}, "url_there", {"url"}));
    list = described(e, f);
    CHECK_FALSE(has(list, "silver.orders (payload jsonb_path_ops) using gin"));
    CHECK_FALSE(has(list, "silver.orders (url) using hash"));
}

TEST_CASE("similar texts and prefixes of expressions find the operator class that serves them") {
    auto e = shop();
    e.catalog.definitions = {{"extension", {"tools", "pg_trgm"}, "CREATE EXTENSION pg_trgm"}};
    const sql::CatalogLookup lookup(e.catalog);
    const auto list = described(e, sql::extract("select * from silver.orders where status % $1 and lower(status) like 'abc%' and customer_id % 2 = 0", lookup));
    CHECK(has(list, "silver.orders (status tools.gin_trgm_ops) using gin"));
    CHECK(has(list, "silver.orders ((lower(status)) text_pattern_ops)"));
    CHECK_FALSE(has(list, "silver.orders (customer_id tools.gin_trgm_ops) using gin"));
}

TEST_CASE("expressions keep what is known of their column") {
    Evidence e = shop();
    auto& at = e.catalog.statistics[0].columns[2];
    at.histogram_bounds = "{\"2022-01-01 00:00:00+00\",\"2023-01-01 12:30:00+00\",\"2024-01-01 00:00:00+00\"}";
    const View view(e);
    const auto facts = [&](const char* text) { return facts_of(view, e.catalog.tables[0], text); };
    CHECK(facts("date_trunc('month', ordered_at)").distinct == doctest::Approx(25).epsilon(0.02));
    CHECK(facts("date_trunc('month', ordered_at)").width.mean() == 8);
    CHECK(facts("(ordered_at::date)").distinct == doctest::Approx(731));
    CHECK(facts("EXTRACT(year FROM ordered_at)").distinct == doctest::Approx(3).epsilon(0.01));
    e.catalog.tables[0].columns[2].name = at.column = "holiday";  // no unit, though it ends like one
    const View renamed(e);
    CHECK(facts_of(renamed, e.catalog.tables[0], "date_trunc('month', holiday)").distinct == doctest::Approx(25).epsilon(0.02));
    CHECK(facts_of(renamed, e.catalog.tables[0], "date_trunc('month'::text, holiday)").distinct == doctest::Approx(25).epsilon(0.02));
    CHECK(facts("lower(status)").distinct == 5);
    CHECK(facts("lower(status)").width.mean() == doctest::Approx(9.5));
    auto& status = e.catalog.statistics[0].columns[3];
    REQUIRE(status.column == "status");
    const auto cut = [&](const char* text, const char* values, double distinct) {
        status.histogram_bounds = values;
        status.n_distinct = distinct;
        const View changed(e);
        return facts_of(changed, e.catalog.tables[0], text);
    };
    const char* phones = "{10-999,11-123,11-555,29-000,29-777,30-121}";
    for (const char* text : {"SUBSTRING(status FROM 1 FOR 2)", "substr(status, 1, 2)", "left(status, 2)"}) {
        CHECK(cut(text, phones, 5000).width.mean() == 3);
        CHECK(cut(text, phones, 5000).distinct > 200);  // four of six
        CHECK(cut(text, "{\u00fc1x,\u00fc1y,\u00fc1z}", 5000).distinct == 1);
        CHECK(cut(text, "{\u00fc1x,\u00fc1y,\u00fc1z}", 5000).width.mean() == 4);
        CHECK(cut(text, "", 50).distinct == 50);
    }
    CHECK(cut("substr(status, 4, 9)", phones, 5000).width.mean() == 4);
    CHECK(cut("substr(status, 4)", phones, 5000).width.mean() == 17);
    CHECK(facts("mystery(status, customer_id)").distinct == 200);
    CHECK(facts("to_tsvector('simple', status || customer_id)").width.mean() > facts("lower(status)").width.mean());
    CHECK_FALSE(number_of("2024-13-01").has_value());
    CHECK_FALSE(number_of("").has_value());
    CHECK_FALSE(number_of("-infinity").has_value());
    CHECK_FALSE(number_of("NaN").has_value());
    CHECK(number_of("1970-01-02 12:00:00") == doctest::Approx(1.5));
    CHECK(number_of("-1.5e3") == -1500);
}

TEST_CASE("who builds an index on an expression is told to analyze its table") {
    const Evidence e = shop();
    IndexSpec spec;
    spec.table = {"silver", "orders"};
    spec.keys = {key("customer_id"), IndexKey{}};
    spec.keys.back().expression = "date_trunc('month', ordered_at)";
    const auto words = about_columns(View(e), spec);
    REQUIRE(words.size() == 2);
    CHECK(words[0].find("`ANALYZE silver.orders;`") != std::string::npos);
    CHECK(words[1].find("customer_id has ") == 0);
    spec.keys.pop_back();
    CHECK(about_columns(View(e), spec).size() == 1);
}

TEST_CASE("keys, unknown columns, unsortable types and lost literals yield nothing") {
    auto e = shop();
    auto f = on("silver", "orders", {"*"});
    where(f, "order_id", PredicateKind::equal);  // the primary key
    where(f, "no such column", PredicateKind::equal);
    Predicate expression;
    expression.expression = "payload ->> $1";
    expression.kind = PredicateKind::equal;
    f.predicates.push_back(expression);
    CHECK(described(e, f).empty());
    where(f, "status", PredicateKind::equal);
    e.catalog.tables[0].columns[3].btree = false;
    CHECK(described(e, f).empty());
    f.predicates.back().expression = "lower(status)";
    f.predicates.back().column.clear();
    CHECK(has(described(e, f), "silver.orders ((lower(status)))"));
}

TEST_CASE("a name without schema is found where it is the only one") {
    auto e = shop();
    auto f = on("", "orders", {"customer_id"});
    where(f, "customer_id", PredicateKind::equal);
    CHECK_FALSE(described(e, f).empty());
    e.catalog.tables.push_back(make_table(9, "gold", "orders", 10, {make_column("customer_id", "integer")}));
    CHECK(described(e, f).empty());
    e.catalog.settings.push_back({"search_path", "\"$user\", gold,silver", "", ""});
    const auto list = described(e, f);
    REQUIRE_FALSE(list.empty());
    CHECK(list[0].starts_with("gold.orders"));
}

TEST_CASE("hostile identifiers survive into the statements") {
    auto e = shop();
    const std::string nasty = "a\"b\n; DROP TABLE x --";
    e.catalog.tables = {make_table(1, "silver", nasty, 1e6, {make_column("Größe \"'", "integer")})};
    IndexSpec spec;
    spec.table = {"silver", nasty};
    spec.name = "Ü\"";
    spec.keys = {key("Größe \"'")};
    const View view(e);
    const auto change = create_change(view, spec);
    CHECK(change.ddl == std::vector<std::string>{"CREATE INDEX CONCURRENTLY \"Ü\"\"\" ON silver.\"a\"\"b\n; DROP TABLE x --\" USING btree (\"Größe \"\"'\")"});
    CHECK(change.undo == std::vector<std::string>{"DROP INDEX CONCURRENTLY silver.\"Ü\"\"\""});
    CHECK(all_known(change.ddl, change.undo));
}

TEST_CASE("documents are not carried in a btree, which would refuse the rows whose documents outgrow it") {
    auto e = shop();
    for (const auto& [name, type] : {std::pair{"payload", "jsonb"}, {"tags", "text[]"}, {"note", "text"}}) e.catalog.tables[0].columns.push_back(make_column(name, type));
    const auto reading = [&](const std::string& column) {
        auto f = on("silver", "orders", {"customer_id", column});
        where(f, "customer_id", PredicateKind::equal);
        return described(e, f);
    };
    for (const std::string column : {"payload", "tags"}) CHECK(reading(column) == std::vector<std::string>{"silver.orders (customer_id)"});
    CHECK(has(reading("note"), "silver.orders (customer_id, note)"));
}

TEST_CASE("a partitioned table is indexed level by level") {
    auto e = shop();
    auto top = make_table(1, "s", "p", 0, {make_column("k", "integer")});
    top.kind = RelationKind::partitioned;
    auto mid = make_table(2, "s", "p_mid", 0, {make_column("k", "integer")});
    mid.kind = RelationKind::partitioned;
    mid.partition_parent = top.name;
    auto leaf = make_table(3, "s", "p_leaf", 1e6, {make_column("k", "integer")});
    leaf.partition_parent = mid.name;
    auto other = make_table(4, "s", "p_other", 1e6, {make_column("k", "integer")});
    other.partition_parent = top.name;
    e.catalog.tables = {top, leaf, mid, other};
    const View view(e);
    Candidate candidate;
    candidate.spec.table = top.name;
    candidate.spec.keys = {key("k")};
    REQUIRE(finish(view, candidate));
    CHECK(candidate.size.value > 2 * 6'000'000);
    const auto change = create_change(view, candidate.spec);
    REQUIRE(change.ddl.size() == 7);
    CHECK(change.ddl[0].find(" ON ONLY s.p ") != std::string::npos);
    CHECK(change.ddl[1].find(" ON ONLY s.p_mid ") != std::string::npos);
    CHECK(change.ddl[2].starts_with("CREATE INDEX CONCURRENTLY dwopt_p_leaf_k_"));
    CHECK(change.ddl[3].starts_with("ALTER INDEX s.dwopt_p_mid_k_"));
    CHECK(change.ddl[4].starts_with("ALTER INDEX s.dwopt_p_k_"));
    CHECK(change.ddl[6].find("ATTACH PARTITION s.dwopt_p_other_k_") != std::string::npos);
    CHECK(change.undo == std::vector<std::string>{"DROP INDEX s." + candidate.spec.name});
    CHECK(change.locks.size() == 8);
    CHECK(all_known(change.ddl, change.undo));
}

TEST_CASE("who reads a partition by name reads the indexes of the tables above it, and of no other") {
    auto e = shop();
    auto top = make_table(1, "s", "p", 0, {make_column("k", "integer")});
    top.kind = RelationKind::partitioned;
    auto leaf = make_table(2, "s", "p_leaf", 1e6, {make_column("k", "integer")}), other = make_table(3, "s", "p_other", 1e6, {make_column("k", "integer")});
    leaf.partition_parent = other.partition_parent = top.name;
    e.catalog.tables = {leaf, top, other};
    const View view(e);
    auto features = on("s", "p_leaf", {"k"});
    where(features, "k", PredicateKind::equal);
    const auto read = accesses(view, features);
    REQUIRE(read.size() == 1);
    IndexSpec spec;
    spec.keys = {key("k")};
    const auto helps = [&](const RelationName& table) {
        spec.table = table;
        return relevant(spec, read.front());
    };
    CHECK(helps(leaf.name));
    CHECK(helps(top.name));
    CHECK_FALSE(helps(other.name));
}

TEST_CASE("names that are taken get a number, within 63 bytes") {
    auto e = shop();
    Candidate candidate;
    candidate.spec.table = {"silver", "orders"};
    candidate.spec.keys = {key("customer_id")};
    e.catalog.indexes.push_back(make_index(20, {"silver", "orders"}, model::index_name(candidate.spec), {"total"}));
    auto f = on("silver", "orders", {"*"});
    where(f, "customer_id", PredicateKind::equal);
    e.workload.patterns = {pattern("a", 100, 100, f)};
    FakeOracle oracle(e);
    const auto advice = advise(e, &oracle);
    REQUIRE(advice.recommendations.size() == 1);
    CHECK(advice.recommendations[0].index->name == model::index_name(candidate.spec) + "_2");
}

TEST_CASE("array literals as the server prints them") {
    CHECK(array_elements("{1,2,NULL,\"a,b\",\"q\\\"\\\\\",\"NULL\",\"\"}") == std::vector<std::string>{"1", "2", "a,b", "q\"\\", "NULL", ""});
    CHECK(array_elements("{}").empty());
    CHECK(array_elements("").empty());
    CHECK(array_elements("{\"unfinished").empty());
}
