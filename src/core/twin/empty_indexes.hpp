// The what-if indexes of one planning session, made once, empty and in a moment, on an empty copy of their table, with the pages, rows
// and levels they would have. (Built on the table they would have to read its zero pages.) The session hangs them onto the table.
#pragma once

#include "whatif_schema.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dwopt::twin {

class EmptyIndexes {
  public:
    // `prefix` keeps its names apart from those of other sessions.
    EmptyIndexes(WhatIfSession& session, std::string prefix) : session_(&session), prefix_(std::move(prefix)) {}

    struct Seen {
        std::vector<Oid> shown, hidden;  // sorted
        bool operator==(const Seen&) const = default;
    };
    // What a configuration asks to see and not to see; what is missing is made. Returns why an index could not be made, empty if all could.
    [[nodiscard]] std::string resolve(const Configuration& configuration, Seen& seen);
    // IndexSpec::name for a name of our making, else the name itself.
    [[nodiscard]] std::string name_of(const std::string& index) const;

  private:
    struct Made {
        std::vector<Oid> oids;  // one for each table that has rows
        std::string failure;    // not empty: the server would not have it
    };
    [[nodiscard]] const Made& made(const WhatIfIndex& index);
    [[nodiscard]] Oid make(const IndexSpec& spec, const IndexExtent& extent, const std::string& name);
    [[nodiscard]] const std::string& copy_of(const RelationName& table);
    [[nodiscard]] const std::vector<Oid>& existing(const RelationName& index);

    WhatIfSession* session_;
    std::string prefix_;
    std::map<std::pair<std::string, RelationName>, Made> made_;  // by canonical text and the first table it is made for
    std::map<std::string, std::string> names_;                   // ours → IndexSpec::name
    std::map<RelationName, std::string> copies_;                 // table → its empty copy
    std::map<RelationName, std::vector<Oid>> existing_;          // with the partitions below it
    int count_ = 0;
};

}  // namespace dwopt::twin
