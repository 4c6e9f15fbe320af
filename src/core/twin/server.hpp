// The server of a twin: making its data directory, starting and stopping it.
#pragma once

#include "process.hpp"

#include "dwopt/units.hpp"
#include "pq/connection.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace dwopt::twin {

struct Binaries {
    std::filesystem::path directory;
    int major = 0;
};
// Programs of that major version (0: the newest there are). Throws Error{refused} naming the package that has them.
[[nodiscard]] Binaries find_binaries(int major, const std::filesystem::path& given);

inline constexpr const char* superuser = "dwopt";
inline constexpr const char* schema_role = "dwopt_schema";    // owns what the schema brings; no rights beyond
inline constexpr const char* planner_role = "dwopt_planner";  // reads and writes everything, owns nothing

// What a database's default collation is made of.
struct Locale {
    std::string collate, ctype;
    std::string icu;  // not empty: ICU's, by this locale
};

// Where the parts of a twin are.
struct Place {
    std::filesystem::path data;     // PGDATA
    std::filesystem::path runtime;  // the socket, the log, the file that says when it was last used; 0700
    [[nodiscard]] std::filesystem::path used() const { return runtime / "used"; }
    [[nodiscard]] std::filesystem::path log() const { return runtime / "server.log"; }
};

class Server {
  public:
    Server(Binaries binaries, Place place, Duration idle) : binaries_(std::move(binaries)), place_(std::move(place)), idle_(idle) {}

    // initdb; the directory must be empty. False: the machine does not have that locale, so it is C.UTF-8.
    [[nodiscard]] bool initialise(const Locale& locale);
    void start();               // under a keeper; returns when it answers
    void stop();                // at once; nothing happens if it is not running
    [[nodiscard]] bool running() const;
    [[nodiscard]] bool answers() const;
    [[nodiscard]] bool died() const;  // it was killed and not stopped: its files may be torn
    [[nodiscard]] bool replaced() const;  // its program was, by an upgrade: it cannot load what belongs to the new one
    void touch() const;
    [[nodiscard]] pq::ConnectionOptions connection(const char* user) const;
    [[nodiscard]] const Account& account() const { return account_; }
    [[nodiscard]] const Place& place() const { return place_; }

  private:
    [[nodiscard]] std::string program(const char* name) const { return (binaries_.directory / name).string(); }
    [[nodiscard]] std::optional<int> postmaster() const;  // its pid, if it lives and is ours
    [[nodiscard]] std::string end_of_log() const;

    Binaries binaries_;
    Place place_;
    Duration idle_;
    Account account_ = server_account();
};

}  // namespace dwopt::twin
