#include "session.hpp"

#include "places.hpp"
#include "postgres/warehouse.hpp"
#include "workspace/workspace.hpp"

#include <cctype>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dwopt::cli {
namespace {

std::string place_of(const Target& target) {
    return fmt::format("database '{}' on {}:{}", target.database, target.host, target.port);
}

// A directory beside the workspace, named after the database as far as that is a plain name: it is typed into a shell.
std::string sibling(const std::filesystem::path& workspace, const std::string& database) {
    std::string name;
    for (const char c : database) name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '_';
    auto directory = workspace.parent_path() / name;
    if (directory == workspace) directory += "-2";
    return directory.string();
}

// A configuration that others can read must not hold a password.
bool readable_by_others(const std::filesystem::path& file) {
    struct stat found = {};
    return stat(file.c_str(), &found) == 0 && (found.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace

Session::Session(const Verb& verb, const Shared& shared, const Environment& environment, const StopSignal& stop)
    : verb_(verb), shared_(shared), environment_(environment), stop_(stop), clock_(stop),
      console_(shared.output, environment), sink_(shared.output.file) {}

Session::~Session() = default;

void Session::prepare() {
    if (pq::has_password(shared_.connection.dsn)) {
        warn({"password_in_arguments", "the password in '--dsn' can be seen by others in the process list",
              "Put it into ~/.pgpass or a service file instead."});
    }
    if (verb_.need == Need::nothing) return;
    workspace_ = workspace_directory(shared_.place.workspace, environment_);
    const auto file = config_file(shared_.place.config, workspace_, environment_);
    if (!file) return;
    config_ = read_config(*file);
    console_.detail(fmt::format("configuration: {}", file->string()));
    const bool secret = pq::has_password(config_.dsn) || pq::has_password(config_.deploy_dsn) ||
                        std::any_of(config_.standbys.begin(), config_.standbys.end(), pq::has_password);
    if (secret && readable_by_others(*file)) {
        warn({"password_in_readable_file", fmt::format("'{}' holds a password and others can read it", file->string()),
              fmt::format("Take the right away: chmod 600 '{}'.", file->string())});
    }
}

Store& Session::store(Opening how) {
    if (store_) return *store_;
    console_.detail(fmt::format("workspace: {}", workspace_.string()));
    std::error_code unreadable;
    if (how != Opening::make && !std::filesystem::exists(workspace_ / workspace::database_name, unreadable)) {
        throw Error(ErrorKind::workspace, fmt::format("there is no workspace in '{}'", workspace_.string()),
                    fmt::format("Make one with a first snapshot: dwopt -C '{}' collect.", workspace_.string()));
    }
    const auto access = how == Opening::read_only ? workspace::Access::read_only : workspace::Access::read_write;
    store_ = workspace::open(workspace_, access);
    return *store_;
}

pq::ConnectionOptions Session::connection() const {
    pq::ConnectionOptions options;
    options.conninfo = shared_.connection.dsn.empty() ? config_.dsn : shared_.connection.dsn;
    options.application_name = fmt::format("dwopt/{}", verb_.name);
    return options;
}

pq::ConnectionOptions Session::deploy_connection() const {
    pq::ConnectionOptions options = connection();
    // -d names the warehouse for this run, and so wins over both connections of the configuration.
    if (deploys_by_another_way()) options.conninfo = config_.deploy_dsn;
    options.role = config_.deploy_role;
    options.read_only = false;
    return options;
}

std::unique_ptr<Warehouse> Session::open_warehouse(Opening how) {
    std::vector<pq::ConnectionOptions> standbys;
    for (const auto& conninfo : config_.standbys) {
        standbys.push_back(connection());
        standbys.back().conninfo = conninfo;
    }
    auto warehouse = postgres::open_warehouse(connection(), standbys);
    store(how);
    require_target(warehouse->server().target);
    return warehouse;
}

bool Session::deploys_by_another_way() const { return shared_.connection.dsn.empty() && !config_.deploy_dsn.empty(); }

void Session::require_target(const Target& target, bool by_another_way) {
    target_ = target;
    const auto bound = store().target();
    if (!bound) return;
    const bool same_place = by_another_way || (bound->host == target.host && bound->port == target.port);
    if (bound->system_identifier == target.system_identifier && bound->database == target.database && same_place) return;
    throw Error(ErrorKind::workspace,
                fmt::format("workspace '{}' belongs to {}, not to {}: nothing was read or changed", workspace_.string(),
                            place_of(*bound), place_of(target)),
                fmt::format("Make a second workspace for this warehouse: dwopt -C '{}' collect.",
                            sibling(workspace_, target.database)));
}

Target Session::workspace_target() {
    if (!target_) target_ = store().target();
    return target_.value_or(Target{});
}

void Session::warn(const Warning& warning) {
    console_.warn(warning);
    warnings_.push_back(warning);
}

void Session::add_warnings(const std::vector<Warning>& warnings) {
    for (const Warning& warning : warnings) warn(warning);
}

Frame Session::frame() { return {verb_.name, clock_.now(), target_, warnings_}; }

void Session::finish(const Answer& answer) {
    console_.clear();
    written_ = true;
    if (!shared_.output.wants_document()) return;
    sink_.write(render(answer, frame(), shared_.output, environment_));
}

void Session::finish_raw(std::string_view text) {
    written_ = true;
    sink_.write(text);
}

void Session::finish_failed(const Error& error) {
    console_.clear();
    if (shared_.output.json() && !written_) sink_.write(render_failure(error, frame()));
    written_ = true;
}

int Session::status(int status) const {
    const int interrupted = stop_.exit_status();
    return interrupted != 0 ? interrupted : status;
}

std::string Session::text(const Document& document, int descriptor) const {
    return render_for_terminal(document, shared_.output, descriptor, environment_);
}

}  // namespace dwopt::cli
