// What SQLite complains about, as what dwopt's users can act on.
#pragma once

#include "dwopt/error.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <utility>

namespace dwopt::workspace {

[[nodiscard]] Error translated(const SQLite::Exception& exception, const std::filesystem::path& file);

// Runs `work`; SQLite's exceptions become Error{workspace, busy}.
template <class Work>
decltype(auto) guarded(const std::filesystem::path& file, Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& e) {
        throw translated(e, file);
    }
}

}  // namespace dwopt::workspace
