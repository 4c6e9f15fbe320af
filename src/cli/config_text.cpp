// The configuration as text: types, defaults and the example file, all told by the table of keys.
#include "config.hpp"

#include <array>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

struct Unit {
    std::string_view name;
    std::int64_t size;
};

// In the largest unit that divides it: what parse_size() and parse_duration() read back unchanged.
template <std::size_t n>
std::string exact(std::int64_t value, const std::array<Unit, n>& units) {
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.size == 0) return fmt::format("\"{}{}\"", value / unit.size, unit.name);
    }
    return fmt::format("\"{}{}\"", value, units.back().name);
}

std::string text(Bytes size) {
    constexpr std::array<Unit, 5> units{{{"TB", 1LL << 40}, {"GB", 1LL << 30}, {"MB", 1LL << 20}, {"kB", 1LL << 10}, {"B", 1}}};
    return exact(size.value, units);
}

std::string text(Duration time) {
    constexpr std::array<Unit, 5> units{{{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}};
    return exact(time.count(), units);
}

}  // namespace

std::string type_name(const Key& key) {
    Config config;
    return std::visit(overloaded{[](std::string*) { return "text"; }, [](Bytes*) { return "size"; },
                                 [](std::optional<Bytes>*) { return "size"; }, [](Duration*) { return "duration"; },
                                 [](double*) { return "number"; }, [](int*) { return "whole number"; },
                                 [](bool*) { return "boolean"; }, [](std::vector<std::string>*) { return "list of texts"; }},
                      key.slot(config));
}

std::string default_text(const Key& key) {
    Config config;
    return std::visit(
        overloaded{[](std::string* value) { return fmt::format("\"{}\"", *value); }, [](Bytes* value) { return text(*value); },
                   [](std::optional<Bytes>* value) { return *value ? text(**value) : std::string("\"\""); },
                   [](Duration* value) { return text(*value); }, [](double* value) { return fmt::format("{}", *value); },
                   [](int* value) { return fmt::format("{}", *value); }, [](bool* value) { return fmt::format("{}", *value); },
                   [](std::vector<std::string>* value) {
                       std::string items;
                       for (const auto& word : *value) items += fmt::format("{}\"{}\"", items.empty() ? "" : ", ", word);
                       return "[" + items + "]";
                   }},
        key.slot(config));
}

std::string example_config() {
    std::string out =
        "# dwopt.toml: every key with its default. Put the file into the workspace or to ~/.config/dwopt/dwopt.toml,\n"
        "# and keep only what you change. Sizes: kB MB GB TB (powers of 1024); durations: ms s min h d. See dwopt.toml(5).\n";
    std::string_view section;
    for (const Key& key : keys()) {
        if (key.section != section) out += fmt::format("\n[{}]\n", key.section);
        section = key.section;
        out += fmt::format("# {} ({})\n{} = {}\n", key.doc, type_name(key), key.name, default_text(key));
    }
    return out;
}

}  // namespace dwopt::cli
