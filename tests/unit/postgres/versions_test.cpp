#include "../../../src/core/postgres/remedies.hpp"
#include "../../../src/core/postgres/versions.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dwopt;
using namespace dwopt::postgres;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Commas outside parentheses separate the columns.
std::size_t columns_in(const std::string& list) {
    int depth = 0;
    std::size_t count = 1;
    for (const char c : list) {
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if (c == ',' && depth == 0) ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("every version gives every family all its columns") {
    for (int version = oldest_version; version <= newest_version; ++version) {
        for (const Family family : {Family::statement, Family::table, Family::index, Family::database, Family::server}) {
            CAPTURE(version);
            CAPTURE(name(family));
            CHECK(columns_in(select_list(family, version)) == columns(family).size());
        }
        CHECK_FALSE(clause("server.from", version).empty());
        CHECK_FALSE(clause("server.resets", version).empty());
        CHECK_FALSE(clause("crash", version).empty());
        CHECK_FALSE(clause("statement.toplevel", version).empty());
        CHECK_FALSE(clause("index.nulls_not_distinct", version).empty());
    }
}

TEST_CASE("columns have the names their version gave them") {
    CHECK(has(select_list(Family::statement, 16), "s.blk_read_time"));
    CHECK(has(select_list(Family::statement, 17), "s.shared_blk_read_time"));
    CHECK_FALSE(has(select_list(Family::statement, 17), " s.blk_read_time"));
    CHECK_FALSE(has(select_list(Family::statement, 14), "temp_blk_read_time"));
    CHECK_FALSE(has(select_list(Family::statement, 14), "jit"));
    CHECK_FALSE(has(select_list(Family::index, 15), "last_idx_scan"));
    CHECK(has(select_list(Family::index, 16), "last_idx_scan"));
    CHECK_FALSE(has(select_list(Family::database, 13), "session_time"));
    CHECK_FALSE(has(select_list(Family::server, 17), "b.checkpoints"));
    CHECK(clause("statement.toplevel", 13) == "true");
    CHECK(clause("statement.info", 13).empty());
    CHECK(clause("no such clause", 15).empty());
}

TEST_CASE("an extension that stayed behind after an upgrade decides by its own version") {
    CHECK(statements_version("1.8") == 13);
    CHECK(statements_version("1.10") == 15);
    CHECK(statements_version("1.11") == 17);
    CHECK(statements_version("2.0") == newest_version);
    CHECK(statements_extension(16) == "1.10");
    CHECK(has(select_list(Family::statement, statements_version("1.7")), "s.total_time"));
}

TEST_CASE("remedies quote what they name, and never make one library of two") {
    CHECK(grant("pg_monitor", "the \"odd\" one") == "GRANT pg_monitor TO \"the \"\"odd\"\" one\";");
    CHECK(grant_reading(15, {"a"}, "r") == "GRANT pg_read_all_data TO r;");
    CHECK(grant_reading(13, {"a", "B"}, "r") == "GRANT USAGE ON SCHEMA a, \"B\" TO r;\nGRANT SELECT ON ALL TABLES IN SCHEMA a, \"B\" TO r;");
    CHECK(grant_reading(13, {}, "r").empty());
    CHECK(has(preload("auto_explain, \"x\"", "y"), "= 'auto_explain', 'x', 'y';"));
    CHECK(has(preload("", "y"), "= 'y';"));
}
