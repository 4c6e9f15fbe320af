// Keeping the workspace small: old windows become hours, then days, then nothing.
#pragma once

#include "dwopt/ports.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace dwopt::workspace {

// Windows that end before now - raw are merged into one an hour, before now - hourly into one a day, and dropped before
// now - daily; counters add up, gauges keep their last value. Only windows that touch each other are merged, so that
// time nobody watched does not become time when nothing happened. The last snapshot always stays. Then what nothing
// refers to any more goes, and the file shrinks. One transaction per merged window: others get in between, and an end
// in the middle loses nothing.
void apply_retention(SQLite::Database& db, const RetentionPolicy& policy, Timestamp now);

}  // namespace dwopt::workspace
