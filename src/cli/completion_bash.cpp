#include "completion.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

// "*:-C|*:--workspace": how the script names an option of a verb; shared ones that are the same everywhere with *.
std::string pattern(std::string_view verb, const Option& option) {
    const std::string with_letter = option.letter != 0 ? fmt::format("{}:-{}|", verb, option.letter) : std::string{};
    return with_letter + fmt::format("{}:--{}", verb, option.name);
}

std::string value_of(const Option& option) {
    if (!option.choices.empty()) return fmt::format("_dwopt_{} '{}'", option.list ? "list" : "words", fmt::join(option.choices, " "));
    if (option.completes == Completes::directory) return "_dwopt_files -d";
    if (option.completes == Completes::file) return "_dwopt_files -f";
    return ":";
}

std::string value_cases() {
    std::string text;
    for (const Verb& verb : verbs()) {
        const DeclaredVerb declared = declare(verb);
        for (const Option& option : declared.options.all()) {
            const bool everywhere = option.shared && option.name != "format";
            if (option.is_flag() || option.positional || everywhere) continue;
            text += fmt::format("        {}) {}; return ;;\n", pattern(verb.name, option), value_of(option));
        }
    }
    const DeclaredVerb declared = declare(verbs().front());
    for (const Option& option : declared.options.all()) {
        if (option.shared && !option.is_flag()) text += fmt::format("        {}) {}; return ;;\n", pattern("*", option), value_of(option));
    }
    return text;
}

std::string option_names(const OptionSet& options, bool shared_only = false) {
    std::string text;
    for (const Option& option : options.all()) {
        if (option.positional || (shared_only && !option.shared)) continue;
        if (!text.empty()) text += ' ';
        text += "--" + option.name;
    }
    return text;
}

std::string verb_cases() {
    std::string text = fmt::format("        '') words='{} {}' ;;\n", fmt::join(verb_names(), " "),
                                   option_names(declare(verbs().front()).options, true));
    for (const Verb& verb : verbs()) {
        const DeclaredVerb declared = declare(verb);
        std::string arguments;
        std::string files;
        for (const Option& option : declared.options.all()) {
            if (!option.positional) continue;
            for (const auto& choice : option.choices) arguments += choice + ' ';
            if (option.completes == Completes::file) files = " [[ $cur == -* ]] || { _dwopt_files -f; return; } ;";
        }
        text += fmt::format("        {}){} words='{}{}' ;;\n", verb.name, files, arguments, option_names(declared.options));
    }
    return text;
}

std::string options_with_value() {
    std::string text;
    const DeclaredVerb declared = declare(verbs().front());
    for (const Option& option : declared.options.all()) {
        if (!option.shared || option.is_flag()) continue;
        if (!text.empty()) text += '|';
        text += option.letter != 0 ? fmt::format("-{}|--{}", option.letter, option.name) : "--" + option.name;
    }
    return text;
}

constexpr std::string_view helpers = R"(# bash completion of dwopt, made by 'dwopt completion bash'

_dwopt_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_dwopt_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen "$1" -- "$cur"); }
_dwopt_list() {  # a,b,c: completes the last word
    local before=
    [[ $cur == *,* ]] && before=${cur%,*},
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}

)";

}  // namespace

std::string bash_completion() {
    std::string text(helpers);
    text += "_dwopt() {\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb= words= i\n"
            "    # '--option=value' comes as three words\n"
            "    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
            "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
            "        case ${COMP_WORDS[i]} in\n";
    text += fmt::format("            {}) ((i++)); [[ ${{COMP_WORDS[i]}} != = ]] || ((i++)) ;;\n", options_with_value());
    text += "            -*|=) ;;\n"
            "            *) verb=${COMP_WORDS[i]}; break ;;\n"
            "        esac\n"
            "    done\n"
            "    COMPREPLY=()\n"
            "    case $verb:$prev in\n" +
            value_cases() +
            "    esac\n"
            "    case $verb in\n" +
            verb_cases() +
            "    esac\n"
            "    _dwopt_words \"$words\"\n"
            "}\n"
            "complete -F _dwopt dwopt\n";
    return text;
}

}  // namespace dwopt::cli
