// What a configuration changes in a twin's statistics: the order of a table's rows, and statistics over several columns.
#pragma once

#include "whatif_schema.hpp"

#include "dwopt/whatif.hpp"

#include <functional>
#include <string>
#include <vector>

namespace dwopt::twin {

class ChangedStatistics {
  public:
    using Leaves = std::function<std::vector<RelationName>(const RelationName&)>;
    explicit ChangedStatistics(WhatIfSchema& schema) : schema_(&schema) {}

    // Takes back what show() did.
    void restore();
    // `leaves` tells the partitions of a table divided by the configuration. Returns why it could not be, empty if it could.
    [[nodiscard]] std::string show(const Configuration& configuration, const Leaves& leaves);

  private:
    [[nodiscard]] std::string order(const WhatIfOrder& order, const Leaves& leaves);
    void gather(const WhatIfStatistics& statistics);

    WhatIfSchema* schema_;
    std::vector<std::string> made_;  // statistics objects, qualified
    bool ordered_ = false;
};

}  // namespace dwopt::twin
