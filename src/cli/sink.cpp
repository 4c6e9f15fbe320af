#include "sink.hpp"

#include "console.hpp"
#include "dwopt/error.hpp"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dwopt::cli {
namespace {

[[noreturn]] void cannot_write(ErrorKind kind, const std::string& path) {
    throw Error(kind, fmt::format("cannot write '{}': {}", path, std::strerror(errno)),
                "Choose another place with '--output'.");
}

// The file a symbolic link leads to, there or not, is the one to replace, so that the link stays.
std::string resolved(std::filesystem::path path) {
    constexpr int longest_chain = 40;  // as Linux has it
    std::error_code no_link;
    for (int links = 0; links < longest_chain && std::filesystem::is_symlink(path, no_link); ++links) {
        path = path.parent_path() / std::filesystem::read_symlink(path, no_link);
    }
    return path.string();
}

}  // namespace

Sink::Sink(const std::optional<std::string>& path) {
    if (!path || *path == "-") return;
    path_ = *path;
    struct stat found = {};
    const bool exists = stat(path_.c_str(), &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        errno = EISDIR;
        cannot_write(ErrorKind::usage, path_);
    }
    if (exists && !S_ISREG(found.st_mode)) {
        descriptor_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        path_ = resolved(path_);
        temporary_ = path_ + ".XXXXXX";
        descriptor_ = mkostemp(temporary_.data(), O_CLOEXEC);  // mode 0600
        if (descriptor_ < 0) temporary_.clear();
    }
    if (descriptor_ < 0) cannot_write(ErrorKind::usage, *path);
}

Sink::~Sink() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
}

void Sink::write(std::string_view document) {
    if (path_.empty()) {
        write_all(STDOUT_FILENO, document, "standard output");
        return;
    }
    write_all(descriptor_, document, fmt::format("'{}'", path_));
    if (temporary_.empty()) return;
    if (fsync(descriptor_) != 0 || rename(temporary_.c_str(), path_.c_str()) != 0) cannot_write(ErrorKind::failed, path_);
    temporary_.clear();
}

}  // namespace dwopt::cli
