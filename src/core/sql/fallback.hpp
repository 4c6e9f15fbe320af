// What can be said of a text that does not parse.
#pragma once

#include "source.hpp"

#include "sql/normalise.hpp"

namespace dwopt::sql {

// Masks every string and number; from a token that never ends, or a string whose end depends on a server setting, to
// the end of the text. Fills fingerprint, text and kind.
[[nodiscard]] Normalised mask_blindly(const Source& source);

}  // namespace dwopt::sql
