// A leaf entry is MAXALIGN(8 + data) bytes and a line pointer of 4. CREATE INDEX closes a leaf when less than a tenth of
// the page (819 bytes) is left, then moves its last entry to the next leaf and keeps a truncated copy as high key.
//
// Where the key's operator classes allow it, equal keys are merged into posting lists: the key once, then 6 bytes a
// row, at most 812 bytes in all (a tenth of a page: _bt_load). So an index's size hangs on how many rows share a key,
// and on what part of the last list of each key stays empty. Instead of a formula for that, some forty leaves are
// filled as the server would fill them, with group sizes spread like a Poisson variable around the mean, and the result
// is scaled up. Source: src/backend/access/nbtree/nbtsort.c, nbtdedup.c.
//
// Limits: skew only through the number of distinct keys; key columns that depend on each other count as independent.
#include "size.hpp"

#include "expressions.hpp"
#include "constants.hpp"

#include "dwopt/stages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

namespace dwopt::indexing {
namespace {

constexpr double usable = page - 24 - 16, line_pointer = 4;
constexpr double leaf_slack = 819;           // fillfactor 90
constexpr double inner_slack = page * 0.30;  // fillfactor 70
constexpr double longest_posting = 812, row_pointer = 6;

double aligned(double bytes) { return std::ceil(bytes / 8) * 8; }

// One level's pages being filled, as _bt_buildadd does it.
class Filler {
  public:
    // `truncated`: what the entry would lose as a high key (its posting list).
    void add(double tuple, double truncated) {
        const double room = left_ - line_pointer;
        if (entries_ > 0 && (room < aligned(tuple) + 8 || (room + last_truncated_ < leaf_slack && entries_ > 1))) {
            ++pages_;
            left_ = usable - line_pointer;                  // the high key's own pointer
            left_ -= aligned(last_) + line_pointer;         // the last entry moves on
            entries_ = 1;
        }
        left_ -= aligned(tuple) + line_pointer;
        ++entries_;
        last_ = tuple;
        last_truncated_ = truncated;
    }
    [[nodiscard]] double pages() const { return pages_; }
    [[nodiscard]] double fractional() const { return pages_ + (entries_ > 0 ? (usable - left_) / (usable - leaf_slack) : 0); }

  private:
    double left_ = usable - line_pointer, last_ = 0, last_truncated_ = 0;
    double pages_ = 0;
    int entries_ = 0;
};

// Rows of the n-th of some groups whose sizes have the given mean: quantiles of a Poisson variable of at least one
// (a normal one where the mean is large), visited in the low-discrepancy order of the golden ratio.
class GroupSizes {
  public:
    explicit GroupSizes(double mean) : mean_(std::max(1.0, mean)) {
        // The rate of a Poisson variable whose mean is mean_ once zeros are left out.
        double rate = 1e9;
        for (int i = 0; i < 60; ++i) rate = mean_ * (1 - std::exp(-rate));
        if (mean_ <= 1.0001) sizes_.fill(1);
        else if (rate > 40) spread_normally();
        else spread_as_poisson(rate);
    }
    double next() {
        position_ += 0.6180339887498949;
        if (position_ >= 1) position_ -= 1;
        return sizes_[static_cast<std::size_t>(position_ * quantiles)];
    }

  private:
    static constexpr std::size_t quantiles = 1024;
    static double share(std::size_t quantile) { return (static_cast<double>(quantile) + 0.5) / quantiles; }

    void spread_as_poisson(double rate) {
        double probability = std::exp(-rate), k = 0;
        const double none = probability;
        double below = probability;
        for (std::size_t q = 0; q < quantiles; ++q) {
            const double wanted = none + share(q) * (1 - none);  // zero left out
            while (below < wanted && k < 400) {
                ++k;
                probability *= rate / k;
                below += probability;
            }
            sizes_[q] = std::max(1.0, k);
        }
    }
    // Good to a few percent (logistic approximation), which is enough for a spread.
    void spread_normally() {
        for (std::size_t q = 0; q < quantiles; ++q) {
            const double p = std::clamp(share(q), 0.001, 0.999);
            sizes_[q] = std::max(1.0, std::round(mean_ + std::sqrt(mean_) * std::log(p / (1 - p)) / 1.702));
        }
    }

    double mean_, position_ = 0.5;
    std::array<double, quantiles> sizes_{};
};

double leaves_of_single_entries(const SizeModel& model) {
    // k entries go in before the page counts as full, one of which moves on.
    const double each = model.tuple + line_pointer;
    const double per_page = std::floor((usable - 2 * line_pointer - leaf_slack) / each);
    return model.rows / std::max(per_page, 1.0);
}

double leaves_with_posting_lists(const SizeModel& model) {
    constexpr double enough_pages = 40;
    GroupSizes sizes(model.rows / model.groups);
    Filler filler;
    double rows = 0;
    const double base = model.tuple;
    const double rows_per_list = std::max(1.0, std::floor((std::floor(longest_posting / 8) * 8 - base) / row_pointer));
    const double all = std::floor(model.rows);  // a share of the rows need not be whole
    while (rows < all && filler.pages() < enough_pages) {
        double group = std::min(sizes.next(), all - rows);
        rows += group;
        for (; group >= 1 && filler.pages() < enough_pages; group -= rows_per_list) {
            const double in_list = std::min(group, rows_per_list);
            const double postings = in_list > 1 ? in_list * row_pointer : 0;
            filler.add(base + postings, postings);
        }
        rows -= std::max(0.0, group);  // what did not get in any more
    }
    return rows > 0 ? filler.fractional() * model.rows / rows : 0;
}

double leaf_pages(const SizeModel& model) {
    if (model.rows < 1) return 0;
    if (model.nulls > 0) {
        SizeModel values = model, nulls = model;
        values.rows -= model.nulls;
        values.groups = std::min(values.groups, std::max(1.0, values.rows));
        values.nulls = nulls.nulls = 0;
        nulls.rows = model.nulls;
        nulls.groups = 1;
        nulls.tuple = 16;
        return leaf_pages(values) + leaf_pages(nulls);
    }
    const bool lists = model.deduplicated && model.groups < model.rows;
    return std::max(1.0, std::ceil(lists ? leaves_with_posting_lists(model) : leaves_of_single_entries(model)));
}

double inner_fanout(const SizeModel& model) {
    // Equal keys on both sides of a split need the row pointer too.
    const double pivot = model.key_tuple + (model.rows > 2 * model.groups ? 8 : 0) + line_pointer;
    return std::max(2.0, std::floor((usable - inner_slack) / pivot));
}

// Columns laid out one after the other, each at its alignment; averaged over the sizes seen.
double data_width(const std::vector<const ValueWidth*>& columns) {
    constexpr std::size_t samples = 64;
    double sum = 0;
    for (std::size_t s = 0; s < samples; ++s) {
        double offset = 8;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto& column = *columns[c];
            // A different stride for each column, so that sizes of neighbours are not paired up.
            const double size = column.sizes[(s * (2 * c + 1) * 7919 + c) % column.sizes.size()];
            offset = std::ceil(offset / column.alignment) * column.alignment + size;
        }
        sum += aligned(offset);
    }
    return sum / static_cast<double>(samples);
}

// char(n) no longer is since the minor releases of November 2026 (release notes of 15.20). Of an unknown version: the larger size.
bool deduplicates_char(int server_version_num) {
    constexpr std::array<int, 6> first_without{140025, 150020, 160016, 170012, 180006, 190001};
    const int major = server_version_num / 10000;
    if (major < 13 || major > 19) return false;
    return major == 13 || server_version_num < first_without[static_cast<std::size_t>(major - 14)];
}

// Types whose operator classes say that equal values are the same bytes (btequalimage); of others, as of domains, nobody knows here.
bool may_deduplicate(const Column& column, int server_version_num) {
    constexpr std::array same_bytes{"smallint", "integer", "bigint", "oid", "boolean", "\"char\"", "name", "text", "character varying", "date", "timestamp without time zone",
                                    "timestamp with time zone", "time without time zone", "time with time zone", "uuid", "bytea", "bit", "bit varying", "inet", "cidr",
                                    "macaddr", "macaddr8", "money", "pg_lsn", "xid8"};
    const std::string type = base_type(column.type);
    if (!column.deterministic) return false;
    if (type == "character" || type == "bpchar") return deduplicates_char(server_version_num);
    return column.type_category == 'E' || std::find(same_bytes.begin(), same_bytes.end(), type) != same_bytes.end();
}

}  // namespace

BtreeShape btree_shape(const SizeModel& model) {
    double level = leaf_pages(model), pages = 1 + level;
    int height = 0;
    while (level > 1) {
        level = std::ceil(level / inner_fanout(model));
        pages += level;
        ++height;
    }
    return {Bytes{static_cast<std::int64_t>(pages * page)}, height};
}

namespace {

double share_left(const View& view, const IndexSpec& spec) {
    const auto* table = view.table(spec.table);
    if (!table) return 1;
    if (const auto share = share_compared(view, *table, spec.predicate)) return *share;
    if (const auto share = share_fixed(view, *table, spec.predicate)) return *share;
    for (const auto& column : table->columns) {
        const auto* statistics = view.statistics(spec.table, column.name);
        for (const auto kind : {PredicateKind::is_null, PredicateKind::is_not_null, PredicateKind::is_true, PredicateKind::is_false}) {
            if (spec.predicate == predicate_sql(column.name, kind)) return share_kept(statistics, kind).value_or(1);
        }
    }
    return 1;
}

}  // namespace

double predicate_share(const View& view, const IndexSpec& spec) {
    if (spec.predicate.empty()) return 1;
    const auto [at, fresh] = view.shares().try_emplace({spec.table, spec.predicate}, 1.0);
    if (fresh) at->second = share_left(view, spec);
    return at->second;
}

SizeModel size_model(const View& view, const IndexSpec& spec) {
    SizeModel model;
    const auto* table = view.table(spec.table);
    if (!table) return model;
    model.rows = view.rows(*table) * predicate_share(view, spec);
    model.deduplicated = spec.include.empty();
    std::vector<const ValueWidth*> widths;
    std::vector<std::string> columns;
    std::deque<ExpressionFacts> expressions;
    double varied = 1;  // of the expressions
    for (const auto& key : spec.keys) {
        const auto* column = View::column(*table, key.column);
        if (!column) {
            expressions.push_back(facts_of(view, *table, key.expression));
            widths.push_back(&expressions.back().width);
            varied *= expressions.back().distinct;
            continue;
        }
        model.deduplicated = model.deduplicated && may_deduplicate(*column, view.evidence().server.target.server_version_num);
        widths.push_back(&column_width(view, *table, *column));
        columns.push_back(key.column);
    }
    model.key_tuple = data_width(widths);
    for (const auto& name : spec.include) {
        if (const auto* column = View::column(*table, name)) {
            widths.push_back(&column_width(view, *table, *column));
        }
    }
    model.tuple = data_width(widths);
    model.groups = std::clamp(distinct_entries(view, *table, columns, model.rows) * varied, 1.0, std::max(1.0, model.rows));
    const auto* only = spec.keys.size() == 1 && spec.predicate.empty() && spec.include.empty() ? view.statistics(spec.table, spec.keys.front().column) : nullptr;
    if (only) model.nulls = std::round(model.rows * only->null_frac);
    return model;
}

std::vector<IndexExtent> predict_extents(const View& view, const IndexSpec& spec) {
    const auto* table = view.table(spec.table);
    const auto extent = [&](const RelationName& name) {
        IndexSpec part = spec;
        part.table = name;
        if (const auto* leaf = view.table(name); leaf && spec.method != "btree") return IndexExtent{name, other_size(view, *leaf, part), view.rows(*leaf), 0};
        const auto model = size_model(view, part);
        const auto shape = btree_shape(model);
        return IndexExtent{name, shape.size, model.rows, shape.height};
    };
    if (!table || table->kind != RelationKind::partitioned) return {extent(spec.table)};
    std::vector<IndexExtent> extents;
    for (const auto* leaf : view.leaves(*table)) extents.push_back(extent(leaf->name));
    return extents;
}

Bytes sum_of(const std::vector<IndexExtent>& extents) {
    Bytes sum{};
    for (const auto& extent : extents) sum += extent.size;
    return sum;
}

}  // namespace dwopt::indexing

namespace dwopt {

WhatIfIndex predict(const Evidence& evidence, const IndexSpec& spec) { return {spec, indexing::predict_extents(indexing::View(evidence), spec)}; }

}  // namespace dwopt
