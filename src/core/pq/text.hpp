// What a server says, made fit to be shown and stored.
#pragma once

#include "dwopt/error.hpp"

#include <string>
#include <string_view>

namespace dwopt::pq {

// UTF-8 with every byte that belongs to no valid sequence (RFC 3629) replaced by U+FFFD. `valid_utf8` is the cheap test.
[[nodiscard]] bool valid_utf8(std::string_view text);
[[nodiscard]] std::string sanitised_utf8(std::string_view text);

// SQLSTATE → kind: who is at fault, the line (08, 28, 3D000, 57P, 53300), the rights (42501), or the statement.
[[nodiscard]] ErrorKind kind_of(std::string_view sqlstate);

// "ERROR:  relation \"x\" does not exist at character 15\nDETAIL: …" → "relation \"x\" does not exist".
[[nodiscard]] std::string primary_message(std::string_view raw);

// libpq's reasons for not connecting, a line per host tried → one line.
[[nodiscard]] std::string connect_message(std::string_view raw);

}  // namespace dwopt::pq
