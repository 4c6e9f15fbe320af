#include "whatif_schema.hpp"

#include "model/identifier.hpp"
#include "server.hpp"
#include "whatif_functions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::twin {

std::optional<Oid> WhatIfSession::find(const RelationName& relation) {
    const auto found = admin_.query("select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2",
                                    {relation.schema, relation.name});
    return found.rows() > 0 ? std::optional(static_cast<Oid>(found.integer(0, 0))) : std::nullopt;
}

Oid WhatIfSession::oid(const RelationName& relation) {
    if (const auto found = find(relation)) return *found;
    throw Error(ErrorKind::failed, fmt::format("the planner twin has no {}", model::qualified(relation)));
}

std::string oid_list(const std::vector<Oid>& oids) {
    std::string list = "{";
    for (const Oid oid : oids) list += (list.size() > 1 ? "," : "") + std::to_string(oid);
    return list + "}";
}

WhatIfSession::WhatIfSession(Twin& twin) : admin_(twin.admin()), owner_(twin.owner()), account_(server_account()) {
    data_ = admin_.query("select pg_catalog.current_setting('data_directory')").text(0, 0);
    // Changes are small and many: planned once, and found by the catalogs' own indexes, however many dead rows those changes leave.
    admin_.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off");
}

WhatIfSchema::WhatIfSchema(Twin& twin) : WhatIfSession(twin) {
    clear_whatif(admin());
    std::string all = fmt::format("CREATE SCHEMA {0}; GRANT USAGE ON SCHEMA {0} TO {2}; CREATE SCHEMA {3}; GRANT USAGE, CREATE ON SCHEMA {3} TO {1}", whatif_schema, schema_role,
                                  planner_role, objects_schema);
    for (const auto* functions : {index_functions, statistics_functions, partition_functions}) {
        all += ";" + fmt::format(fmt::runtime(functions), whatif_schema, schema_role, planner_role, objects_schema);
    }
    admin().execute(all);  // one transaction: where the schema is, all of it is
}

WhatIfSchema::~WhatIfSchema() {
    try {
        clear_whatif(admin());
    } catch (const std::exception&) {  // the next one does
    }
}

namespace {

// Copies of tables with the indexes on them, some at a time: a transaction can only lock so many relations, and a search may have made more.
void drop_copies(pq::Connection& admin) {
    constexpr std::size_t together = 25;
    const auto copies = admin.query("select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
                                    "where n.nspname = $1 and c.relkind = 'r' and c.relpersistence = 'u' and c.relname ~ '^t[0-9]+_[0-9]+$' order by c.oid", {objects_schema});
    for (std::size_t row = 0; row < copies.rows();) {
        std::string list;
        for (const auto end = std::min(row + together, copies.rows()); row < end; ++row) list += (list.empty() ? "" : ", ") + copies.text(row, 0);
        admin.execute(fmt::format("DROP TABLE {} CASCADE", list));
    }
}

}  // namespace

void clear_whatif(pq::Connection& admin) {
    drop_copies(admin);
    std::string all = "BEGIN; SET LOCAL client_min_messages = error; ";
    const auto there = admin.query("select nspname, nspowner = current_user::regrole from pg_catalog.pg_namespace where nspname in ($1, $2) order by nspname = $1 desc", {whatif_schema, objects_schema});
    for (std::size_t row = 0; row < there.rows(); ++row) {
        const auto schema = there.text(row, 0);
        if (schema == whatif_schema && there.boolean(row, 1)) all += fmt::format(fmt::runtime(take_down), whatif_schema) + "; ";  // another's functions are not called
        all += fmt::format("DROP SCHEMA {} CASCADE; ", schema);
    }
    if (there.rows() > 0) admin.execute(all + "COMMIT");
}

pq::Result WhatIfSession::call(const std::string& function, const std::vector<std::optional<std::string>>& arguments) {
    std::string list;
    for (std::size_t n = 1; n <= arguments.size(); ++n) list += fmt::format("{}${}", n == 1 ? "" : ", ", n);
    return admin_.query(fmt::format("select * from {}.{}({})", whatif_schema, function, list), arguments);
}

}  // namespace dwopt::twin
