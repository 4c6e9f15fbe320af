// An index is watched from the moment it is there, not from the moment the server's statistics began.
#include "database.hpp"
#include "dwopt/loop.hpp"
#include "dwopt/open.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace dwopt;

namespace {

struct Workspace {
    Workspace() : directory(std::filesystem::temp_directory_path() / fmt::format("dwopt-unused-{}", getpid())) {
        store = open_workspace(directory.string());
    }
    ~Workspace() {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
    }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    std::filesystem::path directory;
    std::unique_ptr<Store> store;
};

bool dropped(const Advice& advice, const std::string& name) {
    return std::any_of(advice.recommendations.begin(), advice.recommendations.end(), [&](const Recommendation& r) {
        return r.kind == "index.drop" && r.ddl.front().find(name) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("a new index is not called unused because the server is old") {
    test::Database database;
    Workspace workspace;
    Silent silent;
    const auto clock = system_clock();
    const loop::Run run{*workspace.store, *clock, silent, silent};
    database.session().execute("CREATE TABLE t AS SELECT g AS a, g % 7 AS b FROM generate_series(1, 1000) g;"
                               "CREATE INDEX old_index ON t (a)");
    const auto collect = [&] {
        const auto warehouse = open_warehouse(database.options().conninfo, "test");
        (void)loop::collect(*warehouse, run, {});
    };
    collect();
    database.session().execute("CREATE INDEX new_index ON t (b)");
    collect();

    const auto server = workspace.store->last_server();
    REQUIRE(server);
    loop::RecommendOptions options;
    options.thresholds.unused_size = Bytes{0};
    options.thresholds.unused_age = std::chrono::duration_cast<Duration>(clock->now() - server->started_at) / 2;  // the server is older, the new index is not
    const auto advice = loop::recommend(nullptr, run, options);
    CHECK(dropped(advice, "old_index"));
    CHECK_FALSE(dropped(advice, "new_index"));
}
