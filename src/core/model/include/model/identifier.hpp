// SQL identifiers: quoting, and names of our own making.
#pragma once

#include "dwopt/catalog.hpp"

#include <string>
#include <string_view>

namespace dwopt::model {

// As quote_ident() of PostgreSQL 15: bare if it is all [a-z_][a-z0-9_]* and no keyword that needs quotes; else in
// double quotes with inner ones doubled.
[[nodiscard]] std::string quote_identifier(std::string_view name);
[[nodiscard]] std::string quote_literal(std::string_view text);  // standard_conforming_strings = on
[[nodiscard]] std::string qualified(const RelationName& name);   // quoted schema.name; without schema just the name
[[nodiscard]] std::string shown(const RelationName& name);       // for people: unquoted, control characters as \n, \u…

// At most `bytes` bytes of `text`, never cutting inside a UTF-8 sequence.
[[nodiscard]] std::string_view clip_utf8(std::string_view text, std::size_t bytes);

}  // namespace dwopt::model
