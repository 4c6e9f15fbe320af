// The gate between a bundle's schema.sql and the twin: which of its statements are run, and in which form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dwopt::sql {

struct SchemaStatement {
    enum class Use {
        run,        // data definition that a planner can see
        extension,  // CREATE EXTENSION: `subject` is its name; whoever runs it decides whether it is one that may be had
        skip,       // of no consequence to a planner: comments, grants, owners, triggers, settings …
        refuse,     // not on the list: `reason` says why
    } use = Use::refuse;
    std::string sql;      // what to run
    std::string subject;  // "function public.f", for messages; no data
    std::string reason;
    std::string schema;   // of CREATE EXTENSION; empty: none was named
};

// Splits a dump, skips psql's meta-command lines, and judges each statement. Run may be: CREATE SCHEMA, SEQUENCE, TYPE (enum,
// composite, range), DOMAIN, COLLATION, TABLE, INDEX, STATISTICS, VIEW, FUNCTION, AGGREGATE, and MATERIALIZED VIEW without
// data; ALTER TABLE as far as it adds constraints and defaults, attaches partitions or sets what planners look at.
// What is run is changed where it must be:
//   functions    keep their body only in LANGUAGE sql or internal; others get one in plpgsql that does nothing, and
//                none is SECURITY DEFINER, LEAKPROOF or has a support function
//   tablespaces  are left out
// Never throws but std::bad_alloc; a statement that cannot be parsed is refused.
[[nodiscard]] std::vector<SchemaStatement> read_schema(std::string_view dump);

}  // namespace dwopt::sql
