// Running the server's programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace dwopt::twin {

// PostgreSQL refuses to run as root, so root hands it to this user; nobody else has one.
struct Account {
    std::string name;  // empty: we are no root, and the server is ours
    uid_t uid = 0;
    gid_t gid = 0;
    [[nodiscard]] bool other() const { return !name.empty(); }
};
[[nodiscard]] Account server_account();  // "postgres", else "nobody"
void give(const Account& account, const std::filesystem::path& path);  // chown, where there is another user

// Runs `argv` as that user, with an empty environment and in the root directory, and waits. What it wrote to standard output
// and error comes back; the exit status in `status` (-1: killed or not started).
struct Ran {
    int status = -1;
    std::string output;
};
[[nodiscard]] Ran run(const Account& account, const std::vector<std::string>& argv);
// The same in a session of its own, without waiting and with standard streams at `log`.
void launch(const Account& account, const std::vector<std::string>& argv, const std::filesystem::path& log);

}  // namespace dwopt::twin
