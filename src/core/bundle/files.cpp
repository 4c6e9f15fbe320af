#include "files.hpp"

#include "dwopt/error.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <set>

namespace dwopt::bundle {
namespace {

namespace fs = std::filesystem;

Error unreadable(const fs::path& path, const std::string& why) {
    return Error(ErrorKind::usage, fmt::format("bundle '{}' cannot be read: {}", path.string(), why),
                 "A bundle is a directory with schema.sql, relations.csv, columns.csv and settings.csv, or a .tar.gz of one.");
}

bool wanted(const std::string& name) {
    static const std::set<std::string> known{"manifest.json", "schema.sql", "relations.csv", "columns.csv", "settings.csv",
                                             "heights.csv",   "bounds.csv", "extended.csv",  "statements.csv"};
    if (known.contains(name)) return true;
    return name.starts_with("queries/") && name.ends_with(".sql") && name.find('/', 8) == std::string::npos;
}

class Intake {
  public:
    explicit Intake(const fs::path& path) : path_(path) {}
    std::string& file(const std::string& name, std::size_t size) {
        total_ += size;
        if (total_ > most_bytes || ++count_ > most_files) throw unreadable(path_, "it is too large");
        return files_[name];
    }
    [[nodiscard]] Files take() { return std::move(files_); }

  private:
    const fs::path& path_;
    Files files_;
    std::size_t total_ = 0, count_ = 0;
};

void read_directory(const fs::path& directory, const std::string& prefix, Intake& intake) {
    for (const auto& entry : fs::directory_iterator(directory)) {
        const std::string name = prefix + entry.path().filename().string();
        if (prefix.empty() && name == "queries" && entry.is_directory() && !entry.is_symlink()) read_directory(entry.path(), "queries/", intake);
        if (!wanted(name) || !entry.is_regular_file()) continue;
        auto& text = intake.file(name, entry.file_size());
        std::ifstream file(entry.path(), std::ios::binary);
        text.resize(entry.file_size());
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    }
}

struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
};

// "./bundle/queries/q.sql" → "queries/q.sql": an archive may hold the directory itself.
std::string inner_name(std::string name) {
    while (name.starts_with("./")) name.erase(0, 2);
    if (wanted(name)) return name;
    const auto slash = name.find('/');
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

void read_archive(const fs::path& path, Intake& intake) {
    const std::unique_ptr<archive, Free> reader(archive_read_new());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_format_tar(reader.get());
    if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 16) != ARCHIVE_OK) throw unreadable(path, "it is neither a directory nor a .tar.gz");
    archive_entry* entry = nullptr;
    for (;;) {
        const int got = archive_read_next_header(reader.get(), &entry);
        if (got == ARCHIVE_EOF) return;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN) throw unreadable(path, "the archive is damaged");
        const std::string name = inner_name(archive_entry_pathname(entry) != nullptr ? archive_entry_pathname(entry) : "");
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr || !wanted(name)) continue;
        const auto size = static_cast<std::size_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
        auto& text = intake.file(name, size);
        text.resize(size);
        std::size_t at = 0;
        while (at < size) {
            const auto read = archive_read_data(reader.get(), text.data() + at, size - at);
            if (read <= 0) throw unreadable(path, "the archive is damaged");
            at += static_cast<std::size_t>(read);
        }
    }
}

Error unwritable(const fs::path& path, const std::string& why) {
    return Error(ErrorKind::failed, fmt::format("bundle '{}' cannot be written: {}", path.string(), why));
}

void write_directory(const Files& files, const fs::path& path) {
    if (fs::exists(path) && !fs::is_empty(path)) {
        throw Error(ErrorKind::usage, fmt::format("'{}' is not empty", path.string()), "Name a new directory for the bundle, or one that ends in .tar.gz for an archive.");
    }
    fs::create_directories(path);
    fs::permissions(path, fs::perms::owner_all);
    for (const auto& [name, text] : files) {
        fs::create_directories((path / name).parent_path());
        std::ofstream file(path / name, std::ios::binary);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) throw unwritable(path, name);
        fs::permissions(path / name, fs::perms::owner_read | fs::perms::owner_write);
    }
}

void write_archive(const Files& files, const fs::path& path) {
    const auto close = [](archive* a) { archive_write_free(a); };
    const std::unique_ptr<archive, decltype(close)> writer(archive_write_new(), close);
    archive_write_add_filter_gzip(writer.get());
    archive_write_set_format_pax_restricted(writer.get());
    const auto part = fs::path(path.string() + ".part");
    if (archive_write_open_filename(writer.get(), part.c_str()) != ARCHIVE_OK) throw unwritable(path, archive_error_string(writer.get()));
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    for (const auto& [name, text] : files) {
        const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), archive_entry_free);
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK ||
            archive_write_data(writer.get(), text.data(), text.size()) != static_cast<la_ssize_t>(text.size())) {
            throw unwritable(path, archive_error_string(writer.get()));
        }
    }
    if (archive_write_close(writer.get()) != ARCHIVE_OK) throw unwritable(path, archive_error_string(writer.get()));
    fs::rename(part, path);
}

}  // namespace

Files read_files(const fs::path& path) {
    Intake intake(path);
    std::error_code trouble;
    if (!fs::exists(path, trouble)) throw unreadable(path, "there is no such file or directory");
    try {
        if (fs::is_directory(path)) read_directory(path, "", intake);
        else read_archive(path, intake);
    } catch (const fs::filesystem_error& error) {
        throw unreadable(path, error.code().message());
    }
    return intake.take();
}

void write_files(const Files& files, const fs::path& path) {
    try {
        const auto name = path.filename().string();
        if (name.ends_with(".tar.gz") || name.ends_with(".tgz")) write_archive(files, path);
        else write_directory(files, path);
    } catch (const fs::filesystem_error& error) {
        throw unwritable(path, error.code().message());
    }
}

}  // namespace dwopt::bundle
