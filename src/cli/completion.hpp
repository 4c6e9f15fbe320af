// Completion scripts of the shells, written from the option tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::cli {

[[nodiscard]] const std::vector<std::string>& shells();  // bash, zsh, fish
// Throws Error{usage} for another shell.
[[nodiscard]] std::string completion_script(std::string_view shell);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace dwopt::cli
