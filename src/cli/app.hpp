// From the words of the command line to a verb's run, and from an Error to what the user and the caller see.
#pragma once

#include "dwopt/error.hpp"
#include "environment.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "verbs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dwopt::cli {

class App {
  public:
    // `argv` without the program's name. A password in it is overwritten once the words are understood.
    App(int argc, char** argv, const Environment& environment, const StopSignal& stop);

    int run();                         // the exit status; throws Error
    int fail(const Error& error);      // tells the user; the exit status
    int fail(const std::exception& defect);

  private:
    // What comes before the verb, and behind it. Fills verb_ and declared_, if a verb is named.
    void understand();
    void hide_password();
    int show(const std::string& text);
    int show_usage();  // when no verb is given
    [[nodiscard]] std::string command() const { return verb_ != nullptr ? std::string(verb_->name) : "dwopt"; }

    std::vector<char*> arguments_;
    std::vector<std::string> words_;
    const Environment& environment_;
    const StopSignal& stop_;
    const Verb* verb_ = nullptr;
    std::optional<DeclaredVerb> declared_;
    Shared shared_;  // of a command line without a verb
    std::optional<Session> session_;
};

}  // namespace dwopt::cli
