// The options every verb shares, as plain structs that declare themselves.
#pragma once

#include "option_set.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dwopt::cli {

struct WorkspaceOptions {
    std::optional<std::string> workspace;
    std::optional<std::string> config;
    void declare(OptionSet& options);
};

struct ConnectionOptions {
    std::string dsn;
    void declare(OptionSet& options);
};

struct OutputOptions {
    std::optional<std::string> format;
    std::optional<std::string> file;
    bool quiet = false;
    bool verbose = false;
    std::string colour = "auto";
    bool no_progress = false;
    void declare(OptionSet& options, const std::vector<std::string>& formats);

    [[nodiscard]] bool json() const { return format == "json"; }
    // A quiet run still writes a document that was asked for.
    [[nodiscard]] bool wants_document() const { return !quiet || format || file; }
};

struct Shared {
    WorkspaceOptions place;
    ConnectionOptions connection;
    OutputOptions output;
    bool help = false;
    bool version = false;

    // `formats` are those the verb can write.
    void declare(OptionSet& options, const std::vector<std::string>& formats);
    // Checks across options. Throws Error{usage}.
    void check() const;
};

[[nodiscard]] const std::vector<std::string>& common_formats();

}  // namespace dwopt::cli
