// What a workspace remembers of its twin: twin.json beside the lock that one verb at a time holds.
#pragma once

#include "server.hpp"
#include "twin/twin.hpp"

#include <optional>
#include <string>

namespace dwopt::twin {

// One verb at a time uses or builds the twin of a workspace: what-if indexes of two would stand in each other's plans.
class Lock {
  public:
    // Makes the directory (0700). Waits a minute for the other one. Throws Error{busy, workspace, interrupted}.
    Lock(const std::filesystem::path& directory, const Cancellation& cancel);
    ~Lock();
    Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Lock& operator=(Lock&&) = delete;

  private:
    int descriptor_ = -1;
};

struct State {
    std::string fingerprint;  // of the image it was built from
    std::string structure;    // of that in it which only a new twin can have
    Place place;
    TwinReport report;
    bool complete = false;    // false: the build was killed, there is only something to remove
};

[[nodiscard]] std::optional<State> read_state(const std::filesystem::path& directory);  // also none: unreadable
void write_state(const std::filesystem::path& directory, const State& state);           // replaces the file at once

// Where a new twin will be; the runtime directory has a name that nobody has yet.
[[nodiscard]] Place choose_place(const Options& options);
void make(const Place& place);  // the runtime directory. Throws Error{failed}
// Stops the server and removes its directories and the state. False: there was nothing.
bool drop_standing(const Options& options);
[[nodiscard]] Bytes disk_usage(const std::filesystem::path& directory);  // blocks in use, not lengths

}  // namespace dwopt::twin
