// The btree's pages are those of access/nbtree/nbtree.h (version 4, PostgreSQL 12 and later) on a little-endian machine
// with blocks of 8 kB:
//
//   page header   24 bytes: lsn 8, checksum 2, flags 2, lower 2, upper 2, special 2, size and version 2, prune xid 4
//   meta page     at 24: magic 4, version 4, root 4, level 4, fast root 4, fast level 4; what follows is left as it was
//   line pointer  4 bytes: offset 15 bits, flags 2 (1: normal), length 15
//   pivot tuple   8 bytes: block high 2, low 2, number of attributes 2, size | 0x2000 (not a heap pointer) 2;
//                 without attributes it stands for minus infinity, as the first downlink of a page does
//   special space 16 bytes: left 4, right 4, level 4, flags 2 (1 leaf, 2 root), cycle 2
#include "files.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dwopt::twin {
namespace {

constexpr std::int64_t segment_pages = 131072;  // 1 GiB
constexpr int most_levels = 19;  // more than the largest table needs
constexpr std::uint32_t btree_magic = 0x053162;
constexpr std::size_t header = 24, special = block_size - 16;

using Page = std::array<unsigned char, block_size>;

std::filesystem::path segment_of(const std::filesystem::path& file, int number) {
    return number == 0 ? file : std::filesystem::path(file.string() + "." + std::to_string(number));
}

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
    throw Error(ErrorKind::failed, fmt::format("file '{}' of the planner twin cannot be {}: {}", file.string(), what, std::strerror(errno)));
}

class File {
  public:
    File(const std::filesystem::path& path, int flags) : path_(path), descriptor_(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {
        if (descriptor_ < 0) fail(path, "opened");
    }
    ~File() { close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void grow(std::int64_t bytes) {
        struct stat now = {};
        if (fstat(descriptor_, &now) != 0) fail(path_, "read");
        if (now.st_size < bytes && ftruncate(descriptor_, bytes) != 0) fail(path_, "extended");
    }
    void read(Page& page, std::int64_t block) {
        if (pread(descriptor_, page.data(), page.size(), block * block_size) != block_size) fail(path_, "read");
    }
    void write(const Page& page, std::int64_t block) {
        if (pwrite(descriptor_, page.data(), page.size(), block * block_size) != block_size) fail(path_, "written");
    }

  private:
    const std::filesystem::path& path_;
    int descriptor_;
};

template <class T>
void put(Page& page, std::size_t at, T value) {
    std::memcpy(page.data() + at, &value, sizeof value);
}
template <class T>
T get(const Page& page, std::size_t at) {
    T value;
    std::memcpy(&value, page.data() + at, sizeof value);
    return value;
}

Page empty_page(std::uint32_t level, bool root) {
    Page page{};
    put<std::uint16_t>(page, 12, header);
    put<std::uint16_t>(page, 14, special);
    put<std::uint16_t>(page, 16, special);
    put<std::uint16_t>(page, 18, block_size | 4);  // layout version 4
    put<std::uint32_t>(page, special + 8, level);
    put<std::uint16_t>(page, special + 12, static_cast<std::uint16_t>((level == 0 ? 1 : 0) | (root ? 2 : 0)));
    return page;
}

void add_downlink(Page& page, std::uint32_t child) {
    constexpr std::uint16_t size = 8, at = special - size;
    put<std::uint16_t>(page, at, static_cast<std::uint16_t>(child >> 16));
    put<std::uint16_t>(page, at + 2, static_cast<std::uint16_t>(child & 0xffff));
    put<std::uint16_t>(page, at + 4, 0);
    put<std::uint16_t>(page, at + 6, size | 0x2000);
    put<std::uint32_t>(page, header, at | 1U << 15 | static_cast<std::uint32_t>(size) << 17);
    put<std::uint16_t>(page, 12, header + 4);
    put<std::uint16_t>(page, 14, at);
}

}  // namespace

void extend(const std::filesystem::path& file, std::int64_t pages, const Account& account) {
    std::int64_t left = std::max<std::int64_t>(0, pages);
    for (int segment = 0; segment == 0 || left > 0; ++segment) {
        const auto path = segment_of(file, segment);
        {
            File opened(path, segment == 0 ? O_RDWR : O_RDWR | O_CREAT);
            opened.grow(std::min(left, segment_pages) * block_size);
        }
        if (segment > 0) give(account, path);
        left -= std::min(left, segment_pages);
    }
}

std::int64_t length(const std::filesystem::path& file) {
    std::int64_t pages = 0;
    for (int segment = 0;; ++segment) {
        std::error_code none;
        const auto size = std::filesystem::file_size(segment_of(file, segment), none);
        if (none) return pages;
        pages += static_cast<std::int64_t>(size) / block_size;
    }
}

void cut(const std::filesystem::path& file, std::int64_t pages) {
    std::error_code failure;
    std::int64_t left = std::max<std::int64_t>(0, pages);
    for (int segment = 0;; ++segment) {
        const auto path = segment_of(file, segment);
        const auto size = std::filesystem::file_size(path, failure);
        if (failure) return;  // there is no further one
        const auto wanted = static_cast<std::uintmax_t>(std::min(left, segment_pages) * block_size);
        if (wanted == 0 && segment > 0) std::filesystem::remove(path, failure);
        else if (size > wanted) std::filesystem::resize_file(path, wanted, failure);
        if (failure) throw Error(ErrorKind::failed, fmt::format("file '{}' of the planner twin cannot be shortened: {}", path.string(), failure.message()));
        left -= std::min(left, segment_pages);
    }
}

void raise_btree(const std::filesystem::path& file, int height, const Account& account) {
    height = std::clamp(height, 0, most_levels);
    extend(file, height + 2, account);
    File opened(file, O_RDWR);
    Page meta;
    opened.read(meta, 0);
    if (get<std::uint32_t>(meta, header) != btree_magic) throw Error(ErrorKind::failed, fmt::format("file '{}' of the planner twin is no btree", file.string()));
    const auto levels = static_cast<std::uint32_t>(height);
    for (std::uint32_t level = levels, block = 1;; --level, ++block) {
        Page page = empty_page(level, level == levels);
        if (level > 0) add_downlink(page, block + 1);
        opened.write(page, block);
        if (level == 0) break;
    }
    for (const std::size_t at : {header + 8, header + 16}) {  // root, fast root
        put<std::uint32_t>(meta, at, 1);
        put<std::uint32_t>(meta, at + 4, levels);
    }
    opened.write(meta, 0);
}

int guessed_height(std::int64_t pages) {
    int height = 0;
    for (std::int64_t level = pages - 1; level > 1; level = (level + 299) / 300) ++height;
    return height;
}

}  // namespace dwopt::twin
