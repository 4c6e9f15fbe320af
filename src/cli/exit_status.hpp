// What the process tells its caller. The one place that knows the numbers.
#pragma once

#include "dwopt/error.hpp"

namespace dwopt::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_usage = 2;
inline constexpr int exit_found = 10;   // --fail-on found something
inline constexpr int exit_defect = 70;  // EX_SOFTWARE of sysexits.h

// `interrupted` is 128 + the signal that came.
[[nodiscard]] constexpr int exit_status(ErrorKind kind, int interrupted) {
    switch (kind) {
        case ErrorKind::usage: return exit_usage;
        case ErrorKind::connection:
        case ErrorKind::privilege:
        case ErrorKind::workspace: return 3;
        case ErrorKind::busy: return 4;
        case ErrorKind::refused: return 5;
        case ErrorKind::regressed: return 6;
        case ErrorKind::failed: return 1;
        case ErrorKind::interrupted: return interrupted != 0 ? interrupted : 130;
        case ErrorKind::internal: break;
    }
    return exit_defect;
}

}  // namespace dwopt::cli
