#include "completion.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

// Inside '…' of zsh, and inside the […] and :…: of _arguments.
std::string zsh_quoted(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') result += "'\\''";
        else if (c == '[' || c == ']' || c == ':') result += fmt::format("\\{}", c);
        else result += c;
    }
    return result;
}

std::string value_of(const Option& option) {
    const std::string words = fmt::format("{}", fmt::join(option.choices, " "));
    std::string action = " ";  // nothing to offer, but a value is wanted
    if (!words.empty()) action = option.list && !option.positional ? fmt::format("_values -s , {} {}", option.name, words) : "(" + words + ")";
    if (option.completes == Completes::directory) action = "_files -/";
    if (option.completes == Completes::file) action = "_files";
    return fmt::format(":{}:{}", zsh_quoted(option.metavar), action);
}

// '(-C --workspace)'{-C+,--workspace=}'[workspace directory]:DIR:_files -/'
std::string specification(const Option& option) {
    if (option.positional) return fmt::format("'{}{}'", option.list ? "*" : "1", value_of(option));
    const std::string help = fmt::format("'[{}]{}'", zsh_quoted(option.help), option.is_flag() ? "" : value_of(option));
    const char* long_end = option.is_flag() ? "" : "=";
    if (option.letter == 0) return fmt::format("'{}--{}{}{}", option.list ? "*" : "", option.name, long_end, help.substr(1));
    return fmt::format("'(-{0} --{1})'{{-{0}{2},--{1}{3}}}{4}", option.letter, option.name, option.is_flag() ? "" : "+", long_end, help);
}

// All but --format is the same everywhere and stands once, in the array `shared`.
bool stands_in_array(const Option& option) { return option.shared && option.name != "format"; }

std::string specifications(const OptionSet& options, bool (*wanted)(const Option&), const char* before) {
    std::string text;
    for (const Option& option : options.all()) {
        if (wanted(option)) text += fmt::format("{}{}", before, specification(option));
    }
    return text;
}

std::string verb_cases() {
    std::string text;
    for (const Verb& verb : verbs()) {
        const DeclaredVerb declared = declare(verb);
        const auto own = [](const Option& option) { return !stands_in_array(option); };
        text += fmt::format("                {})\n                    _arguments -s -S $shared{} && ret=0 ;;\n", verb.name,
                            specifications(declared.options, own, " \\\n                        "));
    }
    return text;
}

}  // namespace

std::string zsh_completion() {
    std::string described;
    for (const Verb& verb : verbs()) described += fmt::format("                '{}:{}'\n", verb.name, zsh_quoted(verb.summary));
    const DeclaredVerb any = declare(verbs().front());
    return "#compdef dwopt\n"
           "# zsh completion of dwopt, made by 'dwopt completion zsh'\n\n"
           "_dwopt() {\n"
           "    local curcontext=$curcontext state line ret=1\n"
           "    local -a verbs shared\n"
           "    typeset -A opt_args\n"
           "    shared=(" +
           specifications(any.options, stands_in_array, "\n        ") +
           "\n    )\n"
           "    _arguments -C -A '-*' -s -S $shared" +
           specifications(any.options, [](const Option& option) { return option.name == "format"; }, " \\\n        ") +
           " \\\n        '1:verb:->verb' '*::argument:->argument' && ret=0\n"
           "    case $state in\n"
           "        verb)\n"
           "            verbs=(\n" +
           described +
           "            )\n"
           "            _describe -t verbs verb verbs && ret=0 ;;\n"
           "        argument)\n"
           "            curcontext=${curcontext%:*:*}:dwopt-$words[1]:\n"
           "            case $words[1] in\n" +
           verb_cases() +
           "            esac ;;\n"
           "    esac\n"
           "    return ret\n"
           "}\n\n"
           "if [[ $funcstack[1] == _dwopt ]]; then _dwopt \"$@\"; else compdef _dwopt dwopt; fi\n";
}

}  // namespace dwopt::cli
