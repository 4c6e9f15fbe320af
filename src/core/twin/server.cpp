#include "server.hpp"

#include "twin/twin.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace dwopt::twin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int newest_major = 17, oldest_major = 13;
constexpr const char* fallback_locale = "C.UTF-8";

// Waits for the server and, meanwhile, for the file that verbs touch to grow old, or to go: then nobody needs the server.
constexpr const char* keeper = R"sh(
"$1" -D "$2" & server=$!
trap 'kill -INT $server' TERM INT
while kill -0 $server 2>/dev/null; do
  sleep 2 & wait $!
  [ -n "$(find "$3" -newermt "-$4 seconds" 2>/dev/null)" ] || kill -INT $server 2>/dev/null
done)sh";

constexpr const char* settings = R"(listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
shared_buffers = 16MB
max_connections = 24
max_locks_per_transaction = 512
max_worker_processes = 2
checkpoint_timeout = 1d
bgwriter_lru_maxpages = 0
allow_system_table_mods = on
zero_damaged_pages = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = fatal
log_min_error_statement = panic
log_statement = none
)";

bool has_programs(const fs::path& directory) {
    return access((directory / "postgres").c_str(), X_OK) == 0 && access((directory / "initdb").c_str(), X_OK) == 0;
}

int major_of(const fs::path& directory) {
    const auto said = run({}, {(directory / "postgres").string(), "--version"}).output;  // "postgres (PostgreSQL) 15.20 (Debian …)"
    const auto at = said.find(") ");
    int major = 0;
    if (at != std::string::npos) std::from_chars(said.data() + at + 2, said.data() + said.size(), major);
    return major;
}

std::optional<fs::path> installed(int major) {
    for (const auto& directory : {fmt::format("/usr/lib/postgresql/{}/bin", major), fmt::format("/usr/pgsql-{}/bin", major),
                                  fmt::format("/opt/homebrew/opt/postgresql@{}/bin", major)}) {
        if (has_programs(directory)) return directory;
    }
    return std::nullopt;
}

}  // namespace

Binaries find_binaries(int major, const fs::path& given) {
    if (!given.empty()) {
        const int found = has_programs(given) ? major_of(given) : 0;
        if (found != 0 && (major == 0 || found == major)) return {given, found};
        throw Error(ErrorKind::refused, fmt::format("'{}' holds no server programs of PostgreSQL {}", given.string(), major),
                    "Name another directory with twin.bindir in the configuration, or leave it out.");
    }
    if (major != 0) {
        if (const auto directory = installed(major)) return {*directory, major};
        throw Error(ErrorKind::refused, fmt::format("no server programs of PostgreSQL {} are installed, so there can be no planner twin", major),
                    fmt::format("Install them (Debian: postgresql-{}; no server needs to run), or use 'dwopt recommend --what-if live'.", major));
    }
    for (int any = newest_major; any >= oldest_major; --any) {
        if (const auto directory = installed(any)) return {*directory, any};
    }
    throw Error(ErrorKind::refused, "no server programs of PostgreSQL are installed, so there can be no planner twin",
                "Install them (Debian: postgresql-15; no server needs to run).");
}

std::filesystem::path server_programs(int major, const fs::path& bindir) { return find_binaries(major, bindir).directory; }

bool Server::initialise(const Locale& locale) {
    fs::create_directories(place_.data);
    fs::permissions(place_.data, fs::perms::owner_all);
    give(account_, place_.data);
    const auto initdb = [&](const Locale& wish) {
        std::vector<std::string> argv{program("initdb"), "--pgdata=" + place_.data.string(), fmt::format("--username={}", superuser), "--auth=trust",
                                      "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=" + wish.collate, "--lc-ctype=" + wish.ctype, "--no-instructions", "--no-sync"};
        if (!wish.icu.empty()) argv.insert(argv.end(), {"--locale-provider=icu", "--icu-locale=" + wish.icu});
        return run(account_, argv);
    };
    const Locale fallback{fallback_locale, fallback_locale, {}};
    bool as_wished = true;
    auto made = initdb(locale);
    if (made.status != 0 && !locale.icu.empty()) {  // its C library's part is of no weight
        made = initdb({fallback_locale, fallback_locale, locale.icu});
    }
    if (made.status != 0 && (locale.collate != fallback_locale || locale.ctype != fallback_locale || !locale.icu.empty())) {
        as_wished = false;
        made = initdb(fallback);
    }
    if (made.status != 0) {
        const auto end = made.output.substr(made.output.size() - std::min<std::size_t>(made.output.size(), 600));
        throw Error(ErrorKind::failed, "the planner twin's server could not be set up: initdb said: " + end);
    }
    const auto file = place_.data / "postgresql.auto.conf";
    std::ofstream(file) << settings << fmt::format("unix_socket_directories = '\"{}\"'\n", place_.runtime.string());
    give(account_, file);
    return as_wished;
}

void Server::start() {
    touch();
    std::error_code ignored;
    fs::remove(place_.data / "postmaster.pid", ignored);  // of a server that is gone: running() was asked
    fs::remove(place_.runtime / ".s.PGSQL.5432", ignored);
    fs::remove(place_.runtime / ".s.PGSQL.5432.lock", ignored);
    launch(account_, {"/bin/sh", "-c", keeper, "dwopt-twin-keeper", program("postgres"), place_.data.string(), place_.used().string(),
                      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(idle_).count())},
           place_.log());
    for (auto waited = 0ms; waited < 30s; waited += 20ms) {
        if (fs::exists(place_.runtime / ".s.PGSQL.5432", ignored) && answers()) return;
        if (waited > 2s && !postmaster()) break;
        std::this_thread::sleep_for(20ms);
    }
    const auto said = end_of_log();
    throw Error(ErrorKind::failed, fmt::format("the planner twin's server does not start: {}", said.empty() ? "it does not say why" : said),
                "Remove what is left of it with 'dwopt twin drop' and try again.");
}

void Server::stop() {
    const auto pid = postmaster();
    if (!pid) return;
    kill(*pid, SIGINT);  // fast: it writes out what it has, then goes
    for (auto waited = 0ms; waited < 20s && postmaster(); waited += 10ms) std::this_thread::sleep_for(10ms);
    if (!postmaster()) return;
    kill(*pid, SIGQUIT);
    for (auto waited = 0ms; waited < 5s && postmaster(); waited += 10ms) std::this_thread::sleep_for(10ms);
}

bool Server::running() const {
    std::error_code ignored;
    return postmaster().has_value() && fs::exists(place_.runtime / ".s.PGSQL.5432", ignored);
}

bool Server::answers() const {
    auto options = connection(superuser);
    options.connect_timeout = 2s;
    try {
        return pq::Connection(options).query("select 1").rows() == 1;
    } catch (const Error&) {
        return false;
    }
}

bool Server::died() const {
    std::error_code ignored;
    return !postmaster() && fs::exists(place_.data / "postmaster.pid", ignored);
}

bool Server::replaced() const {
    const auto pid = postmaster();
    std::error_code unreadable;
    return pid && fs::read_symlink(fmt::format("/proc/{}/exe", *pid), unreadable).string().ends_with(" (deleted)");
}

void Server::touch() const {
    const int file = open(place_.used().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file < 0) return;
    futimens(file, nullptr);
    close(file);
}

// A pid file that outlived its server may name somebody else's process by now, so the process must also be at home in our
// data directory.
std::optional<int> Server::postmaster() const {
    std::ifstream file(place_.data / "postmaster.pid");
    int pid = 0;
    if (!(file >> pid) || pid <= 1 || (kill(pid, 0) != 0 && errno == ESRCH)) return std::nullopt;
    std::error_code unreadable;
    const auto cwd = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), unreadable);
    if (unreadable) return fs::exists("/proc/self") ? std::nullopt : std::optional(pid);  // dead, and not yet missed by its parent
    if (cwd != fs::weakly_canonical(place_.data)) return std::nullopt;
    return pid;
}

pq::ConnectionOptions Server::connection(const char* user) const {
    pq::ConnectionOptions options;
    options.conninfo = fmt::format("host='{}' port=5432 dbname=postgres user={} sslmode=disable gssencmode=disable", place_.runtime.string(), user);
    options.application_name = "dwopt/twin";
    options.read_only = false;
    return options;
}

std::string Server::end_of_log() const {
    std::ifstream file(place_.log(), std::ios::ate);
    const auto size = static_cast<std::streamoff>(file.tellg());
    if (size <= 0) return {};
    file.seekg(std::max<std::streamoff>(0, size - 400));
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace dwopt::twin
