// Rules about what sessions do besides running statements.
#include "rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::workload {

void idle_in_transaction(const Facts& facts, const Thresholds& thresholds, Findings& out) {
    const auto longest = facts.longest_idle_transaction();
    const Millis limit{static_cast<double>(std::max<Duration::rep>(thresholds.idle_in_transaction.count(), 1))};
    if (longest < limit) return;
    auto& f = out.add({}, "sessions", longest / limit, Severity::critical);
    f.summary = fmt::format("a session sat idle in a transaction for {} when last looked at", human(longest));
    f.advice = "It keeps vacuum from removing dead rows and index builds from finishing. Find it: `SELECT pid, usename, application_name, "
               "xact_start FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' ORDER BY xact_start;`, and consider "
               "idle_in_transaction_session_timeout.";
    f.evidence = {{"longest", human(longest)}};
    f.value = longest.value;
    f.threshold = limit.value;
}

}  // namespace dwopt::workload
