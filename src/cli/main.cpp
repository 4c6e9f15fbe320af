// The boundary: whatever happens inside comes out as a message and one of the exit codes of the contract.
#include "app.hpp"
#include "exit_status.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

namespace {

// A caller may have closed them. Then the next file opened, perhaps the workspace, would become standard output.
void open_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(descriptor, F_GETFD) >= 0) continue;
        if (open("/dev/null", O_RDWR) != descriptor) _exit(dwopt::cli::exit_defect);
    }
}

}  // namespace

int main(int argc, char** argv) {
    using namespace dwopt::cli;
    open_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is told by write()
    const StopSignal stop;
    const Environment environment = Environment::of_process();
    App app(argc > 0 ? argc - 1 : 0, argc > 0 ? argv + 1 : argv, environment, stop);
    try {
        try {
            return app.run();
        } catch (const dwopt::Error& error) {
            return app.fail(error);
        } catch (const std::exception& defect) {
            return app.fail(defect);
        }
    } catch (const std::exception& failure) {  // telling it failed as well
        std::fputs("dwopt: ", stderr);
        std::fputs(failure.what(), stderr);
        std::fputs("\n", stderr);
        const auto* error = dynamic_cast<const dwopt::Error*>(&failure);
        return error != nullptr ? exit_status(error->kind(), 0) : exit_defect;
    }
}
