#include "process.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dwopt::twin {
namespace {

struct Actions {
    posix_spawn_file_actions_t value{};
    Actions() { posix_spawn_file_actions_init(&value); }
    ~Actions() { posix_spawn_file_actions_destroy(&value); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
};

struct SpawnAttributes {
    posix_spawnattr_t value{};
    SpawnAttributes() { posix_spawnattr_init(&value); }
    ~SpawnAttributes() { posix_spawnattr_destroy(&value); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

std::vector<std::string> as_account(const Account& account, const std::vector<std::string>& argv) {
    std::vector<std::string> all;
    if (account.other()) {
        all = {"setpriv", fmt::format("--reuid={}", account.uid), fmt::format("--regid={}", account.gid), "--clear-groups", "--"};
    }
    all.insert(all.end(), argv.begin(), argv.end());
    return all;
}

pid_t spawn(const std::vector<std::string>& argv, Actions& actions, bool own_session) {
    std::vector<char*> words;
    for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    // PG* variables and preloaded libraries (sanitizers) of ours are none of the server's business.
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", locale = "LC_ALL=C", zone = "TZ=UTC";
    char* environment[] = {path.data(), locale.data(), zone.data(), nullptr};
    posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    SpawnAttributes attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes.value, &none);
    posix_spawnattr_setsigdefault(&attributes.value, &all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (own_session) flags = static_cast<short>(flags | POSIX_SPAWN_SETSID);
    posix_spawnattr_setflags(&attributes.value, flags);
    pid_t pid = -1;
    const int failure = posix_spawnp(&pid, words.front(), &actions.value, &attributes.value, words.data(), environment);
    if (failure != 0) {
        throw Error(ErrorKind::failed, fmt::format("'{}' cannot be started: {}", argv.front(), std::strerror(failure)));
    }
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Account server_account() {
    if (geteuid() != 0) return {};
    for (const char* name : {"postgres", "nobody"}) {
        if (const auto* user = getpwnam(name)) return {name, user->pw_uid, user->pw_gid};
    }
    throw Error(ErrorKind::refused, "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it",
                "Run dwopt as an ordinary user.");
}

void give(const Account& account, const std::filesystem::path& path) {
    if (account.other() && lchown(path.c_str(), account.uid, account.gid) != 0) {
        throw Error(ErrorKind::failed, fmt::format("'{}' cannot be given to user '{}': {}", path.string(), account.name, std::strerror(errno)));
    }
}

Ran run(const Account& account, const std::vector<std::string>& argv) {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw Error(ErrorKind::failed, "no pipe can be made");
    Actions actions;
    posix_spawn_file_actions_adddup2(&actions.value, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions.value, pipe_ends[1], STDERR_FILENO);
    pid_t pid = -1;
    try {
        pid = spawn(as_account(account, argv), actions, false);
    } catch (...) {
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        throw;
    }
    close(pipe_ends[1]);
    Ran ran;
    char buffer[4096];
    for (;;) {
        const auto got = read(pipe_ends[0], buffer, sizeof buffer);
        if (got > 0) ran.output.append(buffer, static_cast<std::size_t>(got));
        else if (got == 0 || errno != EINTR) break;
    }
    close(pipe_ends[0]);
    ran.status = wait_for(pid);
    return ran;
}

void launch(const Account& account, const std::vector<std::string>& argv, const std::filesystem::path& log) {
    Actions actions;
    posix_spawn_file_actions_addopen(&actions.value, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    posix_spawn_file_actions_adddup2(&actions.value, STDOUT_FILENO, STDERR_FILENO);
    // A shell between us and it goes at once, so that what stays is nobody's child but init's.
    std::vector<std::string> detached{"/bin/sh", "-c", "cd / && \"$@\" &", "sh"};
    detached.insert(detached.end(), argv.begin(), argv.end());
    (void)wait_for(spawn(as_account(account, detached), actions, true));
}

}  // namespace dwopt::twin
