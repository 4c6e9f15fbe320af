// Names that are still free.
#pragma once

#include "model/identifier.hpp"

#include <string>

namespace dwopt::indexing {

// `name` itself, or with the first free number after it, within PostgreSQL's 63 bytes. `free(text)` says whether one may be taken.
template <class Free>
[[nodiscard]] std::string free_name(const std::string& name, const Free& free) {
    constexpr std::size_t limit = 63;
    std::string candidate = name;
    for (int n = 2; !free(candidate); ++n) {
        const std::string tail = "_" + std::to_string(n);
        candidate = std::string(model::clip_utf8(name, limit - tail.size())) + tail;
    }
    return candidate;
}

}  // namespace dwopt::indexing
