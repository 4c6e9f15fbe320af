#include "whatif_schema.hpp"

#include "model/identifier.hpp"
#include "server.hpp"
#include "whatif_functions.hpp"

#include <fmt/format.h>

namespace dwopt::twin {
std::optional<Oid> WhatIfSchema::find(const RelationName& relation) {
    const auto found = admin_.query("select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2",
                                    {relation.schema, relation.name});
    return found.rows() > 0 ? std::optional(static_cast<Oid>(found.integer(0, 0))) : std::nullopt;
}

Oid WhatIfSchema::oid(const RelationName& relation) {
    if (const auto found = find(relation)) return *found;
    throw Error(ErrorKind::failed, fmt::format("the planner twin has no {}", model::qualified(relation)));
}

std::string oid_list(const std::vector<Oid>& oids) {
    std::string list = "{";
    for (const Oid oid : oids) list += (list.size() > 1 ? "," : "") + std::to_string(oid);
    return list + "}";
}

WhatIfSchema::WhatIfSchema(Twin& twin) : admin_(twin.admin()), owner_(twin.owner()), account_(server_account()) {
    data_ = admin_.query("select pg_catalog.current_setting('data_directory')").text(0, 0);
    clear_whatif(admin_);
    std::string all = fmt::format("CREATE SCHEMA {0}; GRANT USAGE, CREATE ON SCHEMA {0} TO {1}; GRANT USAGE ON SCHEMA {0} TO {2}", whatif_schema, schema_role, planner_role);
    for (const auto* functions : {index_functions, statistics_functions, partition_functions}) {
        all += ";" + fmt::format(fmt::runtime(functions), whatif_schema, schema_role);
    }
    admin_.execute(all);  // one transaction: where the schema is, all of it is
    // Changes are small and many: planned once, and found by the catalogs' own indexes, however many dead rows those changes leave.
    admin_.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off");
}

WhatIfSchema::~WhatIfSchema() {
    try {
        clear_whatif(admin_);
    } catch (const std::exception&) {  // the next one does
    }
}

void clear_whatif(pq::Connection& admin) {
    if (admin.query("select from pg_catalog.pg_namespace where nspname = $1", {whatif_schema}).rows() == 0) return;
    admin.execute(fmt::format("BEGIN; SET LOCAL client_min_messages = error; {}; DROP SCHEMA {} CASCADE; COMMIT", fmt::format(fmt::runtime(take_down), whatif_schema), whatif_schema));
}

pq::Result WhatIfSchema::call(const std::string& function, const std::vector<std::optional<std::string>>& arguments) {
    std::string list;
    for (std::size_t n = 1; n <= arguments.size(); ++n) list += fmt::format("{}${}", n == 1 ? "" : ", ", n);
    return admin_.query(fmt::format("select * from {}.{}({})", whatif_schema, function, list), arguments);
}

}  // namespace dwopt::twin
