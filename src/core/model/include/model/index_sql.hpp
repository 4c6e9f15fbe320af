// An index as SQL and as words.
#pragma once

#include "dwopt/recommendation.hpp"

#include <string>

namespace dwopt::model {

enum class CreateForm { plain, concurrently, on_only };

// CREATE INDEX [CONCURRENTLY] name ON [ONLY] table USING method (keys) INCLUDE (…) WHERE …; fully qualified and quoted.
[[nodiscard]] std::string create_index_sql(const IndexSpec& spec, CreateForm form);
// "orders (customer_id, created_at DESC) include (total) where status = 'open'", for people.
[[nodiscard]] std::string describe(const IndexSpec& spec);
[[nodiscard]] IndexSpec spec_of(const Index& index);
// The change itself as text, names of indexes left out: equal for equal indexes.
[[nodiscard]] std::string canonical(const IndexSpec& spec);
// dwopt_<table>_<columns>_<4 hex digits of canonical()>, at most 63 bytes of UTF-8, the readable part shortened.
[[nodiscard]] std::string index_name(const IndexSpec& spec);

}  // namespace dwopt::model
