// Value types as compact one-line texts for the workspace, and back without loss. A field that has its default is left
// out, and a field a text does not have keeps its default, so older texts stay readable when a type grows.
//
// Only these types: RelationName, Table, Index, Constraint, ExtendedStatistics, RelationStatistics, Setting, Target,
// ServerState, Statement, Finding, Recommendation, Action, std::vector<Discontinuity>, std::vector<Warning>, Advice
// (without its recommendations). Table::size and Index::size are not structure and are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dwopt::json {

template <class T>
[[nodiscard]] std::string store(const T& value);  // never throws for a value; invalid UTF-8 becomes U+FFFD

template <class T>
[[nodiscard]] T load(std::string_view text);  // Error{workspace} if it was not written by store()

// A hash of what store() would write, many times faster than writing it. For all types above but Recommendation and
// Advice.
template <class T>
[[nodiscard]] std::uint64_t fingerprint(const T& value);

}  // namespace dwopt::json
