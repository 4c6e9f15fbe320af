// What one part of the advisor has to say: changes, and why not others.
#pragma once

#include "dwopt/recommendation.hpp"

#include <algorithm>
#include <vector>

namespace dwopt::indexing {

struct Proposals {
    std::vector<Recommendation> recommendations;
    std::vector<Rejection> rejected;
};

// Whether any of them changes or takes away that index, or makes one on that table.
[[nodiscard]] inline bool touches(const std::vector<Recommendation>& all, const RelationName& index, const RelationName& table) {
    return std::any_of(all.begin(), all.end(), [&](const Recommendation& one) {
        const bool same = one.index && RelationName{one.index->table.schema, one.index->name} == index;
        const bool replaced = std::find(one.replaces.begin(), one.replaces.end(), index) != one.replaces.end();
        return same || replaced || one.target == table;
    });
}

}  // namespace dwopt::indexing
