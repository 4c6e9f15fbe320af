// Charts for HTML. They keep the size of their text at every width: only the drawn area stretches.
#pragma once

#include "dwopt/document.hpp"

#include <string>
#include <vector>

namespace dwopt::report {

[[nodiscard]] std::string chart(const ChartBlock& chart);  // empty if nothing can be drawn

// Round numbers from 0 to at least `top`, three to six of them, 1, 2 or 5 times a power of ten apart.
// \pre top is finite and > 0
[[nodiscard]] std::vector<double> ticks(double top);

}  // namespace dwopt::report
