// One run of a verb: its configuration, its workspace, its connections and its one document. Everything is opened when
// it is first asked for, so that `analyze` needs no server and `completion` needs nothing.
#pragma once

#include "answer.hpp"
#include "config.hpp"
#include "console.hpp"
#include "environment.hpp"
#include "dwopt/loop.hpp"
#include "pq/connection.hpp"
#include "shared_options.hpp"
#include "signals.hpp"
#include "sink.hpp"
#include "verbs.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::cli {

// How a verb opens the workspace.
enum class Opening { make, existing, read_only };

class Session {
  public:
    // Opens the sink, so an unwritable --output fails before any work. References must outlive the session.
    Session(const Verb& verb, const Shared& shared, const Environment& environment, const StopSignal& stop);
    ~Session();

    // Finds the workspace and reads the configuration, as far as the verb needs them. Throws Error{usage}.
    void prepare();

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] const Shared& shared() const { return shared_; }
    [[nodiscard]] const Environment& environment() const { return environment_; }
    [[nodiscard]] const std::filesystem::path& workspace() const { return workspace_; }
    // Opened by the first call, made only if that call says so. Throws Error{workspace}.
    Store& store(Opening how = Opening::existing);
    void close_store() { store_.reset(); }
    [[nodiscard]] Clock& clock() { return clock_; }
    [[nodiscard]] Console& console() { return console_; }
    [[nodiscard]] const StopSignal& stop() const { return stop_; }
    [[nodiscard]] loop::Run run() { return {store(), clock_, console_, stop_}; }

    // How to connect: -d, else the configuration, else libpq's own variables and files.
    [[nodiscard]] pq::ConnectionOptions connection() const;
    [[nodiscard]] pq::ConnectionOptions deploy_connection() const;  // of [deploy] where it says so
    // A new connection to the warehouse; then the workspace, checked by require_target(). In this order, so that a server
    // that is not there leaves no workspace behind.
    [[nodiscard]] std::unique_ptr<Warehouse> open_warehouse(Opening how = Opening::existing);
    void meet(const Target& target) { target_ = target; }  // what the envelope says
    // Throws Error{workspace} if the workspace belongs to another warehouse; remembers the target for the envelope.
    // `by_another_way`: through a connection of its own, whose host and port may differ.
    void require_target(const Target& target, bool by_another_way = false);
    [[nodiscard]] bool deploys_by_another_way() const;
    // The target for the envelope of a verb that does not connect; the workspace's, if it has one.
    [[nodiscard]] Target workspace_target();

    void warn(const Warning& warning);  // to the terminal now, and into the envelope
    void add_warnings(const std::vector<Warning>& warnings);
    void finish(const Answer& answer);  // writes the document; once
    void finish_raw(std::string_view text);
    void finish_failed(const Error& error);  // the JSON envelope of a failure; nothing once a document is out
    // What to return from run() at the end: 128 + signal if the user asked to stop, else `status`.
    [[nodiscard]] int status(int status) const;
    [[nodiscard]] std::string text(const Document& document, int descriptor) const;

  private:
    [[nodiscard]] Frame frame();

    const Verb& verb_;
    const Shared& shared_;
    const Environment& environment_;
    const StopSignal& stop_;
    SystemClock clock_;
    Console console_;
    Sink sink_;
    std::filesystem::path workspace_;
    Config config_;
    std::unique_ptr<Store> store_;
    std::optional<Target> target_;
    std::vector<Warning> warnings_;
    bool written_ = false;
};

}  // namespace dwopt::cli
