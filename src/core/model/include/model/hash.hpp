// A hash that is the same on every machine and in every version: ids are made of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dwopt::model {

// FNV-1a, 64 bits (Fowler, Noll, Vo; http://www.isthe.com/chongo/tech/comp/fnv/).
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t seed = 14695981039346656037ULL) {
    for (const char c : text) {
        seed ^= static_cast<unsigned char>(c);
        seed *= 1099511628211ULL;
    }
    return seed;
}

[[nodiscard]] std::string hex(std::uint64_t value, int digits = 16);  // lower case, the low `digits`

}  // namespace dwopt::model
