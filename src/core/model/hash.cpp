#include "model/hash.hpp"

#include <fmt/format.h>

namespace dwopt::model {

std::string hex(std::uint64_t value, int digits) {
    return fmt::format("{:016x}", value).substr(static_cast<std::size_t>(16 - digits));
}

}  // namespace dwopt::model
