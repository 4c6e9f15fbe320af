// Reading the conditions of partial indexes back from their text.
#pragma once

#include <string>
#include <string_view>

namespace dwopt::indexing {

// A name from the front of the text, as quote_identifier() writes it; empty if there is none.
[[nodiscard]] std::string take_name(std::string_view& text);
// A literal as libpg_query writes it, with its casts, from the front: 'it''s'::text, 42, true. Its value as pg_stats shows one.
[[nodiscard]] std::string take_literal(std::string_view& text);
// Whether the text begins with the word, which is then gone.
bool take(std::string_view& text, std::string_view word);

}  // namespace dwopt::indexing
