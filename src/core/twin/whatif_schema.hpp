// Where what-if objects live on a twin: a schema of their own, with the functions that put them in place and take them away.
// All of it falls with the schema, once what hangs on the warehouse's own tables has been taken down.
#pragma once

#include "process.hpp"
#include "twin/twin.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt::twin {

inline constexpr const char* whatif_schema = "dwopt_whatif";

// Makes a twin what it was, whatever a killed run left.
void clear_whatif(pq::Connection& admin);

class WhatIfSchema {
  public:
    explicit WhatIfSchema(Twin& twin);  // clears what a killed run left
    ~WhatIfSchema();
    WhatIfSchema(const WhatIfSchema&) = delete;
    WhatIfSchema& operator=(const WhatIfSchema&) = delete;

    // A function of the schema. Throws pq::SqlError.
    pq::Result call(const std::string& function, const std::vector<std::optional<std::string>>& arguments);
    [[nodiscard]] std::optional<Oid> find(const RelationName& relation);
    [[nodiscard]] Oid oid(const RelationName& relation);  // throws Error{failed}
    // Definitions are run by the role that owns the warehouse's objects, as they may hold expressions from outside.
    [[nodiscard]] pq::Connection& owner() { return owner_; }
    [[nodiscard]] pq::Connection& admin() { return admin_; }
    [[nodiscard]] const Account& account() const { return account_; }
    [[nodiscard]] std::filesystem::path file(const std::string& relative) const { return data_ / relative; }

  private:
    pq::Connection admin_, owner_;
    Account account_;
    std::filesystem::path data_;
};

[[nodiscard]] std::string oid_list(const std::vector<Oid>& oids);  // an array literal

}  // namespace dwopt::twin
