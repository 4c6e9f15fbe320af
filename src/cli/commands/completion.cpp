#include "completion.hpp"

#include "session.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

class Completion : public Command {
  public:
    void declare(OptionSet& options) override {
        options.synopsis("bash|zsh|fish");
        options.argument("SHELL", "the shell").into(shell_).one_of(shells());
    }

    int run(Session& session) override {
        if (shell_.empty()) {
            throw Error(ErrorKind::usage, "no shell named", fmt::format("Name one: dwopt completion {}.", fmt::join(shells(), "|")));
        }
        session.finish_raw(completion_script(shell_));
        return 0;
    }

  private:
    std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace dwopt::cli
