#include "state.hpp"

#include "dwopt/error.hpp"
#include "json/json.hpp"
#include "json/storage.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace dwopt::twin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path state_file(const fs::path& directory) { return directory / "twin.json"; }

// Only what we made ourselves is ever removed: a directory by this name, that belongs to the server's user or to us.
bool ours(const fs::path& directory) {
    struct stat found = {};
    if (lstat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return false;
    return found.st_uid == geteuid() || found.st_uid == server_account().uid;
}

}  // namespace

Lock::Lock(const fs::path& directory, const Cancellation& cancel) {
    fs::create_directories(directory);
    fs::permissions(directory, fs::perms::owner_all);
    const auto file = directory / "twin.lock";
    descriptor_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) throw Error(ErrorKind::workspace, fmt::format("cannot open '{}' ({})", file.string(), std::strerror(errno)));
    for (auto waited = 0ms; flock(descriptor_, LOCK_EX | LOCK_NB) != 0; waited += 50ms) {
        const bool give_up = waited > 60s;
        if (!give_up && !cancel.requested()) {
            std::this_thread::sleep_for(50ms);
            continue;
        }
        close(descriptor_);
        if (!give_up) throw Error(ErrorKind::interrupted, "interrupted while another command used the planner twin");
        throw Error(ErrorKind::busy, "another command uses the planner twin of this workspace", "Run the command again when it has ended.");
    }
}

Lock::~Lock() {
    if (descriptor_ >= 0) close(descriptor_);
}

std::optional<State> read_state(const fs::path& directory) {
    std::ifstream file(state_file(directory));
    if (!file) return std::nullopt;
    try {
        const auto json = nlohmann::json::parse(file);
        State state;
        state.fingerprint = json.at("fingerprint");
        state.structure = json.value("structure", "");
        state.complete = json.at("complete");
        state.place.data = json.at("data").get<std::string>();
        state.place.runtime = json.at("runtime").get<std::string>();
        state.report.server_version_num = json.at("server_version_num");
        state.report.relations = json.at("relations");
        state.report.columns = json.at("columns");
        state.report.disk = Bytes{json.at("disk_bytes")};
        state.report.warnings = json::load<std::vector<Warning>>(json.at("warnings").dump());
        return state;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void write_state(const fs::path& directory, const State& state) {
    const json::Json json{{"fingerprint", state.fingerprint},
                          {"structure", state.structure},
                          {"complete", state.complete},
                          {"data", state.place.data.string()},
                          {"runtime", state.place.runtime.string()},
                          {"server_version_num", state.report.server_version_num},
                          {"relations", state.report.relations},
                          {"columns", state.report.columns},
                          {"disk_bytes", state.report.disk.value},
                          {"warnings", json::Json::parse(json::store(state.report.warnings))}};
    const auto file = state_file(directory), fresh = fs::path(file.string() + ".new");
    std::ofstream(fresh) << json::dump(json);
    fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write);
    fs::rename(fresh, file);
}

Place choose_place(const Options& options) {
    const auto account = server_account();
    std::random_device random;
    const auto name = fmt::format("dwopt-twin-{:08x}{:08x}", random(), random());
    // Root's workspace is closed to the server's user, so the data lies beside the socket there.
    const auto runtime = (account.other() ? fs::path("/var/tmp") : options.runtime) / name;
    return {(account.other() ? runtime : options.directory) / "data", runtime};
}

void make(const Place& place) {
    if (mkdir(place.runtime.c_str(), 0700) != 0) {  // also where somebody else was quicker: it must be ours
        throw Error(ErrorKind::failed, fmt::format("no directory for the planner twin's socket can be made in '{}': {}",
                                                   place.runtime.parent_path().string(), std::strerror(errno)));
    }
    give(server_account(), place.runtime);
}

bool drop_standing(const Options& options) {
    const auto state = read_state(options.directory);
    std::error_code ignored;
    if (state) {
        Server({}, state->place, options.idle).stop();
        for (const auto& directory : {state->place.data, state->place.runtime}) {
            if (ours(directory)) fs::remove_all(directory, ignored);
        }
    }
    fs::remove(state_file(options.directory), ignored);
    return state.has_value();
}

bool drop(const Options& options) {
    struct Never : Cancellation {
        [[nodiscard]] bool requested() const override { return false; }
    };
    if (!fs::exists(options.directory)) return false;
    const Lock lock(options.directory, Never{});
    return drop_standing(options);
}

Bytes disk_usage(const fs::path& directory) {
    std::int64_t blocks = 0;
    std::error_code gone;
    for (const auto& entry : fs::recursive_directory_iterator(directory, gone)) {
        struct stat found = {};
        if (lstat(entry.path().c_str(), &found) == 0) blocks += found.st_blocks;
    }
    return Bytes{blocks * 512};
}

}  // namespace dwopt::twin
