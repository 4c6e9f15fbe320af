#include "workspace/lock.hpp"

#include "directory.hpp"
#include "dwopt/error.hpp"
#include "workspace/workspace.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <thread>
#include <utility>

namespace dwopt::workspace {
namespace {

// 0 while the holder has not written it yet.
long holder(int descriptor) {
    char text[32] = {};
    const auto size = ::pread(descriptor, text, sizeof text - 1, 0);
    long pid = 0;
    if (size > 0) std::from_chars(text, text + size, pid);
    return pid;
}

bool try_lock(int descriptor, const std::filesystem::path& file) {
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno == EINTR) continue;
        throw Error(ErrorKind::workspace, fmt::format("cannot lock '{}' ({})", file.string(), std::strerror(errno)),
                    "Keep the workspace on a file system that knows flock(2), or name another with '-C DIR'.");
    }
    return true;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& directory, const char* file, const char* what, Duration wait) {
    const auto place = open_directory(directory, true);
    ensure_private_file(place, file, true);
    Descriptor descriptor(::openat(place.descriptor.get(), file, O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    const auto until = std::chrono::steady_clock::now() + wait;
    while (!try_lock(descriptor.get(), place.path / file)) {
        if (std::chrono::steady_clock::now() >= until) {
            const long pid = holder(descriptor.get());
            throw Error(ErrorKind::busy, fmt::format("another {} is under way in this workspace{}", what,
                                                     pid > 0 ? fmt::format(" (process {})", pid) : ""),
                        "Run the command again when it has ended.");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor.get(), 0) != 0 || ::pwrite(descriptor.get(), pid.data(), pid.size(), 0) < 0) {
        // The pid is a courtesy to others; the lock itself holds.
    }
    descriptor_ = descriptor.release();
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    if (this != &other) {
        release();
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

FileLock::~FileLock() { release(); }

// The file stays: removing it would let two processes lock two files of one name.
void FileLock::release() noexcept {
    if (descriptor_ < 0) return;
    if (::ftruncate(descriptor_, 0) != 0) { /* a stale pid misleads nobody while the lock is free */ }
    ::close(descriptor_);
    descriptor_ = -1;
}

DeploymentLock::DeploymentLock(const std::filesystem::path& directory)
    : FileLock(directory, deploy_lock_name, "deployment", Duration::zero()) {}

CollectLock::CollectLock(const std::filesystem::path& directory, Duration wait)
    : FileLock(directory, collect_lock_name, "collect", wait) {}

}  // namespace dwopt::workspace
