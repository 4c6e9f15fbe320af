// Which statistics a twin holds, relation by relation, so that a new image costs what has changed in it.
#pragma once

#include "dwopt/twin.hpp"
#include "pq/connection.hpp"

#include <vector>

namespace dwopt::twin {

// Writes down that these are the statistics of the twin.
void remember_statistics(pq::Connection& admin, const TwinImage& image);
// Takes away the statistics of relations that have others in the image, or none. Returns those of the image to be loaded.
[[nodiscard]] std::vector<RelationStatistics> take_changed_statistics(pq::Connection& admin, const TwinImage& image);

}  // namespace dwopt::twin
