// Where what-if objects live on a twin: a schema of their own, and one with the functions that put them in place and take them away.
// All of it falls with the schemas, once what hangs on the warehouse's own tables has been taken down.
#pragma once

#include "process.hpp"
#include "twin/twin.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt::twin {

inline constexpr const char* whatif_schema = "dwopt_whatif";    // functions and what they remember; the superuser's alone
inline constexpr const char* objects_schema = "dwopt_objects";  // where the owner of the warehouse's objects makes ours

// Makes a twin what it was, whatever a killed run left.
void clear_whatif(pq::Connection& admin);

// The sessions that change what is in the schemas on behalf of one planning session: a superuser's and an owner's.
class WhatIfSession {
  public:
    explicit WhatIfSession(Twin& twin);

    // A function of the schema. Throws pq::SqlError.
    pq::Result call(const std::string& function, const std::vector<std::optional<std::string>>& arguments);
    [[nodiscard]] std::optional<Oid> find(const RelationName& relation);
    [[nodiscard]] Oid oid(const RelationName& relation);  // throws Error{failed}
    [[nodiscard]] pq::Connection& admin() { return admin_; }
    // Definitions are run by the role that owns the warehouse's objects, as they may hold expressions from outside.
    [[nodiscard]] pq::Connection& owner() { return owner_; }
    [[nodiscard]] int version() const { return admin_.server_version_num(); }
    [[nodiscard]] const Account& account() const { return account_; }
    [[nodiscard]] std::filesystem::path file(const std::string& relative) const { return data_ / relative; }

  private:
    pq::Connection admin_, owner_;
    Account account_;
    std::filesystem::path data_;
};

// The one that makes the schema and takes it away. Planning sessions must have ended, or hold nothing, by then.
class WhatIfSchema : public WhatIfSession {
  public:
    explicit WhatIfSchema(Twin& twin);  // clears what a killed run left
    ~WhatIfSchema();
    WhatIfSchema(const WhatIfSchema&) = delete;
    WhatIfSchema& operator=(const WhatIfSchema&) = delete;
};

[[nodiscard]] std::string oid_list(const std::vector<Oid>& oids);  // an array literal

}  // namespace dwopt::twin
