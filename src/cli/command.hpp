// Verbs.
//
// To add one:
//   1. src/cli/commands/<verb>.cpp: a Command with its two phases, and make_<verb>() at its end.
//   2. verbs.cpp: a line in the table; verbs.hpp: the declaration of make_<verb>().
//   3. man/dwopt-<verb>.1 with every option under OPTIONS, and a line in man/dwopt.1.
//   4. completions/: run `dwopt completion bash|zsh|fish` and check the copies in.
//   5. tests/cli/<verb>/<case>/: golden cases, at least one.
// The contract test (tests/cli/contract_test.cpp) fails over any piece that is missing.
#pragma once

#include "option_set.hpp"
#include "shared_options.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dwopt::cli {

class Session;

class Command {
  public:
    virtual ~Command() = default;
    // Says which options the verb takes and where their values go. No I/O and no environment: that happens in run().
    virtual void declare(OptionSet& options) = 0;
    // Does the work and returns the exit status; throws Error for everything that went wrong.
    virtual int run(Session& session) = 0;
    // What --format accepts.
    [[nodiscard]] virtual std::vector<std::string> formats() const { return common_formats(); }
};

}  // namespace dwopt::cli
