// Where the workspace and the configuration are.
#pragma once

#include "environment.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace dwopt::cli {

// --workspace, else $DWOPT_WORKSPACE, else the nearest .dwopt directory upwards from the working directory, else
// $XDG_STATE_HOME/dwopt/default, else ~/.local/state/dwopt/default. Absolute. It need not exist yet.
// Throws Error{usage} if nothing names a place.
[[nodiscard]] std::filesystem::path workspace_directory(const std::optional<std::string>& option,
                                                        const Environment& environment);

// --config (which must exist), else dwopt.toml in the workspace, else $XDG_CONFIG_HOME/dwopt/dwopt.toml, else
// ~/.config/dwopt/dwopt.toml. Empty: there is none. Throws Error{usage} if the one named is not there.
[[nodiscard]] std::optional<std::filesystem::path> config_file(const std::optional<std::string>& option,
                                                               const std::filesystem::path& workspace,
                                                               const Environment& environment);

}  // namespace dwopt::cli
