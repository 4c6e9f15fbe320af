// Errors: every failure dwopt reports to its user, typed so that one boundary can map it to an exit code.
//
// A message is lower case, names the problem first and quotes the 'subject', without a full stop. A hint is a whole
// sentence that names the next command. Neither ever holds production data (literals, row values, passwords).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dwopt {

enum class ErrorKind {
    usage,       // wrong option, argument or configuration            exit 2
    connection,  // the warehouse cannot be reached                    exit 3
    privilege,   // the warehouse said no                              exit 3
    workspace,   // the workspace cannot be opened or trusted          exit 3
    busy,        // another deployment is under way                    exit 4
    refused,     // a guard refused or deferred; nothing half done     exit 5
    regressed,   // applied, found harmful, taken back                 exit 6
    failed,      // tried and failed; the message says what state is left   exit 1
    interrupted, // SIGINT or SIGTERM; cleaned up                      exit 130, 143
    internal,    // a defect in dwopt                                  exit 70
};

[[nodiscard]] std::string_view name(ErrorKind kind) noexcept;

class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

  private:
    ErrorKind kind_;
    std::string hint_;
};

// Something the user should know that does not stop the run. `code` is stable and snake_case: scripts match it.
struct Warning {
    std::string code;
    std::string message;
    std::string hint;
    bool operator==(const Warning&) const = default;
};

}  // namespace dwopt
