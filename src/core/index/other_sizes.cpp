// Sizes of indexes that are no btrees, as CREATE INDEX leaves them.
//
//   hash   one bucket for each 307 rows (fillfactor 75, 20 bytes an entry), rounded up to a quarter of a power of two, and two pages more
//          (access/hash/hashpage.c, _hash_init; hashutil.c, _hash_spareindex); overflow pages where values that share a bucket have
//          more than the 407 rows of a page
//   BRIN   an entry for each 128 pages, and a page for each 1,360 of those to find them by (access/brin/brin_revmap.c)
//   GIN    for each key its rows as differences of their places, 7 bits a byte (access/gin/ginpostinglist.c), in pages of their own
//          once they outgrow one, and the key
#include "size.hpp"

#include "expressions.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <cmath>

namespace dwopt::indexing {
namespace {

double hash_pages(double rows, double values) {
    const double wanted = std::max(2.0, rows / 307);
    const double power = std::exp2(std::floor(std::log2(wanted))), step = wanted > 512 ? power / 4 : power;
    const double buckets = std::ceil(wanted / step) * step, rows_of_one = rows / std::max(1.0, values);
    double overflow = 0;  // values fall into buckets at random
    double probability = std::exp(-values / buckets);
    for (int k = 1; k < 200 && rows_of_one > 1; ++k) {
        probability *= values / buckets / k;
        overflow += buckets * probability * (std::ceil(k * rows_of_one / 407) - 1);
    }
    return buckets + std::ceil(overflow) + 2;
}

double brin_pages(double table_pages, double value) {
    const double ranges = std::ceil(table_pages / 128), entry = 8 + 8 * std::ceil(2 * value / 8) + 4;
    return 1 + std::ceil(ranges / 1360) + std::ceil(ranges / std::floor((page - 24) / entry));
}

struct Keys {
    double per_row = 1, distinct = 1, bytes = 8;  // of a row; of all rows; of a key
};

double last_of(const std::string& array) {
    const auto elements = array_elements(array);
    return elements.empty() ? 0 : std::strtod(elements.back().c_str(), nullptr);
}

// What a value is taken apart into. Arrays have statistics of it; for the rest it is what values of that width usually hold.
Keys keys_of(Parts parts, const IndexKey& key, double width, const ColumnStatistics* statistics, double rows) {
    Keys keys;
    if (parts == Parts::of_array) {
        keys.per_row = statistics && !statistics->elem_count_histogram.empty() ? last_of(statistics->elem_count_histogram) : std::max(1.0, (width - 24) / 8);
        constexpr std::size_t listed_at_most = 1000;  // with the usual target; fewer are all there are
        const auto listed = statistics ? array_elements(statistics->most_common_elems).size() : 0;
        keys.distinct = listed > 0 && listed < listed_at_most ? static_cast<double>(listed) : 1000;
    } else if (parts == Parts::of_text) {
        keys = {width + 1, std::min(40000.0, 40 * width * 20), 4};
    } else if (parts == Parts::of_json) {
        keys.per_row = std::max(1.0, width / (key.opclass == "jsonb_path_ops" ? 24 : 12));
        keys.distinct = rows * keys.per_row / 2;
        keys.bytes = key.opclass == "jsonb_path_ops" ? 4 : 12;
    } else {
        keys.per_row = std::max(1.0, width / 16);
        keys.distinct = 20000;
    }
    keys.distinct = std::clamp(keys.distinct, 1.0, std::max(1.0, rows * keys.per_row));
    return keys;
}

Keys keys_of(const View& view, const Table& table, const IndexKey& key) {
    constexpr double usual_width = 64;
    const double rows = view.rows(table);
    const auto* column = View::column(table, key.column);
    auto parts = column ? parts_of(*column) : parts_of(key.expression);
    if (key.opclass.ends_with("gin_trgm_ops")) parts = Parts::of_text;
    else if (parts == Parts::of_text) parts = Parts::none;  // other operator classes leave a text whole, or take its words
    if (!column) return keys_of(parts, key, facts_of(view, table, key.expression).width.mean(), nullptr, rows);
    const auto* statistics = view.statistics(table.name, key.column);
    return keys_of(parts, key, statistics && statistics->avg_width > 0 ? statistics->avg_width : usual_width, statistics, rows);
}

double gin_pages(const Keys& keys, double rows, double table_pages) {
    const double rows_per_key = std::max(1.0, rows * keys.per_row / keys.distinct);
    const double gap = std::max(1.0, table_pages / rows_per_key * 2048);
    const double place = std::clamp(std::ceil(std::log2(gap + 1) / 7), 1.0, 6.0), list = 6 + (rows_per_key - 1) * place;
    const double entry = 8 + 8 * std::ceil(keys.bytes / 8) + 4;
    const bool in_trees = list > 2000;
    constexpr double filled = 0.65;  // keys come in no order
    const double entries = keys.distinct * (entry + (in_trees ? 0 : list)) / (page * filled), trees = in_trees ? keys.distinct * std::ceil(list / (page - 100)) : 0;
    return 2 + std::ceil(entries) + std::ceil(trees);
}

}  // namespace

double keys_per_row(const View& view, const IndexSpec& spec) {
    const auto* table = view.table(spec.table);
    return table ? std::max(1.0, keys_of(view, *table, spec.keys.front()).per_row) : 1;
}

Bytes other_size(const View& view, const Table& table, const IndexSpec& spec) {
    const auto& key = spec.keys.front();
    const auto* column = View::column(table, key.column);
    const double rows = view.rows(table), pages = view.pages(table);
    double needed = 2;
    if (spec.method == "hash") needed = hash_pages(rows, distinct_values(column ? view.statistics(table.name, key.column) : nullptr, rows));
    else if (spec.method == "brin") needed = brin_pages(pages, column ? column_width(view, table, *column).mean() : 8);
    else needed = gin_pages(keys_of(view, table, key), rows, pages);
    return Bytes{static_cast<std::int64_t>(needed * page)};
}

}  // namespace dwopt::indexing
