// The workspace's directory and files, and whether they can be trusted.
#pragma once

#include <filesystem>

namespace dwopt::workspace {

// An open file descriptor, closed with the object.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }

  private:
    int fd_;
};

struct Directory {
    std::filesystem::path path;  // absolute, without symbolic links
    Descriptor descriptor;
};

// Opens the directory, making it and its missing parents (0700) if `create`. One that was there keeps its mode, but
// must belong to this user and be writable by nobody else. Throws Error{workspace}.
[[nodiscard]] Directory open_directory(const std::filesystem::path& path, bool create);

// Makes sure that `name` in the directory is a plain file of this user with mode 0600; makes an empty one if `create`.
// Throws Error{workspace}. Opens no descriptor on a file that exists: closing one would end the locks SQLite holds on
// it in this process (sqlite.org/howtocorrupt.html, 2.2).
void ensure_private_file(const Directory& directory, const char* name, bool create);

}  // namespace dwopt::workspace
