#include "config.hpp"

#include "dwopt/error.hpp"
#include "suggest.hpp"
#include "toml.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <sstream>

namespace dwopt::cli {
namespace {

using Value = decltype(TomlEntry::value);

template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

[[noreturn]] void wrong(const Key& key, const std::string& why) {
    throw Error(ErrorKind::usage, fmt::format("'{}.{}' {}", key.section, key.name, why));
}

[[noreturn]] void wrong_type(const Key& key) { wrong(key, "must be a " + type_name(key)); }

const std::string& text_of(const Key& key, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) wrong_type(key);
    return *text;
}

double number_of(const Key& key, const Value& value) {
    double number = 0;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        number = static_cast<double>(*integer);
    } else if (const auto* floating = std::get_if<double>(&value)) {
        number = *floating;
    } else {
        wrong_type(key);
    }
    const bool share = key.name.ends_with("_pct");
    if (!(number >= 0) || (share && number > 100)) {
        wrong(key, share ? "must lie between 0 and 100" : "must not be negative");
    }
    return number;
}

void set_text(const Key& key, const Value& value, std::string& target) {
    const std::string& text = text_of(key, value);
    std::istringstream stream{std::string(key.choices)};
    const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
    if (!words.empty() && std::find(words.begin(), words.end(), text) == words.end()) {
        wrong(key, fmt::format("is '{}' and must be one of {}", text, fmt::join(words, ", ")));
    }
    target = text;
}

void set_integer(const Key& key, const Value& value, int& target) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (integer == nullptr) wrong_type(key);
    if (*integer < key.least || *integer > key.most) {
        wrong(key, key.most < std::numeric_limits<int>::max() ? fmt::format("must lie between {} and {}", key.least, key.most) : fmt::format("must be a small number, {} or more", key.least));
    }
    target = static_cast<int>(*integer);
}

// Sizes and durations are written as text; a bare number of bytes is a size too.
void set_size(const Key& key, const Value& value, Bytes& target) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    target = integer != nullptr ? parse_size(std::to_string(*integer)) : parse_size(text_of(key, value));
}

template <class T>
void set_plain(const Key& key, const Value& value, T& target) {
    const auto* given = std::get_if<T>(&value);
    if (given == nullptr) wrong_type(key);
    target = *given;
}

void set(const Key& key, const Value& value, Config& config) {
    std::visit(overloaded{
                   [&](std::string* target) { set_text(key, value, *target); },
                   [&](Bytes* target) { set_size(key, value, *target); },
                   [&](std::optional<Bytes>* target) {
                       const auto* text = std::get_if<std::string>(&value);
                       if (text != nullptr && text->empty()) return target->reset();
                       set_size(key, value, target->emplace());
                   },
                   [&](Duration* target) {
                       *target = parse_duration(text_of(key, value));
                       if (target->count() < key.least) wrong(key, "must be more than nothing");
                   },
                   [&](double* target) { *target = number_of(key, value); },
                   [&](int* target) { set_integer(key, value, *target); },
                   [&](bool* target) { set_plain(key, value, *target); },
                   [&](std::vector<std::string>* target) { set_plain(key, value, *target); },
               },
               key.slot(config));
}

const Key& find_key(const TomlEntry& entry) {
    std::vector<std::string> sections, names;
    for (const Key& key : keys()) {
        if (key.section == entry.section && key.name == entry.key) return key;
        if (key.section == entry.section) names.emplace_back(key.name);
        if (sections.empty() || sections.back() != key.section) sections.emplace_back(key.section);
    }
    const std::string help = "See 'man dwopt.toml' for all keys.";
    if (names.empty() && entry.section.empty()) {
        throw Error(ErrorKind::usage, fmt::format("key '{}' stands outside of a section", entry.key), help);
    }
    if (names.empty()) {
        throw Error(ErrorKind::usage, fmt::format("unknown section '{}'", entry.section),
                    did_you_mean(entry.section, sections) + help);
    }
    throw Error(ErrorKind::usage, fmt::format("unknown key '{}.{}'", entry.section, entry.key),
                did_you_mean(entry.key, names) + help);
}

// An empty section of ours sets nothing and is fine.
bool is_empty_section(const TomlEntry& entry) {
    return entry.key.empty() && std::any_of(keys().begin(), keys().end(), [&](const Key& key) { return key.section == entry.section; });
}

}  // namespace

Config read_config(const std::filesystem::path& file) {
    Config config;
    config.file = file;
    for (const TomlEntry& entry : read_toml(file)) {
        if (is_empty_section(entry)) continue;
        try {
            set(find_key(entry), entry.value, config);
        } catch (const Error& error) {
            const std::string hint = error.hint().empty() ? "See 'man dwopt.toml' for all keys." : error.hint();
            throw Error(error.kind(), fmt::format("{}:{}: {}", file.string(), entry.line, error.what()), hint);
        }
    }
    return config;
}

}  // namespace dwopt::cli
