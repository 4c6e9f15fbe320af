#include "completion.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

namespace dwopt::cli {

const std::vector<std::string>& shells() {
    static const std::vector<std::string> names{"bash", "zsh", "fish"};
    return names;
}

std::string completion_script(std::string_view shell) {
    if (shell == "bash") return bash_completion();
    if (shell == "zsh") return zsh_completion();
    if (shell == "fish") return fish_completion();
    throw Error(ErrorKind::usage, fmt::format("no completion for shell '{}'", shell),
                fmt::format("There are scripts for {}.", fmt::join(shells(), ", ")));
}

}  // namespace dwopt::cli
