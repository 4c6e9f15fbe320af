// Patterns that are no fingerprint.
#pragma once

#include <string_view>

namespace dwopt::workload {

inline constexpr std::string_view own_mark = "/* dwopt */";  // begins every statement dwopt itself sends
inline constexpr std::string_view own_pattern = "dwopt";     // … and they are no part of the workload
inline constexpr std::string_view unknown_pattern = "hidden-unknown";  // counters seen, text never

}  // namespace dwopt::workload
