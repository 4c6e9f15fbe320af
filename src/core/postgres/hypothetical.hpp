// The hypothetical indexes of one session, kept equal to what a configuration asks for with as few calls as possible.
#pragma once

#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dwopt::postgres {

class HypotheticalIndexes {
  public:
    // Finds HypoPG in whatever schema it is. Throws Error{refused} if it is not installed in the database, or hidden from this role.
    explicit HypotheticalIndexes(pq::Connection& connection);

    // Makes the session's set that of `configuration`. Returns why an index could not be made, empty if all could; the set is
    // then empty. `changed()` says whether plans made before may be stale.
    [[nodiscard]] std::string show(const Configuration& configuration);
    [[nodiscard]] bool changed() { return std::exchange(changed_, false); }

    // IndexSpec::name for a name of HypoPG's making, else the name itself.
    [[nodiscard]] std::string name_of(const std::string& index) const;
    [[nodiscard]] bool can_hide() const { return can_hide_; }
    [[nodiscard]] const std::string& version() const { return version_; }

  private:
    struct Made {
        Oid oid = 0;
        std::string name;  // IndexSpec::name
    };
    [[nodiscard]] std::string call(const char* function) const;
    void drop_others(const std::map<std::string, std::string>& wanted);
    [[nodiscard]] std::string create_missing(const std::map<std::string, std::string>& wanted);
    [[nodiscard]] std::string hide(const std::vector<RelationName>& indexes);
    void reset();

    pq::Connection* connection_;
    std::string schema_, version_;
    bool can_hide_ = false, changed_ = false;
    std::map<std::string, Made> made_;  // by the SQL that made it
    std::vector<RelationName> hidden_;
};

}  // namespace dwopt::postgres
