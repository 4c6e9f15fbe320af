#include "postgres/warehouse.hpp"
#include "session.hpp"
#include "twin/twin.hpp"
#include "workspace/workspace.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

class Doctor : public Command {
  public:
    void declare(OptionSet&) override {}

    int run(Session& session) override {
        const auto warehouse = postgres::open_warehouse(session.connection());
        const Target target = warehouse->server().target;
        std::vector<Capability> capabilities = warehouse->capabilities();
        capabilities.push_back(workspace_state(session, target));
        capabilities.push_back(configuration_state(session));
        capabilities.push_back(twin_state(session, target));
        session.meet(target);
        session.finish(answer_capabilities(capabilities, target));
        return 0;
    }

  private:
    // Looks without making one.
    static Capability workspace_state(Session& session, const Target& target) {
        const auto& directory = session.workspace();
        Capability found{"workspace", Capability::State::ok, directory.string(), "", ""};
        std::error_code unreadable;
        if (!std::filesystem::exists(directory / workspace::database_name, unreadable)) {
            found.detail += ", not made yet";
            found.remedy = "dwopt collect";
            return found;
        }
        try {
            session.store(Opening::read_only);
            session.require_target(target);
            found.detail += fmt::format(", {}", human(workspace::size_on_disk(directory)));
        } catch (const Error& error) {
            found.state = Capability::State::missing;
            found.detail = error.what();
            found.without = "Nothing can be collected into it from this warehouse.";
            found.remedy = error.hint();
        }
        return found;
    }

    static Capability twin_state(Session& session, const Target& target) {
        Capability found{"planner twin", Capability::State::ok, "", "", ""};
        try {
            found.detail = fmt::format("server programs in {}", twin::server_programs(target.server_version_num / 10000, session.config().twin_bindir).string());
        } catch (const Error& error) {
            return {"planner twin", Capability::State::missing, error.what(), "What-if questions are put to production through HypoPG, or answered by rules.",
                    error.hint()};
        }
        std::error_code unreadable;
        const bool workspace = std::filesystem::exists(session.workspace() / workspace::database_name, unreadable);
        const auto checked = workspace ? loop::last_twin_check(session.store(Opening::read_only)) : std::string{};
        found.detail += checked.empty() ? "; not checked against production yet (dwopt twin check)" : "; " + checked;
        return found;
    }

    static Capability configuration_state(Session& session) {
        const auto& file = session.config().file;
        return {"configuration", Capability::State::ok, file ? file->string() : "none: every key has its default", "", ""};
    }
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace dwopt::cli
