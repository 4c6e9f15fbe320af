// A statement without its values: what statements that differ only in literals have in common.
#pragma once

#include "dwopt/workload.hpp"

#include <string>
#include <string_view>

namespace dwopt::sql {

struct Normalised {
    // 16 hex digits, the same for texts that differ only in literals, comments, white space, or the length of lists of
    // literals. libpg_query's fingerprint if `parsed`, else a hash of `text`.
    std::string fingerprint;
    // On one line, without comments and closing semicolons, every literal a $n (numbers go on after those in use).
    // Positions in GROUP BY and ORDER BY and type modifiers stay. Lists of more than 100 literals, and VALUES of more
    // than 100 rows, are cut to that. Valid UTF-8, at most about 1 MB.
    std::string text;
    StatementKind kind = StatementKind::unknown;  // by its first word if it could not be parsed
    bool parsed = false;
    bool truncated = false;  // it ends in the middle of something (text that was cut elsewhere may still parse)
};

// Never throws but std::bad_alloc. Any bytes are taken; of more than 10 MB only the first 10 are looked at, and count as
// truncated. What cannot be parsed has all strings and numbers masked, and from an unclosed quote on everything.
[[nodiscard]] Normalised normalise(std::string_view sql);

}  // namespace dwopt::sql
