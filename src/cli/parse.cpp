#include "parse.hpp"

#include "dwopt/error.hpp"
#include "suggest.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

using Declared = std::vector<std::pair<const Option*, CLI::Option*>>;

// CLI11 only splits words here; values are kept as text, so that its own conversions, messages and exit codes (105 to
// 109) stay inside this file.
Declared declare(CLI::App& app, const OptionSet& options) {
    Declared declared;
    for (const Option& option : options.all()) {
        if (option.positional) continue;  // left over as `rest`
        std::string names = "--" + option.name;
        if (option.letter != 0) names += std::string(",-") + option.letter;
        CLI::Option* added = nullptr;
        if (option.is_flag()) {
            added = app.add_flag(names)->disable_flag_override();
        } else {
            added = app.add_option(names)->type_size(1)->expected(1)->allow_extra_args(false);
        }
        added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        declared.emplace_back(&option, added);
    }
    return declared;
}

std::vector<std::string> spellings(const OptionSet& options) {
    std::vector<std::string> names;
    for (const Option& option : options.all()) {
        if (!option.positional) names.push_back("--" + option.name);
    }
    return names;
}

std::string see_help(const OptionSet& options) { return fmt::format("See the options with '{} --help'.", options.command()); }

[[noreturn]] void unknown_option(const OptionSet& options, const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    throw Error(ErrorKind::usage, fmt::format("unknown option '{}'", name),
                did_you_mean(name, spellings(options)) + see_help(options));
}

// CLI11 says "--top: 1 required TEXT missing" or "yes was given a disallowed flag override": the name is worth keeping.
[[noreturn]] void misused(const OptionSet& options, const CLI::ParseError& error) {
    const std::string text = error.what();
    const bool flag = text.find("flag override") != std::string::npos;
    const std::string name = (flag ? "--" : "") + text.substr(0, text.find_first_of(": "));
    if (!name.starts_with('-')) {
        throw Error(ErrorKind::usage, "the command line cannot be understood: " + text, see_help(options));
    }
    throw Error(ErrorKind::usage, fmt::format("option '{}' {}", name, flag ? "takes no value" : "needs a value"),
                see_help(options));
}

// CLI11 wants the words last first, and takes "--output= x" for "--output x": an empty value becomes a word of its own.
std::vector<std::string> reversed(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    for (const std::string& word : words) {
        const bool empty_value = word.starts_with("--") && word.size() > 3 && word.find('=') == word.size() - 1;
        result.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
        if (empty_value) result.emplace_back();
    }
    std::reverse(result.begin(), result.end());
    return result;
}

// Of what CLI11 left over: words stay, "--" goes, and an option nobody knows is an error.
void check_rest(const OptionSet& options, std::vector<std::string>& rest, Until until) {
    const auto marker = std::find(rest.begin(), rest.end(), "--");
    const auto last = until == Until::end || rest.empty() ? marker : rest.begin() + 1;
    for (auto word = rest.begin(); word != last; ++word) {
        if (word->size() > 1 && word->starts_with('-')) unknown_option(options, *word);
    }
    if (until == Until::end && marker != rest.end()) rest.erase(marker);
}

}  // namespace

Words split(const OptionSet& options, const std::vector<std::string>& words, Until until) {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    if (until == Until::first_word) app.prefix_command();
    const Declared declared = declare(app, options);
    Words result;
    try {
        app.parse(reversed(words));
    } catch (const CLI::ParseError& error) {
        misused(options, error);
    }
    for (const auto& [option, parsed] : declared) {
        if (option->is_flag() && parsed->count() > 0) result.given.push_back({option->name, ""});
        if (option->is_flag()) continue;
        for (const auto& value : parsed->results()) result.given.push_back({option->name, value});
    }
    result.rest = app.remaining();
    check_rest(options, result.rest, until);
    return result;
}

void carry_over(const OptionSet& options, const Words& words) {
    const auto set = [](const Option& option, const std::string& value) {
        try {
            option.set(value);
        } catch (const Error& error) {
            throw Error(error.kind(), fmt::format("{}: {} {}", error.what(), option.positional ? "argument" : "option",
                                                  option.positional ? option.metavar : "'--" + option.name + "'"),
                        error.hint());
        }
    };
    for (const Given& given : words.given) set(*options.find(given.name), given.value);
    const auto& all = options.all();
    const auto argument = std::find_if(all.begin(), all.end(), [](const Option& option) { return option.positional; });
    if (argument == all.end() && !words.rest.empty()) {
        throw Error(ErrorKind::usage, fmt::format("unexpected argument '{}'", words.rest.front()),
                    see_help(options));
    }
    if (argument != all.end() && !argument->list && words.rest.size() > 1) {
        throw Error(ErrorKind::usage, fmt::format("unexpected argument '{}': one {} is enough", words.rest[1], argument->metavar),
                    see_help(options));
    }
    for (const auto& word : words.rest) set(*argument, word);
}

bool was_given(const Words& words, std::string_view name) {
    return std::any_of(words.given.begin(), words.given.end(), [&](const Given& given) { return given.name == name; });
}

bool asks_for_json(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "-fjson" || words[i] == "--format=json") return true;
        if ((words[i] == "-f" || words[i] == "--format") && i + 1 < words.size() && words[i + 1] == "json") return true;
    }
    return false;
}

}  // namespace dwopt::cli
