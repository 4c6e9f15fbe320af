#include "places.hpp"

#include "dwopt/error.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace dwopt;
using namespace dwopt::cli;
namespace fs = std::filesystem;

namespace {

struct Scratch {
    fs::path path;
    Scratch() {
        std::string name = (fs::temp_directory_path() / "dwopt-places.XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Scratch() { fs::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

}  // namespace

TEST_CASE("the workspace is looked for in the order of the contract") {
    const Scratch scratch;
    Environment environment;
    environment.home = "/home/ann";
    environment.working_directory = scratch.path / "a" / "b";
    fs::create_directories(environment.working_directory);

    CHECK(workspace_directory({}, environment) == "/home/ann/.local/state/dwopt/default");
    environment.variables["XDG_STATE_HOME"] = "relative";  // to be ignored, says the specification
    CHECK(workspace_directory({}, environment) == "/home/ann/.local/state/dwopt/default");
    environment.variables["XDG_STATE_HOME"] = "/state";
    CHECK(workspace_directory({}, environment) == "/state/dwopt/default");
    fs::create_directory(scratch.path / ".dwopt");
    CHECK(workspace_directory({}, environment) == scratch.path / ".dwopt");
    fs::create_directory(scratch.path / "a" / ".dwopt");
    CHECK(workspace_directory({}, environment) == scratch.path / "a" / ".dwopt");
    environment.variables["DWOPT_WORKSPACE"] = "/elsewhere";
    CHECK(workspace_directory({}, environment) == "/elsewhere");
    environment.variables["DWOPT_WORKSPACE"] = "";
    CHECK(workspace_directory({}, environment) == scratch.path / "a" / ".dwopt");
    CHECK(workspace_directory("../ws", environment) == scratch.path / "a" / "ws");
    CHECK_THROWS_AS(static_cast<void>(workspace_directory("", environment)), Error);
}

TEST_CASE("nowhere to go is an error, not the root directory") {
    Environment environment;
    environment.working_directory = "/";
    CHECK_THROWS_AS(static_cast<void>(workspace_directory({}, environment)), Error);
}

TEST_CASE("the configuration is looked for in the order of the contract") {
    const Scratch scratch;
    Environment environment;
    environment.home = scratch.path;
    environment.working_directory = scratch.path;
    const fs::path workspace = scratch.path / "ws";
    fs::create_directories(workspace);
    fs::create_directories(scratch.path / ".config" / "dwopt");

    CHECK_FALSE(config_file({}, workspace, environment));
    const fs::path personal = scratch.path / ".config" / "dwopt" / "dwopt.toml";
    std::ofstream(personal) << "\n";
    CHECK(config_file({}, workspace, environment) == personal);
    std::ofstream(workspace / "dwopt.toml") << "\n";
    CHECK(config_file({}, workspace, environment) == workspace / "dwopt.toml");
    std::ofstream(scratch.path / "mine.toml") << "\n";
    CHECK(config_file("mine.toml", workspace, environment) == scratch.path / "mine.toml");
    CHECK_THROWS_AS(static_cast<void>(config_file("missing.toml", workspace, environment)), Error);
    CHECK_THROWS_AS(static_cast<void>(config_file(".", workspace, environment)), Error);
}
