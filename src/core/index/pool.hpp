// All candidates anybody thought of, each once, and which of them can stand in for which.
#pragma once

#include "candidates.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dwopt::indexing {

using CandidateId = std::size_t;
using CandidateSet = std::vector<CandidateId>;  // sorted, without repetition

[[nodiscard]] CandidateSet with(CandidateSet set, const CandidateSet& more);
[[nodiscard]] CandidateSet without(const CandidateSet& set, CandidateId one);

class Pool {
  public:
    explicit Pool(const View& view) : view_(&view) {}
    // Names it as neither the catalog nor another candidate is named. One that is there already keeps its place.
    CandidateId add(Candidate candidate);
    [[nodiscard]] const Candidate& operator[](CandidateId id) const { return candidates_[id]; }
    [[nodiscard]] std::size_t size() const { return candidates_.size(); }
    [[nodiscard]] const std::string& canonical(CandidateId id) const { return canonical_[id]; }
    [[nodiscard]] Bytes bytes(const CandidateSet& set) const;
    [[nodiscard]] int table_number(CandidateId id) const { return shapes_[id].table; }  // the same for a table and its partitions

    // Whether `other` can be read in place of `one`: by the same keys if `by_key`, without the table if `only`.
    [[nodiscard]] bool serves(CandidateId other, CandidateId one, bool by_key, bool only) const {
        auto& known = served_[one * 4 + (by_key ? 2u : 0u) + (only ? 1u : 0u)];
        if (known.size() <= other) known.resize(candidates_.size(), unknown);
        if (known[other] == unknown) known[other] = serves_now(other, one, by_key, only) ? 1 : 0;
        return known[other] == 1;
    }
    // An index by the keys of one that carries the columns of both; nothing if it would be too wide or exists.
    [[nodiscard]] std::optional<CandidateId> merged(CandidateId one, CandidateId other);

  private:
    struct Shape {  // interned, to be compared often
        int table = 0, relation = 0, predicate = 0, method = 0;  // the partitioned table at the top, and the table itself
        std::vector<int> keys;
        std::vector<int> columns;  // keys and included ones, sorted
        bool expressions = false;
    };
    static constexpr signed char unknown = -1;
    [[nodiscard]] bool serves_now(CandidateId other, CandidateId one, bool by_key, bool only) const;
    [[nodiscard]] Shape shape_of(const IndexSpec& spec);
    int number(const std::string& text) { return numbers_.try_emplace(text, static_cast<int>(numbers_.size())).first->second; }

    const View* view_;
    std::vector<Candidate> candidates_;
    std::vector<Shape> shapes_;
    mutable std::vector<std::vector<signed char>> served_;  // by candidate and kind of access, then by the other
    std::vector<std::string> canonical_;
    std::set<RelationName> names_;
    std::map<std::string, CandidateId> ids_;
    std::map<std::string, int> numbers_;
    std::map<RelationName, int> tables_;
    std::map<std::pair<CandidateId, CandidateId>, std::optional<CandidateId>> merged_;
};

}  // namespace dwopt::indexing
