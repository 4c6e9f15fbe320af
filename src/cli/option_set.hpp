// The option tree: what a verb accepts, as data. Parsing, --help, the completions and the checks of the man pages all read
// this one description, so they cannot disagree. Nothing here knows CLI11; parse.cpp does.
#pragma once

#include "dwopt/units.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::cli {

// What a shell may offer as the value.
enum class Completes { nothing, file, directory };

class Option {
  public:
    std::string name;     // long name without dashes; for a positional argument its metavar
    char letter = 0;      // 0: no short form
    std::string metavar;  // "DIR"; empty: a flag
    std::string help;     // one line, lower case, no full stop
    std::vector<std::string> choices;  // the only words allowed (each of a list); empty: any text
    Completes completes = Completes::nothing;
    bool positional = false;
    bool shared = false;  // every verb has it
    bool list = false;    // takes "a,b" and may be given several times
    std::function<void(const std::string&)> set;  // throws Error{usage}; a flag gets ""

    // Where the value goes. A wrong text throws Error{usage} when the command line is carried over.
    Option& into(bool& target);
    Option& into(std::string& target);
    Option& into(std::optional<std::string>& target);
    Option& into(std::optional<Bytes>& target);
    Option& into(std::optional<Duration>& target);  // longer than zero
    Option& into(std::optional<int>& target, int least, int most = std::numeric_limits<int>::max());
    Option& into(std::vector<std::string>& target);  // makes it a list
    Option& one_of(std::vector<std::string> words);
    Option& completed_by(Completes what);

    [[nodiscard]] bool is_flag() const { return metavar.empty(); }
    [[nodiscard]] std::string spelled() const;  // "-C, --workspace DIR"
};

class OptionSet {
  public:
    Option& flag(std::string_view name, char letter, std::string_view help);
    Option& value(std::string_view name, char letter, std::string_view metavar, std::string_view help);
    Option& argument(std::string_view metavar, std::string_view help);
    void belongs_to(std::string_view command) { command_ = command; }  // "dwopt collect", for hints
    void synopsis(std::string_view text) { synopsis_ = text; }  // of the positional arguments: "[ID... | PLAN.json]"
    void mark_shared();                                         // everything declared so far
    void append(const OptionSet& others);

    [[nodiscard]] const std::vector<Option>& all() const& { return options_; }
    [[nodiscard]] const std::vector<Option>& all() const&& = delete;  // would outlive a temporary set
    [[nodiscard]] const std::string& command() const { return command_; }
    [[nodiscard]] const std::string& synopsis() const { return synopsis_; }
    [[nodiscard]] const Option* find(std::string_view name) const;  // long name or positional metavar
    [[nodiscard]] bool takes_arguments() const;

  private:
    std::vector<Option> options_;
    std::string command_ = "dwopt";
    std::string synopsis_;
};

}  // namespace dwopt::cli
