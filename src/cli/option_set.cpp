#include "option_set.hpp"

#include "dwopt/error.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

int parse_integer(const std::string& text, int least, int most) {
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{} && end == text.data() + text.size() && value >= least && value <= most) return value;
    const std::string range = most == std::numeric_limits<int>::max() ? fmt::format("from {}", least)
                                                                      : fmt::format("from {} to {}", least, most);
    throw Error(ErrorKind::usage, fmt::format("'{}' is no whole number {}", text, range));
}

std::vector<std::string> split_commas(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        if (comma > from) words.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return words;
}

void require_choice(const std::string& word, const std::vector<std::string>& choices) {
    if (choices.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return;
    throw Error(ErrorKind::usage, fmt::format("unknown value '{}'", word),
                did_you_mean(word, choices) + fmt::format("It takes {}.", fmt::join(choices, ", ")));
}

}  // namespace

Option& Option::into(bool& target) {
    set = [&target](const std::string&) { target = true; };
    return *this;
}

// The setters below outlive this Option's address (the vector of options grows), so they hold copies of what they need:
// `choices` is checked by one_of(), which wraps the setter.
Option& Option::into(std::string& target) {
    set = [&target](const std::string& text) { target = text; };
    return *this;
}

Option& Option::into(std::optional<std::string>& target) {
    set = [&target](const std::string& text) { target = text; };
    return *this;
}

Option& Option::into(std::optional<Bytes>& target) {
    set = [&target](const std::string& text) { target = parse_size(text); };
    return *this;
}

Option& Option::into(std::optional<Duration>& target) {
    set = [&target](const std::string& text) {
        target = parse_duration(text);
        if (*target <= Duration::zero()) {
            throw Error(ErrorKind::usage, fmt::format("'{}' is no time longer than zero", text));
        }
    };
    return *this;
}

Option& Option::into(std::optional<int>& target, int least, int most) {
    set = [&target, least, most](const std::string& text) { target = parse_integer(text, least, most); };
    return *this;
}

Option& Option::into(std::vector<std::string>& target) {
    list = true;
    if (positional) {
        set = [&target](const std::string& text) { target.push_back(text); };
        return *this;
    }
    set = [&target](const std::string& text) {
        const auto words = split_commas(text);
        if (words.empty()) throw Error(ErrorKind::usage, fmt::format("'{}' names nothing", text));
        target.insert(target.end(), words.begin(), words.end());
    };
    return *this;
}

Option& Option::one_of(std::vector<std::string> words) {
    choices = words;
    set = [inner = set, words = std::move(words), many = list](const std::string& text) {
        for (const auto& word : many ? split_commas(text) : std::vector{text}) require_choice(word, words);
        inner(text);
    };
    return *this;
}

Option& Option::completed_by(Completes what) {
    completes = what;
    return *this;
}

std::string Option::spelled() const {
    if (positional) return metavar;
    std::string text = letter != 0 ? fmt::format("-{}, --{}", letter, name) : fmt::format("--{}", name);
    return is_flag() ? text : text + ' ' + metavar;
}

Option& OptionSet::flag(std::string_view name, char letter, std::string_view help) {
    return value(name, letter, "", help);
}

Option& OptionSet::value(std::string_view name, char letter, std::string_view metavar, std::string_view help) {
    Option& option = options_.emplace_back();
    option.name = name;
    option.letter = letter;
    option.metavar = metavar;
    option.help = help;
    return option;
}

Option& OptionSet::argument(std::string_view metavar, std::string_view help) {
    Option& option = value(metavar, 0, metavar, help);
    option.positional = true;
    return option;
}

void OptionSet::mark_shared() {
    for (Option& option : options_) option.shared = true;
}

void OptionSet::append(const OptionSet& others) {
    options_.insert(options_.end(), others.options_.begin(), others.options_.end());
}

const Option* OptionSet::find(std::string_view name) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
    return found == options_.end() ? nullptr : &*found;
}

bool OptionSet::takes_arguments() const {
    return std::any_of(options_.begin(), options_.end(), [](const Option& o) { return o.positional; });
}

}  // namespace dwopt::cli
