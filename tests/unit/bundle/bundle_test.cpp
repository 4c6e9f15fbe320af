#include "bundle/bundle.hpp"
#include "csv.hpp"
#include "files.hpp"

#include "dwopt/error.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace dwopt;
namespace fs = std::filesystem;

namespace {

struct Scratch {
    fs::path path = fs::temp_directory_path() / ("dwopt-bundle-" + std::to_string(getpid()));
    Scratch() { fs::remove_all(path); fs::create_directories(path); }
    ~Scratch() { std::error_code ignored; fs::remove_all(path, ignored); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    void put(const std::string& name, const std::string& text) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
    }
};

Bundle sample() {
    Bundle bundle;
    bundle.database = "shop";
    bundle.captured_at = parse_rfc3339("2026-01-02T03:04:05Z");
    bundle.image.server_version_num = 150020;
    bundle.image.schema = "CREATE TABLE \"T, \"\"x\" (a int);\n";
    bundle.image.relations = {{{"public", "T, \"x"}, 'r', 12, 345, 6, Bytes{98304}, std::nullopt}, {{"public", "i\nj"}, 'i', 2, 345, 0, Bytes{16384}, 1}};
    ColumnStatistics column;
    column.column = "a";
    column.null_frac = 0.1;
    column.avg_width = 4;
    column.n_distinct = -0.25;
    column.correlation = -0.5;
    column.most_common_vals = R"({"it's, ""quoted""",NULL})";
    column.most_common_freqs = "{0.5,0.25}";
    bundle.image.statistics = {{{"public", "T, \"x"}, {column}}};
    bundle.image.settings = {{"work_mem", "4096", "kB", "default"}};
    bundle.image.bounds = {{{"public", "T, \"x"}, "a", "", "99"}};
    bundle.statements = {{-9223372036854775807LL, "select $1", 7, 1.5, 7}};
    bundle.queries = {{"", "q1", "-- weight: 2.5\nselect 1", 2.5}};
    return bundle;
}

void same(const Bundle& a, const Bundle& b) {
    CHECK(a.database == b.database);
    CHECK(a.captured_at == b.captured_at);
    CHECK(a.image.server_version_num == b.image.server_version_num);
    CHECK(a.image.schema == b.image.schema);
    REQUIRE(a.image.relations.size() == b.image.relations.size());
    for (std::size_t i = 0; i < a.image.relations.size(); ++i) {
        const auto &x = a.image.relations[i], &y = b.image.relations[i];
        CHECK((x.name == y.name && x.kind == y.kind && x.pages == y.pages && x.tuples == y.tuples && x.all_visible == y.all_visible && x.bytes == y.bytes && x.height == y.height));
    }
    CHECK(a.image.statistics == b.image.statistics);
    CHECK(a.image.settings == b.image.settings);
    CHECK(a.image.bounds == b.image.bounds);
    REQUIRE(b.statements.size() == 1);
    CHECK((a.statements[0].queryid == b.statements[0].queryid && a.statements[0].query == b.statements[0].query && a.statements[0].calls == b.statements[0].calls));
    REQUIRE(b.queries.size() == 1);
    CHECK((a.queries[0].name == b.queries[0].name && a.queries[0].sql == b.queries[0].sql && a.queries[0].weight == b.queries[0].weight));
}

std::string complaint(const fs::path& path) {
    try {
        (void)bundle::read(path);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        return error.what();
    }
    return {};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a bundle comes back as it was written, from a directory and from an archive") {
    const Scratch scratch;
    for (const char* name : {"plain", "packed.tar.gz"}) {
        CAPTURE(name);
        bundle::write(sample(), scratch.path / name);
        same(sample(), bundle::read(scratch.path / name));
        const auto mode = fs::status(scratch.path / name).permissions();
        CHECK((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    }
    CHECK_THROWS_AS(bundle::write(sample(), scratch.path / "plain"), Error);  // it is not empty
}

TEST_CASE("columns go by their names, and what is unknown is passed over") {
    const Scratch scratch;
    scratch.put("b/schema.sql", "create table t (a int);");
    scratch.put("b/relations.csv", "reltuples,name,new,schema,kind,relpages\r\n10,t,x,public,r,1\r\n\n");
    scratch.put("b/readme.txt", "hello");
    scratch.put("b/queries/deep/q.sql", "select 2");
    scratch.put("b/queries/q.sql", "select 1");
    const auto bundle = bundle::read(scratch.path / "b");
    REQUIRE(bundle.image.relations.size() == 1);
    CHECK(bundle.image.relations[0].tuples == 10);
    CHECK_FALSE(bundle.image.relations[0].bytes);
    REQUIRE(bundle.queries.size() == 1);
    CHECK(bundle.queries[0].weight == 1);
}

TEST_CASE("a bundle that cannot be understood says where") {
    const Scratch scratch;
    CHECK(has(complaint(scratch.path / "nowhere"), "no such file"));
    scratch.put("torn.tar.gz", "this is no archive");
    CHECK(has(complaint(scratch.path / "torn.tar.gz"), "torn.tar.gz"));
    scratch.put("b/schema.sql", "x");
    CHECK(has(complaint(scratch.path / "b"), "relations.csv"));
    const auto with = [&](const std::string& relations) {
        scratch.put("b/relations.csv", relations);
        return complaint(scratch.path / "b");
    };
    CHECK(has(with("schema,name,kind,relpages\n"), "reltuples"));
    CHECK(has(with("schema,name,kind,relpages,reltuples\npublic,t,r,many,1\n"), "'relpages' in line 2"));
    CHECK(has(with("schema,name,kind,relpages,reltuples\npublic,t,r,nan,1\n"), "line 2"));
    CHECK(has(with("schema,name,kind,relpages,reltuples\npublic,t,r\n"), "line 2 has 3 columns"));
    CHECK(has(with("schema,name,kind,relpages,reltuples\npublic,\"t,r,1,1\n"), "quote in line 2"));
    CHECK(with("schema,name,kind,relpages,reltuples\n").empty());
    scratch.put("b/manifest.json", "{\"format\":\"dwopt-bundle/9\"}");
    CHECK(has(complaint(scratch.path / "b"), "dwopt-bundle/9"));
    scratch.put("b/manifest.json", "{");
    CHECK_FALSE(complaint(scratch.path / "b").empty());
}

TEST_CASE("links do not lead out of a bundle") {
    const Scratch scratch;
    scratch.put("secret", "select 'secret'");
    scratch.put("b/schema.sql", "x");
    scratch.put("b/relations.csv", "schema,name,kind,relpages,reltuples\n");
    fs::create_directory_symlink(scratch.path, scratch.path / "b/queries");
    CHECK(bundle::read(scratch.path / "b").queries.empty());
}

TEST_CASE("NULL and the empty text are told apart") {
    const bundle::CsvTable table("x.csv", "a,b\n,\"\"\n\"p\"\"q\",\"r\ns\"\n");
    REQUIRE(table.rows() == 2);
    CHECK_FALSE(table.at(0, "a"));
    CHECK(table.at(0, "b") == "");
    CHECK(table.at(1, "a") == "p\"q");
    CHECK(table.at(1, "b") == "r\ns");
    CHECK_FALSE(table.at(0, "c"));
}
