// Text into HTML, safe in content and in double-quoted attributes.
#pragma once

#include <string>
#include <string_view>

namespace dwopt::report {

[[nodiscard]] std::string html(std::string_view data);        // one line: controls shown escaped
[[nodiscard]] std::string html_lines(std::string_view data);  // for <pre>: newlines and tabs kept

}  // namespace dwopt::report
