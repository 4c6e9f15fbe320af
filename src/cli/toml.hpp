// A TOML file as a flat list of what it sets. The only door to toml++.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace dwopt::cli {

struct TomlEntry {
    std::string section;  // empty: before the first [section]
    std::string key;      // empty: an empty section
    // monostate: a value no key of ours has (a nested table, a date, a mixed list)
    std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<std::string>> value;
    std::uint32_t line = 0;
};

// In the file's order. Throws Error{usage} "FILE:LINE: …" for a file that is no TOML or cannot be read.
[[nodiscard]] std::vector<TomlEntry> read_toml(const std::filesystem::path& file);

}  // namespace dwopt::cli
