// A database of the test's cluster and a planner twin made from it.
#pragma once

#include "database.hpp"
#include "dwopt/open.hpp"
#include "model/image.hpp"
#include "postgres/warehouse.hpp"
#include "pq/explain.hpp"
#include "twin/twin.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace dwopt::test {

struct TwinFixture {
    Database database;
    Silent silent;
    twin::Options options;
    explicit TwinFixture(const std::string& made_with = "") : database(made_with) { options.directory = std::filesystem::temp_directory_path() / fmt::format("dwopt-twin-test-{}", getpid()); }
    ~TwinFixture() {
        twin::drop(options);
        std::error_code ignored;
        std::filesystem::remove_all(options.directory, ignored);
    }
    TwinFixture(const TwinFixture&) = delete;
    TwinFixture& operator=(const TwinFixture&) = delete;

    void sql(const std::string& text) { database.session().execute(text); }

    TwinImage image() {
        const auto warehouse = postgres::open_warehouse(database.options());
        const auto snapshot = warehouse->snapshot({}, true, silent);
        return model::image_of(snapshot.catalog, snapshot.server.target.server_version_num);
    }
    std::shared_ptr<twin::Twin> build(const TwinImage& image) { return twin::build(image, options, silent, silent); }

    // What the server itself says; as it is a superuser's session, only for texts of our own.
    double cost_here(const std::string& text) {
        const auto plan = database.session().query("EXPLAIN (FORMAT JSON) " + text).text(0, 0);
        return pq::read_plan(plan).total_cost;
    }
    std::string shape_here(const std::string& text) { return pq::read_plan(database.session().query("EXPLAIN (FORMAT JSON) " + text).text(0, 0)).shape; }
};

inline Query query(const std::string& sql) { return {"q", sql, {"public"}, 0}; }

// On public.t.
inline IndexSpec index_on(const std::vector<std::string>& columns, const std::string& method = "btree") {
    IndexSpec spec;
    spec.table = {"public", "t"};
    spec.name = "wish";
    spec.method = method;
    for (const auto& column : columns) spec.keys.push_back({column, {}, {}, {}, false, false});
    return spec;
}

}  // namespace dwopt::test
