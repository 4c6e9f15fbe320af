#include "directory.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace dwopt::workspace {
namespace {

namespace fs = std::filesystem;

Error failure(const std::string& what, const fs::path& path, int code) {
    return Error(ErrorKind::workspace, fmt::format("{} '{}' ({})", what, path.string(), std::strerror(code)),
                 "Name another workspace with '-C DIR' or DWOPT_WORKSPACE, or change who may write there.");
}

// mkdir's mode passes through the umask, which may only take away: the bits are set again.
void make_private_directories(const fs::path& path) {
    std::vector<fs::path> missing;
    for (fs::path at = path; !at.empty(); at = at.parent_path()) {
        struct stat info {};
        if (::stat(at.c_str(), &info) == 0) break;
        if (errno != ENOENT) throw failure("cannot look at directory", at, errno);
        missing.push_back(at);
        if (at == at.parent_path()) break;
    }
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
        if (at->filename().empty()) continue;  // a trailing slash
        if (::mkdir(at->c_str(), 0700) == 0) {
            if (::chmod(at->c_str(), 0700) != 0) throw failure("cannot make directory", *at, errno);
        } else if (errno != EEXIST) {
            throw failure("cannot make directory", *at, errno);
        }
    }
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Directory open_directory(const fs::path& path, bool create) {
    if (create) make_private_directories(path);
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() < 0) {
        if (errno == ENOENT) {
            throw Error(ErrorKind::workspace, fmt::format("no workspace at '{}'", path.string()),
                        "Make one with 'dwopt collect', or name another with '-C DIR'.");
        }
        throw failure("cannot open workspace directory", path, errno);
    }
    struct stat info {};
    if (::fstat(descriptor.get(), &info) != 0) throw failure("cannot look at directory", path, errno);
    if (info.st_uid != ::geteuid()) {
        throw Error(ErrorKind::workspace,
                    fmt::format("workspace directory '{}' belongs to another user", path.string()),
                    "Run dwopt as its owner, or name another workspace with '-C DIR'.");
    }
    if ((info.st_mode & 0022) != 0) {
        throw Error(ErrorKind::workspace,
                    fmt::format("workspace directory '{}' can be written by others", path.string()),
                    fmt::format("Run \"chmod 700 '{}'\", or name another workspace with '-C DIR'.", path.string()));
    }
    std::error_code ignored;
    fs::path real = fs::canonical(path, ignored);
    return {ignored ? fs::absolute(path) : std::move(real), std::move(descriptor)};
}

void ensure_private_file(const Directory& directory, const char* name, bool create) {
    const fs::path path = directory.path / name;
    const int at = directory.descriptor.get();
    struct stat info {};
    if (::fstatat(at, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) throw failure("cannot look at file", path, errno);
        if (!create) {
            throw Error(ErrorKind::workspace, fmt::format("no workspace at '{}'", directory.path.string()),
                        "Make one with 'dwopt collect', or name another with '-C DIR'.");
        }
        const Descriptor made(::openat(at, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (made.get() >= 0 && ::fchmod(made.get(), 0600) == 0) return;
        if (errno != EEXIST) throw failure("cannot make file", path, errno);
        if (::fstatat(at, name, &info, AT_SYMLINK_NOFOLLOW) != 0) throw failure("cannot look at file", path, errno);
    }
    if (!S_ISREG(info.st_mode)) {
        throw Error(
            ErrorKind::workspace,
            fmt::format("'{}' is {}", path.string(), S_ISLNK(info.st_mode) ? "a symbolic link" : "no plain file"),
            "Put the database itself there, or name another workspace with '-C DIR'.");
    }
    if (info.st_uid != ::geteuid()) {
        throw Error(ErrorKind::workspace, fmt::format("'{}' belongs to another user", path.string()),
                    "Run dwopt as its owner, or name another workspace with '-C DIR'.");
    }
    if ((info.st_mode & 07777) != 0600 && ::fchmodat(at, name, 0600, 0) != 0)
        throw failure("cannot make private", path, errno);
}

}  // namespace dwopt::workspace
