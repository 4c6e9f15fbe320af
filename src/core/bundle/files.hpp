// The files of a bundle as texts, whether they lie in a directory or in an archive.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace dwopt::bundle {

using Files = std::map<std::string, std::string>;  // "queries/q01.sql" → text

inline constexpr std::size_t most_bytes = std::size_t{2} << 30;  // of all files; 60,000 column statistics take some 200 MB
inline constexpr std::size_t most_files = 100'000;

[[nodiscard]] Files read_files(const std::filesystem::path& path);
void write_files(const Files& files, const std::filesystem::path& path);

}  // namespace dwopt::bundle
