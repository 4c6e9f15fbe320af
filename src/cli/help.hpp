// --help, written from the option tree.
#pragma once

#include "option_set.hpp"
#include "verbs.hpp"

#include <string>

namespace dwopt::cli {

[[nodiscard]] std::string help_text();                                        // of dwopt
[[nodiscard]] std::string help_text(const Verb& verb, const OptionSet& options);  // of a verb
[[nodiscard]] std::string usage_text();                                       // the short form, when no verb is given
[[nodiscard]] std::string version_text();

}  // namespace dwopt::cli
