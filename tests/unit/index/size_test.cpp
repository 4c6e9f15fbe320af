// Against indexes that were really built: TPC-H and TPC-DS at scale 1 on PostgreSQL 15 (see bench/*/true_indexes.csv).
#include "fixture.hpp"
#include "size.hpp"

#include <doctest/doctest.h>

using namespace fixture;
using namespace dwopt::indexing;

namespace {

struct Built {
    const char* what;
    double rows, groups, tuple, key_tuple;
    bool deduplicated;
    double bytes;
    int height;
};

Evidence one_table(double rows, std::vector<Column> columns, std::vector<ColumnStatistics> statistics) {
    Evidence e;
    e.catalog.tables = {make_table(1, "public", "t", rows, std::move(columns))};
    e.catalog.statistics = {{{"public", "t"}, std::move(statistics)}};
    return e;
}

double predicted(const Evidence& e, const std::vector<std::string>& keys, const std::vector<std::string>& include = {}) {
    IndexSpec spec;
    spec.table = {"public", "t"};
    for (const auto& k : keys) spec.keys.push_back(key(k));
    spec.include = include;
    return static_cast<double>(sum_of(predict_extents(View(e), spec)).value);
}

}  // namespace

TEST_CASE("sizes and heights of built indexes, from rows and distinct keys") {
    const Built built[] = {
        {"lineitem (l_shipdate)", 6001215, 2526, 16, 16, true, 42696704, 2},
        {"lineitem (l_partkey, l_suppkey)", 6001215, 799541, 16, 16, true, 60907520, 2},
        {"lineitem (l_returnflag)", 6001215, 3, 16, 16, true, 135004160, 2},
        {"orders (o_custkey)", 1500000, 99996, 16, 16, true, 12632064, 2},
        {"date_dim (d_year, d_moy)", 73049, 2400, 16, 16, true, 565248, 1},
        {"item (i_manufact_id)", 18000, 999, 16, 16, true, 163840, 1},
        {"orders (o_orderdate, o_orderkey)", 1500000, 1500000, 16, 16, true, 33718272, 2},
    };
    for (const auto& b : built) {
        CAPTURE(b.what);
        // l_returnflag is a char(1): no deduplication, whatever the groups.
        const SizeModel model{b.rows, b.groups, b.tuple, b.key_tuple, b.deduplicated && b.groups > 3};
        CHECK(static_cast<double>(btree_shape(model).size.value) == doctest::Approx(b.bytes).epsilon(0.03));
        CHECK(btree_shape(model).height == b.height);
    }
}

namespace {

ColumnStatistics spread(ColumnStatistics s, const std::string& bounds) {
    s.histogram_bounds = bounds;
    return s;
}

}  // namespace

TEST_CASE("widths and deduplication follow from types and statistics") {
    const auto e = one_table(6001215,
                             {make_column("d", "date"), make_column("price", "numeric(15,2)"), make_column("disc", "numeric(15,2)"),
                              make_column("qty", "numeric(15,2)"), make_column("seg", "character(10)"), make_column("big", "bigint")},
                             {stats("d", 2526, 4), spread(stats("price", 697000, 8), "{901.00,5310.44,9990.75,18000.12,26000.55,34000.62,43210.55,56100.01,72345.67,104949.50}"),
                              spread(stats("disc", 11, 5), "{0.01,0.10}"), spread(stats("qty", 50, 5), "{1.00,50.00}"), stats("seg", 5, 11), stats("big", 100, 8)});
    CHECK(predicted(e, {"d"}) == doctest::Approx(42696704).epsilon(0.02));
    CHECK(predicted(e, {"d"}, {"price", "disc", "qty"}) == doctest::Approx(243392512).epsilon(0.02));
    CHECK(predicted(e, {"price"}) == doctest::Approx(180084736).epsilon(0.05));
    CHECK(predicted(e, {"seg"}) == doctest::Approx(6001215.0 / 150000 * 4759552).epsilon(0.02));
    CHECK(predicted(e, {"d"}, {"big"}) > predicted(e, {"d"}) * 3);
    // Built on 15.18 and on 15.20, which leaves char(n) alone.
    for (const auto& [version, bytes] : {std::pair{150018, 41607168.0}, {150019, 41607168.0}, {150020, 135004160.0}, {130023, 41607168.0}, {180005, 41607168.0}, {180006, 135004160.0}, {200000, 135004160.0}}) {
        CAPTURE(version);
        auto flags = one_table(6001215, {make_column("flag", "character(1)")}, {stats("flag", 3, 2)});
        flags.server.target.server_version_num = version;
        CHECK(predicted(flags, {"flag"}) == doctest::Approx(bytes).epsilon(0.02));
    }
}

TEST_CASE("sizes hold at the edges") {
    CHECK(btree_shape({}).size.value == 8192);
    CHECK(btree_shape({}).height == 0);
    const auto e = one_table(-1, {make_column("t", "text")}, {});
    CHECK(predicted(e, {"t"}) > 0);
    const SizeModel part{100.5, 20.25, 16, 16, true, 7.5};  // shares of rows are seldom whole
    CHECK(btree_shape(part).size == Bytes{4 * 8192});  // meta page, root, a leaf of values and one of NULLs
    SizeModel huge{1e10, 1e4, 16, 16, true};
    CHECK(static_cast<double>(btree_shape(huge).size.value) == doctest::Approx(1e10 * 6.9).epsilon(0.05));
}
