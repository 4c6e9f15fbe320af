#include "help.hpp"

#include <cctype>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

constexpr std::size_t indent = 2;
constexpr std::size_t column = 28;  // where the explanations begin
constexpr std::size_t width = 80;

// Folded at blanks; later lines begin below the first.
std::string folded(std::string_view text) {
    std::string result;
    while (text.size() > width - column) {
        const auto blank = text.rfind(' ', width - column);
        if (blank == std::string_view::npos) break;
        result += fmt::format("{}\n{:{}}", text.substr(0, blank), "", column);
        text.remove_prefix(blank + 1);
    }
    return result.append(text);
}

std::string entry(const std::string& what, std::string_view means) {
    if (what.size() + indent + 2 > column) return fmt::format("{:{}}{}\n{:{}}{}\n", "", indent, what, "", column, folded(means));
    return fmt::format("{:{}}{:{}}{}\n", "", indent, what, column - indent, folded(means));
}

std::string explanation(const Option& option) {
    return option.choices.empty() ? option.help : fmt::format("{}: {}", option.help, fmt::join(option.choices, ", "));
}

std::string entries(const OptionSet& options, std::string_view title, bool (*wanted)(const Option&)) {
    std::string text;
    for (const Option& option : options.all()) {
        if (!wanted(option)) continue;
        const std::string gap = option.letter == 0 && !option.positional ? "    " : "";  // long names stand below each other
        text += entry(gap + option.spelled(), explanation(option));
    }
    return text.empty() ? text : fmt::format("\n{}:\n{}", title, text);
}

std::string shared_entries(const OptionSet& options) {
    return entries(options, "Options every verb shares", [](const Option& option) { return option.shared; });
}

std::string verb_list() {
    std::string text = "\nVerbs:\n";
    for (const Verb& verb : verbs()) text += fmt::format("  {:<12}{}\n", verb.name, verb.summary);
    return text;
}

}  // namespace

std::string help_text() {
    OptionSet shared;
    Shared values;
    values.declare(shared, common_formats());
    return "usage: dwopt VERB [OPTION...]\n\n"
           "A self-optimizing data warehouse for PostgreSQL: collect, analyze, recommend, apply, report.\n" +
           verb_list() + shared_entries(shared) +
           "\nSee 'dwopt VERB --help' and 'man dwopt'. A first try:\n"
           "  dwopt doctor -d postgresql://host/database\n";
}

std::string help_text(const Verb& verb, const OptionSet& options) {
    const std::string words = options.synopsis().empty() ? "" : ' ' + options.synopsis();
    return fmt::format("usage: dwopt {}{} [OPTION...]\n\n{}{}.\n", verb.name, words,
                       static_cast<char>(std::toupper(static_cast<unsigned char>(verb.summary.front()))),
                       verb.summary.substr(1)) +
           entries(options, "Arguments", [](const Option& option) { return option.positional; }) +
           entries(options, "Options", [](const Option& option) { return !option.positional && !option.shared; }) +
           shared_entries(options) + fmt::format("\nSee 'man dwopt-{}'.\n", verb.name);
}

std::string usage_text() {
    return "usage: dwopt VERB [OPTION...]\n" + verb_list() + "\nSee 'dwopt --help' and 'man dwopt'.\n";
}

std::string version_text() { return "dwopt " DWOPT_VERSION "\n"; }

}  // namespace dwopt::cli
