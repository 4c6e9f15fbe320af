#include "verbs.hpp"

#include "dwopt/error.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

constexpr std::array table{
    Verb{"collect", "take a snapshot of the warehouse's statistics into the workspace", Need::warehouse, make_collect},
    Verb{"analyze", "find patterns, trends and bottlenecks in the snapshots", Need::workspace, make_analyze},
    Verb{"recommend", "propose changes, with evidence, within a budget", Need::warehouse, make_recommend},
    Verb{"apply", "carry recommendations out, safely, step by step", Need::warehouse, make_apply},
    Verb{"rollback", "take applied changes back", Need::warehouse, make_rollback},
    Verb{"report", "show what the workspace knows", Need::workspace, make_report},
    Verb{"doctor", "check connection, privileges and extensions", Need::warehouse, make_doctor},
    Verb{"twin", "build, use or drop the planner twin", Need::workspace, make_twin},
    Verb{"completion", "print the completion script of a shell", Need::nothing, make_completion},
};

}  // namespace

std::span<const Verb> verbs() { return table; }

std::vector<std::string> verb_names() {
    std::vector<std::string> names;
    for (const Verb& verb : table) names.emplace_back(verb.name);
    return names;
}

const Verb& find_verb(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Verb& verb) { return verb.name == name; });
    if (found != table.end()) return *found;
    throw Error(ErrorKind::usage, fmt::format("unknown verb '{}'", name),
                did_you_mean(name, verb_names()) + "See the verbs with 'dwopt --help'.");
}

DeclaredVerb declare(const Verb& verb) {
    DeclaredVerb declared{verb.make(), std::make_unique<Shared>(), {}};
    declared.options.belongs_to(fmt::format("dwopt {}", verb.name));
    declared.command->declare(declared.options);
    OptionSet shared;
    declared.shared->declare(shared, declared.command->formats());
    declared.options.append(shared);
    return declared;
}

}  // namespace dwopt::cli
