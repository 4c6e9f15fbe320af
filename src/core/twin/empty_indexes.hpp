// The what-if indexes of a twin, kept equal to what a configuration asks for with as few statements as possible. They are made
// once, empty and in a moment, on an empty copy of their table, with the pages, rows and levels they would have, and hung onto
// the table itself as configurations ask for them. (Built on the table they would have to read its zero pages.)
#pragma once

#include "whatif_schema.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dwopt::twin {

class EmptyIndexes {
  public:
    explicit EmptyIndexes(WhatIfSchema& schema) : schema_(&schema) {}

    // Makes what sessions see that of `configuration`. Returns why an index could not be made, empty if all could.
    [[nodiscard]] std::string show(const Configuration& configuration);
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
    void hang(const std::vector<Oid>& on, const std::vector<Oid>& off);
    void set_visible(const std::vector<Oid>& shown, const std::vector<Oid>& hidden);
    [[nodiscard]] std::optional<Oid> existing(const RelationName& index);

    WhatIfSchema* schema_;
    std::map<std::pair<std::string, RelationName>, Made> made_;  // by canonical text and the first table it is made for
    std::map<std::string, std::string> names_;    // ours → IndexSpec::name
    std::map<RelationName, std::string> copies_;  // table → its empty copy
    std::map<RelationName, std::optional<Oid>> existing_;
    struct Places {
        Oid copy = 0, table = 0;
    };
    std::map<Oid, Places> places_;                // of what was made
    std::vector<Oid> shown_, hidden_;             // sorted
    int count_ = 0;
};

}  // namespace dwopt::twin
