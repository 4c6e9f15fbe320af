#include "toml.hpp"

#include "dwopt/error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <toml++/toml.h>

namespace dwopt::cli {
namespace {

decltype(TomlEntry::value) value_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* truth = node.as_boolean()) return truth->get();
    const auto* array = node.as_array();
    if (array == nullptr) return std::monostate{};
    std::vector<std::string> words;
    for (const toml::node& element : *array) {
        if (!element.is_string()) return std::monostate{};
        words.push_back(element.as_string()->get());
    }
    return words;
}

void add(std::vector<TomlEntry>& entries, const std::string& section, std::string_view key, const toml::node& node) {
    entries.push_back({section, std::string(key), value_of(node), node.source().begin.line});
}

}  // namespace

std::vector<TomlEntry> read_toml(const std::filesystem::path& file) {
    std::ifstream stream(file);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) {
        throw Error(ErrorKind::usage, fmt::format("configuration file '{}' cannot be read", file.string()),
                    "Check the file's permissions, or name another one with '--config'.");
    }
    toml::table root;
    try {
        root = toml::parse(content, file.string());
    } catch (const toml::parse_error& error) {
        std::string what(error.description());
        std::replace(what.begin(), what.end(), '\n', ' ');
        throw Error(ErrorKind::usage, fmt::format("{}:{}: {}", file.string(), error.source().begin.line, what),
                    "The file is TOML: see 'man dwopt.toml'.");
    }
    std::vector<TomlEntry> entries;
    for (const auto& [key, node] : root) {
        const toml::table* section = node.as_table();
        if (section == nullptr) {
            add(entries, "", key.str(), node);
            continue;
        }
        if (section->empty()) entries.push_back({std::string(key.str()), "", std::monostate{}, node.source().begin.line});
        for (const auto& [name, value] : *section) add(entries, std::string(key.str()), name.str(), value);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    return entries;
}

}  // namespace dwopt::cli
