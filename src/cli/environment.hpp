// What the process was started with, read once, so that everything below can be tested without touching it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace dwopt::cli {

struct Environment {
    std::map<std::string, std::string> variables;
    std::filesystem::path working_directory;
    std::filesystem::path home;  // $HOME, else the password file's; empty if neither says

    [[nodiscard]] static Environment of_process();
    // A variable that is set and not empty.
    [[nodiscard]] std::optional<std::string> get(const std::string& name) const;
};

}  // namespace dwopt::cli
