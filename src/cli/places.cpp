#include "places.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

namespace fs = std::filesystem;

// A base directory of the XDG specification: relative ones are to be ignored.
std::optional<fs::path> base_directory(const Environment& environment, const std::string& variable, const char* below_home) {
    if (const auto named = environment.get(variable); named && fs::path(*named).is_absolute()) return *named;
    if (environment.home.empty()) return std::nullopt;
    return environment.home / below_home;
}

std::optional<fs::path> upwards(const fs::path& from) {
    std::error_code unreadable;
    for (fs::path directory = from; !directory.empty(); directory = directory.parent_path()) {
        if (fs::is_directory(directory / ".dwopt", unreadable)) return directory / ".dwopt";
        if (directory == directory.root_path()) break;
    }
    return std::nullopt;
}

}  // namespace

fs::path workspace_directory(const std::optional<std::string>& option, const Environment& environment) {
    if (option && option->empty()) {
        throw Error(ErrorKind::usage, "'' is no directory: option '--workspace'", "Name a directory: dwopt -C DIR ...");
    }
    const auto named = option ? option : environment.get("DWOPT_WORKSPACE");
    if (named) return (environment.working_directory / *named).lexically_normal();
    if (const auto found = upwards(environment.working_directory)) return *found;
    if (const auto base = base_directory(environment, "XDG_STATE_HOME", ".local/state")) return *base / "dwopt" / "default";
    throw Error(ErrorKind::usage, "no place for the workspace: neither HOME nor XDG_STATE_HOME is set",
                "Name a directory: dwopt -C DIR ...");
}

std::optional<fs::path> config_file(const std::optional<std::string>& option, const fs::path& workspace,
                                    const Environment& environment) {
    std::error_code unreadable;
    if (option) {
        const fs::path named = environment.working_directory / *option;
        if (fs::exists(named, unreadable) && !fs::is_directory(named, unreadable)) return named;
        throw Error(ErrorKind::usage, fmt::format("configuration file '{}' is not there", *option),
                    "Name an existing file with '--config', or leave the option out.");
    }
    if (fs::exists(workspace / "dwopt.toml", unreadable)) return workspace / "dwopt.toml";
    const auto base = base_directory(environment, "XDG_CONFIG_HOME", ".config");
    if (base && fs::exists(*base / "dwopt" / "dwopt.toml", unreadable)) return *base / "dwopt" / "dwopt.toml";
    return std::nullopt;
}

}  // namespace dwopt::cli
