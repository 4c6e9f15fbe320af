#include "environment.hpp"

#include <pwd.h>
#include <system_error>
#include <unistd.h>

namespace dwopt::cli {

Environment Environment::of_process() {
    Environment result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string::npos) result.variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    std::error_code gone;  // the working directory may have been removed; then it merely names no workspace
    result.working_directory = std::filesystem::current_path(gone);
    if (const auto home = result.get("HOME")) {
        result.home = *home;
    } else if (const passwd* user = getpwuid(geteuid()); user != nullptr) {
        result.home = user->pw_dir;
    }
    return result;
}

std::optional<std::string> Environment::get(const std::string& name) const {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

}  // namespace dwopt::cli
