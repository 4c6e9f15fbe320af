#include "completion.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

std::string fish_quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result + "'";
}

std::string value_of(const Option& option) {
    if (option.is_flag()) return "";
    if (option.completes == Completes::directory) return " -x -a '(__fish_complete_directories)'";
    if (option.completes == Completes::file) return " -r -F";
    if (option.choices.empty()) return " -x";
    const std::string words = fmt::format("{}", fmt::join(option.choices, " "));
    return option.list ? fmt::format(" -x -a '(__fish_append , {})'", words) : fmt::format(" -x -a '{}'", words);
}

std::string argument_line(const std::string& condition, const Option& option) {
    if (option.completes == Completes::file) return fmt::format("complete -c dwopt{} -F\n", condition);
    if (option.choices.empty()) return "";
    return fmt::format("complete -c dwopt{} -a '{}'\n", condition, fmt::join(option.choices, " "));
}

std::string option_line(const std::string& condition, const Option& option) {
    if (option.positional) return argument_line(condition, option);
    const std::string letter = option.letter != 0 ? fmt::format(" -s {}", option.letter) : std::string{};
    return fmt::format("complete -c dwopt{}{} -l {}{} -d {}\n", condition, letter, option.name, value_of(option), fish_quoted(option.help));
}

std::string options_with_value() {
    std::string text;
    const DeclaredVerb declared = declare(verbs().front());
    for (const Option& option : declared.options.all()) {
        if (!option.shared || option.is_flag()) continue;
        if (option.letter != 0) text += fmt::format(" -{}", option.letter);
        text += " --" + option.name;
    }
    return text;
}

}  // namespace

std::string fish_completion() {
    std::string text =
        "# fish completion of dwopt, made by 'dwopt completion fish'\n\n"
        "function __dwopt_verb  # the verb typed so far, if any\n"
        "    set -l value 0\n"
        "    for word in (commandline -opc)[2..-1]\n"
        "        if test $value = 1\n"
        "            set value 0\n"
        "            continue\n"
        "        end\n"
        "        switch $word\n"
        "            case" + options_with_value() + "\n"
        "                set value 1\n"
        "            case '-*'\n"
        "            case '*'\n"
        "                echo $word\n"
        "                return\n"
        "        end\n"
        "    end\n"
        "end\n\n"
        "function __dwopt_is --argument-names verb\n"
        "    test \"$(__dwopt_verb)\" = \"$verb\"\n"
        "end\n\n"
        "complete -c dwopt -f\n";
    const DeclaredVerb any = declare(verbs().front());
    for (const Option& option : any.options.all()) {
        if (option.shared && option.name != "format") text += option_line("", option);
    }
    for (const Verb& verb : verbs()) {
        text += fmt::format("complete -c dwopt -n '__dwopt_is \"\"' -a {} -d {}\n", verb.name, fish_quoted(verb.summary));
    }
    for (const Verb& verb : verbs()) {
        const std::string condition = fmt::format(" -n '__dwopt_is {}'", verb.name);
        const DeclaredVerb declared = declare(verb);
        for (const Option& option : declared.options.all()) {
            if (!option.shared || option.name == "format") text += option_line(condition, option);
        }
    }
    return text;
}

}  // namespace dwopt::cli
