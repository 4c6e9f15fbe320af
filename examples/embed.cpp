// Embeds the loop in a program of one's own: takes a snapshot of a warehouse into a workspace and prints what analysis
// finds. Compiles against include/ alone; links -ldwopt (pkg-config dwopt --static).
//
//   embed "host=/var/run/postgresql dbname=shop" /tmp/shop.dwopt
#include "dwopt/loop.hpp"
#include "dwopt/open.hpp"

#include <iostream>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: embed CONNINFO WORKSPACE\n";
        return 2;
    }
    try {
        const auto warehouse = dwopt::open_warehouse(argv[1], "embed");
        const auto store = dwopt::open_workspace(argv[2]);
        const auto clock = dwopt::system_clock();
        dwopt::Silent silent;  // no progress to show, nobody to interrupt
        const dwopt::loop::Run run{*store, *clock, silent, silent};

        static_cast<void>(dwopt::loop::collect(*warehouse, run, {}));
        for (const auto& finding : dwopt::loop::analyze(run, {}).bottlenecks) {
            std::cout << dwopt::name(finding.severity) << ": " << finding.summary << '\n';
        }
    } catch (const dwopt::Error& error) {
        std::cerr << error.what() << '\n' << error.hint() << '\n';
        return 1;
    }
}
