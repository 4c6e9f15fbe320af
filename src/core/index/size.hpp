// How large a btree will be once built, before it is: a model of nbtsort.c with its deduplication (PostgreSQL 13+).
#pragma once

#include "view.hpp"

#include "dwopt/ports.hpp"

namespace dwopt::indexing {

inline constexpr double page = 8192;  // bytes

struct SizeModel {
    double rows = 0;             // entries
    double groups = 0;           // distinct keys among them
    double tuple = 0;            // bytes of an entry in a leaf, header included, aligned, line pointer left out
    double key_tuple = 0;        // the same without INCLUDE columns: what goes up into inner pages
    bool deduplicated = false;
    double nulls = 0;            // of the rows, those whose only key is NULL: one group beside the others
};

struct BtreeShape {
    Bytes size{};    // of the main fork, meta page and inner levels included
    int height = 0;  // levels below the root; 0 for a single leaf
};
[[nodiscard]] BtreeShape btree_shape(const SizeModel& model);
// Reads the model's numbers from the catalog. `share` of the table's rows fulfil the predicate (1: not partial).
[[nodiscard]] SizeModel size_model(const View& view, const IndexSpec& spec);
// For a partitioned table: the sum over its leaves.
[[nodiscard]] std::vector<IndexExtent> predict_extents(const View& view, const IndexSpec& spec);
// Of one table's hash, BRIN or GIN index.
[[nodiscard]] Bytes other_size(const View& view, const Table& table, const IndexSpec& spec);
// What GIN takes a value of the first column apart into: entries of a row.
[[nodiscard]] double keys_per_row(const View& view, const IndexSpec& spec);
[[nodiscard]] Bytes sum_of(const std::vector<IndexExtent>& extents);
// Share of the table's rows a partial index of ours holds, by the statistics; 1 where it cannot be told.
[[nodiscard]] double predicate_share(const View& view, const IndexSpec& spec);

}  // namespace dwopt::indexing
