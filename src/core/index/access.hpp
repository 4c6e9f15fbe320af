// What one statement wants of one table: the conditions, joins and orders an index could serve, sorted out of its Features.
#pragma once

#include "constants.hpp"

#include "dwopt/recommendation.hpp"

#include <string>
#include <vector>

namespace dwopt::indexing {

struct Access {
    const Table* table = nullptr;
    std::vector<const Table*> above;  // tables it is a partition of: their indexes are on it too
    std::vector<const Table*> hot;  // its partitions that take nearly all reads, if they are few: an index may be on one of these
    // Each list without repetition; a key's column or expression is checked to exist and to have a btree order.
    std::vector<IndexKey> equal;     // c = …, c IN (…), c IS NULL; the most selective first
    std::vector<IndexKey> range;     // < > BETWEEN, LIKE 'abc%'
    std::vector<IndexKey> joined;    // c = other.c
    std::vector<IndexKey> joined_range;  // c < other.c
    std::vector<std::vector<IndexKey>> composite_joins;  // several columns joined to the same other table
    std::vector<IndexKey> either;    // arms of an OR
    std::vector<IndexKey> inside;    // jsonb, arrays, full text, '%abc%': what a GIN index serves, with the operator class it takes
    struct Order {
        std::vector<IndexKey> keys;
        bool with_limit = false;
    };
    std::vector<Order> orders;
    std::vector<std::string> conditions;  // predicates a partial index may carry
    std::vector<std::string> needed;      // columns read, sorted
    bool needs_all = false;               // or unknown
    std::vector<std::string> hidden;      // expressions compared or ordered by that hold a literal which normalising took away

    [[nodiscard]] bool reads(const RelationName& name) const;  // the table, one above it, or a hot partition of it
    [[nodiscard]] Access within(const Table& partition) const;  // the same as an access to that partition
};

// One for each use of a table that the statement reads (also to find rows to change) and the catalog knows. `constants`: conditions by use
// that always hold.
[[nodiscard]] std::vector<Access> accesses(const View& view, const Features& features, const Conditions& constants = {});

// Can this index help that access at all? Only then is the planner asked.
[[nodiscard]] bool relevant(const IndexSpec& spec, const Access& access);

}  // namespace dwopt::indexing
