// The table of verbs.
#pragma once

#include "command.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace dwopt::cli {

enum class Need {
    nothing,    // not even the configuration is read
    workspace,  // works without the server
    warehouse,  // connects
};

struct Verb {
    std::string_view name;
    std::string_view summary;  // one line, lower case, no full stop
    Need need;
    std::unique_ptr<Command> (*make)();
};

[[nodiscard]] std::span<const Verb> verbs();
[[nodiscard]] std::vector<std::string> verb_names();
// Throws Error{usage} with the nearest one.
[[nodiscard]] const Verb& find_verb(std::string_view name);

// A verb with all it accepts. The options write into command and shared, so the three stay together.
struct DeclaredVerb {
    std::unique_ptr<Command> command;
    std::unique_ptr<Shared> shared;
    OptionSet options;  // the verb's own first, then the shared ones
};
[[nodiscard]] DeclaredVerb declare(const Verb& verb);

std::unique_ptr<Command> make_collect();
std::unique_ptr<Command> make_analyze();
std::unique_ptr<Command> make_recommend();
std::unique_ptr<Command> make_apply();
std::unique_ptr<Command> make_rollback();
std::unique_ptr<Command> make_report();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_twin();
std::unique_ptr<Command> make_completion();

}  // namespace dwopt::cli
