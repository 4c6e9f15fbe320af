// Command-line words → options. The only door to CLI11 (its headers cost seconds per file).
#pragma once

#include "option_set.hpp"

#include <string>
#include <vector>

namespace dwopt::cli {

struct Given {
    std::string name;   // of the option
    std::string value;  // empty for a flag
};

struct Words {
    std::vector<Given> given;
    std::vector<std::string> rest;  // what no option took, in order
};

enum class Until {
    first_word,  // stop at the first word that is no option: the verb
    end
};

// Splits without looking at the values' meaning. Throws Error{usage} for an option without its value, a flag with one,
// and an option nobody knows (with the nearest).
[[nodiscard]] Words split(const OptionSet& options, const std::vector<std::string>& words, Until until);

// Carries values over to where the options store them. Throws Error{usage} that names option and value.
void carry_over(const OptionSet& options, const Words& words);

[[nodiscard]] bool was_given(const Words& words, std::string_view name);

// Whether a command line that could not be understood asks for JSON all the same, so that scripts get their envelope.
[[nodiscard]] bool asks_for_json(const std::vector<std::string>& words);

}  // namespace dwopt::cli
