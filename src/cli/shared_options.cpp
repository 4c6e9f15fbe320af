#include "shared_options.hpp"

#include "dwopt/error.hpp"

namespace dwopt::cli {

const std::vector<std::string>& common_formats() {
    static const std::vector<std::string> formats{"text", "json", "csv", "markdown"};
    return formats;
}

void WorkspaceOptions::declare(OptionSet& options) {
    options.value("workspace", 'C', "DIR", "workspace directory, made on first use")
        .into(workspace).completed_by(Completes::directory);
    options.value("config", 'c', "FILE", "configuration file").into(config).completed_by(Completes::file);
}

void ConnectionOptions::declare(OptionSet& options) {
    options.value("dsn", 'd', "CONNINFO", "the warehouse: a libpq URI or key=value string").into(dsn);
}

void OutputOptions::declare(OptionSet& options, const std::vector<std::string>& formats) {
    options.value("format", 'f', "FORMAT", "form of the document").into(format).one_of(formats);
    options.value("output", 'o', "FILE", "write the document to FILE, not to standard output")
        .into(file).completed_by(Completes::file);
    options.flag("quiet", 'q', "silence all but errors and a document asked for with -f or -o").into(quiet);
    options.flag("verbose", 'v', "say more, such as what was asked of the server").into(verbose);
    options.value("color", 0, "WHEN", "colours in text").into(colour).one_of({"auto", "always", "never"});
    options.flag("no-progress", 0, "no progress display").into(no_progress);
}

void Shared::declare(OptionSet& options, const std::vector<std::string>& formats) {
    place.declare(options);
    connection.declare(options);
    output.declare(options, formats);
    options.flag("help", 'h', "show this help").into(help);
    options.flag("version", 0, "show the version").into(version);
    options.mark_shared();
}

void Shared::check() const {
    if (output.quiet && output.verbose) {
        throw Error(ErrorKind::usage, "'--quiet' and '--verbose' contradict each other", "Give one of them.");
    }
    if (output.file && output.file->empty()) {
        throw Error(ErrorKind::usage, "'' is no file: option '--output'", "Name a file, or '-' for standard output.");
    }
}

}  // namespace dwopt::cli
