// Sizes that are predicted for indexes nobody has built, against those of indexes built for it.
#include "twin_fixture.hpp"

#include "dwopt/stages.hpp"
#include "model/index_sql.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace dwopt;
using namespace dwopt::test;

namespace {

IndexSpec wish(const std::vector<std::string>& keys, const std::string& method = "btree", const std::string& predicate = "", const std::vector<std::string>& include = {}) {
    auto spec = index_on({}, method);
    for (const auto& key : keys) {
        const bool column = key.find('(') == std::string::npos;
        spec.keys.push_back({column ? key : "", column ? "" : key, {}, {}, false, false});
    }
    spec.predicate = predicate;
    spec.include = include;
    return spec;
}

}  // namespace

TEST_CASE_FIXTURE(TwinFixture, "predicted sizes of many types and kinds of indexes are those of built ones") {
    sql(R"sql(CREATE TABLE t WITH (autovacuum_enabled = off) AS SELECT
  g AS i4, g::bigint * 7 AS i8, (g % 300)::smallint AS i2, (g * 0.37)::numeric(12,2) AS num, (g * 1.5)::float8 AS f8, md5(g::text)::uuid AS u,
  '2020-01-01'::date + g % 1500 AS d, '2020-01-01'::timestamptz + g * interval '1 min' AS ts, 'user ' || g % 40000 AS short, md5(g::text) || md5((g * 3)::text) AS long,
  ('10.' || g % 250 || '.' || g % 199 || '.1')::inet AS ip, g % 3 = 0 AS flag, CASE WHEN g % 5 = 0 THEN g END AS sparse, ('{"a":' || g % 1000 || ',"b":"' || g || '"}')::jsonb AS j,
  ARRAY[g % 100, g % 77, g % 13] AS tags, '2020-01-01'::date + (g::bigint * 7919 % 1500)::int AS e, repeat('x', 1 + g % 20) || g AS grown,
  (g % 25)::text::char(10) AS brand
FROM generate_series(1, 400000) g; CREATE STATISTICS together (ndistinct) ON i2, d FROM t; ANALYZE)sql");
    Evidence evidence;
    const auto warehouse = postgres::open_warehouse(database.options());
    evidence.catalog = warehouse->snapshot({}, true, silent).catalog;
    evidence.server = warehouse->server();
    std::vector<double> btrees;
    const auto off_by = [&](IndexSpec spec) {
        spec.name = "built";
        const auto predicted = predict(evidence, spec);
        sql("DROP INDEX IF EXISTS built; " + model::create_index_sql(spec, model::CreateForm::plain));
        const auto bytes = database.session().query("select pg_relation_size('public.built')").number(0, 0);
        const double error = static_cast<double>(predicted.extents.front().size.value) / bytes - 1;
        MESSAGE(fmt::format("{:+.1f} % of {:.2f} MB: {}", 100 * error, bytes / 1048576, model::describe(spec)));
        return std::abs(error);
    };
    for (const auto& spec : {wish({"i4"}), wish({"i8"}), wish({"i2"}), wish({"num"}), wish({"f8"}), wish({"u"}), wish({"d"}), wish({"ts"}), wish({"short"}), wish({"long"}), wish({"ip"}), wish({"grown"}),
                             wish({"sparse"}), wish({"i4"}, "btree", "flag"), wish({"sparse"}, "btree", "sparse IS NOT NULL"), wish({"d"}, "btree", "", {"num", "i2"}), wish({"i2", "d"}),
                             wish({"flag"}), wish({"lower(short)"}), wish({"brand"})}) {
        btrees.push_back(off_by(spec));
    }
    std::sort(btrees.begin(), btrees.end());
    CHECK(btrees[btrees.size() / 2] <= 0.03);
    CHECK(btrees[btrees.size() * 95 / 100] <= 0.1);
    CHECK(off_by(wish({"long"}, "hash")) <= 0.1);
    CHECK(off_by(wish({"short"}, "hash")) <= 0.15);
    CHECK(off_by(wish({"i2"}, "hash")) <= 0.15);  // many rows share a value, and a bucket
    CHECK(off_by(wish({"ts"}, "brin")) <= 0.35);    // five pages or six
    CHECK(off_by(wish({"tags"}, "gin")) <= 0.5);
    CHECK(off_by(wish({"j"}, "gin")) <= 1.0);       // nothing is known of what is inside
    CHECK(off_by(wish({"i4"}, "btree", "d < e")) <= 0.5);
}
