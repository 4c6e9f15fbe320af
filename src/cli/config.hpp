// The configuration file dwopt.toml: what it may set, read and checked. One table of keys feeds the reader, the example in
// examples/dwopt.toml and the check of dwopt.toml(5).
#pragma once

#include "dwopt/finding.hpp"
#include "dwopt/ports.hpp"
#include "dwopt/recommendation.hpp"
#include "dwopt/stages.hpp"

#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dwopt::cli {

// Defaults are those of the value types of floor 0.
struct Config {
    std::optional<std::filesystem::path> file;  // where it was read from
    std::string dsn;
    std::string deploy_dsn;   // empty: dsn
    std::string deploy_role;  // SET ROLE after connecting; empty: none
    DeployPolicy deploy;
    Duration max_snapshot_age = std::chrono::minutes(10);  // a build waits for older transactions: refused
    std::string what_if = "best";  // best, twin, live, none
    std::string objective = "balanced";  // balanced, total
    std::string what_if_role;      // SET ROLE before planning; empty: none
    std::string twin_bindir;       // empty: where the packages put the server programs
    Duration twin_idle = std::chrono::minutes(10);
    Thresholds thresholds;
    AdviceOptions advice;
    RetentionPolicy retention;
    std::vector<std::string> standbys;  // conninfos
    std::vector<std::string> bronze, silver, gold;  // schemas; empty: the schemas so named
};

// The variable a key sets. Its alternative is the key's type.
using Slot = std::variant<std::string*, Bytes*, std::optional<Bytes>*, Duration*, double*, int*, bool*, std::vector<std::string>*>;

struct Key {
    std::string_view section;
    std::string_view name;
    Slot (*slot)(Config&);
    std::string_view doc;  // one line, lower case, no full stop
    std::string_view choices = {};  // "best live none": the words allowed; empty: any
    int least = 0, most = std::numeric_limits<int>::max();  // of an integer; of a duration, the least milliseconds
};

[[nodiscard]] std::span<const Key> keys();
[[nodiscard]] std::string type_name(const Key& key);     // "size", "duration", …
[[nodiscard]] std::string default_text(const Key& key);  // as TOML: "\"10MB\"", "5.0", "[]"

// Throws Error{usage} "FILE:LINE: …": unknown section or key (with the nearest known one), wrong type, out of range.
[[nodiscard]] Config read_config(const std::filesystem::path& file);

// A commented file that sets every key to its default: examples/dwopt.toml.
[[nodiscard]] std::string example_config();

}  // namespace dwopt::cli
