// Documents as text, Markdown, CSV and HTML. Pure functions: the same document gives the same bytes.
//
// Whatever stands in a document is data. Control characters, invisible format characters (bidirectional overrides,
// zero-width spaces) and broken UTF-8 are shown escaped as \n, \u202e, \xff in every format but CSV, and markup is
// escaped, so a name can neither steer a terminal nor add to a page.
#pragma once

#include "dwopt/document.hpp"

#include <string>

namespace dwopt::report {

struct TextStyle {
    int width = 80;       // columns of the terminal; 0 or less: as wide as it takes
    bool colour = false;  // ANSI colours, for the tones alone
    bool unicode = true;  // false: our own signs in ASCII (…, ─, ✔, ↑); data stays as it is
};

// For a terminal. Numbers right-aligned, columns of a rank above 0 left out and flexible ones shortened with … until
// a table fits; below some 40 columns it may not. SQL is never cut or wrapped. No trailing spaces; ends in a newline.
[[nodiscard]] std::string render_text(const Document& document, const TextStyle& style);

// GitHub Flavored Markdown. Cells hold no newline; |, <, & and the marks of emphasis in data are escaped.
[[nodiscard]] std::string render_markdown(const Document& document);

// CSV as psql --csv writes it: RFC 4180 quoting, a header of stable snake_case keys, lines end in \n, numbers bare in
// the unit the key names. CSV is one table, so: `chosen` false gives the first table of the document; true (the user
// named the sections) gives the first table of every section that has one, an empty line between. Values are written
// as they are, control characters included. Empty if the document has no table.
[[nodiscard]] std::string render_csv(const Document& document, bool chosen = false);

// One self-contained page: no script, no network (a Content-Security-Policy says so), light and dark by the reader's
// preference, printable, readable from 360 pixels up.
[[nodiscard]] std::string render_html(const Document& document);

}  // namespace dwopt::report
