// The planner twin: a private, throwaway PostgreSQL of the warehouse's major version that holds its schema and statistics
// and none of its rows, so that the real planner answers what-if questions without the warehouse noticing.
//
// It listens on a unix socket in a directory that only its owner may enter, never on TCP. A keeper process is the server's
// parent and stops it when no verb has used it for a while; the files stay and the next verb starts it again.
//
// Sources: PostgreSQL's src/backend/optimizer/util/plancat.c (what the planner asks of a relation),
// utils/adt/selfuncs.c (of statistics and index edges), access/nbtree/README (pages).
#pragma once

#include "dwopt/twin.hpp"
#include "dwopt/ports.hpp"
#include "pq/connection.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace dwopt::twin {

struct Options {
    std::filesystem::path directory;          // in the workspace: what is known of the twin and, unless root runs us, its data
    std::filesystem::path runtime = "/tmp";   // a short path where a directory for the socket may be made
    std::filesystem::path bindir;             // server programs; empty: where the packages put them
    Duration idle = std::chrono::minutes(10); // stops itself after so long without use
};

class Twin {
  public:
    virtual ~Twin() = default;
    [[nodiscard]] virtual const TwinReport& report() const = 0;
    // A role that may read and write everything and owns nothing: for planning what comes from outside.
    [[nodiscard]] virtual pq::ConnectionOptions planner() const = 0;
    // The role that the warehouse's objects belong to, without other rights: for definitions that come from outside.
    [[nodiscard]] virtual pq::ConnectionOptions owner() const = 0;
    // The superuser, for changes that the twin itself makes.
    [[nodiscard]] virtual pq::ConnectionOptions admin() const = 0;
    // Says that somebody is using it. Cheap; call it often.
    virtual void touch() = 0;
};

// The twin of this image: the one that stands, if it was made from the same one; with the same schema, the one that stands with
// what has changed; else a new one. Another verb that builds
// in the same directory is waited for. Throws Error{refused} with the package's name where no server programs of that
// major version are installed, Error{failed} with the end of the server's log when it does not start,
// Error{interrupted} with nothing left.
[[nodiscard]] std::unique_ptr<Twin> build(const TwinImage& image, const Options& options, Progress& progress, const Cancellation& cancel);

// Where the server programs of that major version are. Throws as build().
[[nodiscard]] std::filesystem::path server_programs(int major, const std::filesystem::path& bindir);

// Stops the server and removes everything build() made. False: there was none.
bool drop(const Options& options);

// What-if on the twin, all of a Configuration: an index is a real, empty one with the pages, rows and height it would have, a
// table divided anew has real, empty partitions with their share of pages, rows and statistics.
// `checked` says how true the twin is known to be, for the description; empty: nobody looked.
[[nodiscard]] std::unique_ptr<CostOracle> open_oracle(std::shared_ptr<Twin> twin, std::string checked = {});

}  // namespace dwopt::twin
