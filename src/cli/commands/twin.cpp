#include "postgres/oracle.hpp"
#include "suggest.hpp"
#include "twin_access.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace dwopt::cli {
namespace {

class TwinCommand : public Command {
  public:
    void declare(OptionSet& options) override {
        options.synopsis("build|check|drop|psql [-- ARGS...]");
        options.argument("ACTION", "build the planner twin, check it against production, drop it, or run psql on it").into(words_);
    }

    int run(Session& session) override {
        if (words_.empty()) throw Error(ErrorKind::usage, "nothing said about what to do with the planner twin", "Type: dwopt twin build.");
        const std::string action = words_.front();
        if (action != "psql" && words_.size() > 1) {
            throw Error(ErrorKind::usage, fmt::format("'{}' takes no more words, but got '{}'", action, words_[1]), fmt::format("Type: dwopt twin {}.", action));
        }
        if (action == "build") return build(session);
        if (action == "check") return check(session);
        if (action == "drop") return drop(session);
        if (action == "psql") return psql(session);
        throw Error(ErrorKind::usage, fmt::format("the planner twin knows no '{}'", action),
                    did_you_mean(action, {"build", "check", "drop", "psql"}) + "See 'dwopt twin --help'.");
    }

  private:
    static int build(Session& session) {
        const auto twin = open_twin(session);
        session.add_warnings(twin->report().warnings);
        session.finish(answer_twin(twin->report(), session.workspace_target()));
        return 0;
    }

    static int check(Session& session) {
        if (from_bundle(session)) {
            throw Error(ErrorKind::refused, "this workspace knows its warehouse from a bundle, so there is no production to compare with",
                        "Check the twin in a workspace that collects from the server.");
        }
        const auto warehouse = session.open_warehouse();
        const auto production = postgres::open_planner(session.connection(), session.config().what_if_role);
        const std::shared_ptr<twin::Twin> twin = open_twin(session);
        session.add_warnings(twin->report().warnings);
        const auto now = warehouse->snapshot(session.store().known_state(), false, session.console()).catalog;
        const auto oracle = twin::open_oracle(twin);
        const auto result = loop::check_twin(*production, *oracle, twin->report(), now, session.run(), loop::default_since);
        session.finish(answer_twin_check(result, session.workspace_target()));
        return 0;
    }

    static int drop(Session& session) {
        const bool stood = twin::drop(twin_options(session));
        session.console().say(stood ? "the planner twin is gone" : "there was no planner twin");
        return 0;
    }

    // psql takes our place. What it asks is planned by the role without rights; there are no rows to be had.
    int psql(Session& session) const {
        const auto twin = open_twin(session);
        const auto conninfo = twin->planner().conninfo;
        session.console().say("planner twin: real plans on empty tables; EXPLAIN works, statements that need rows find none");
        std::vector<std::string> argv{"psql", "-X", "-d", conninfo};
        argv.insert(argv.end(), words_.begin() + 1, words_.end());
        std::vector<char*> words;
        for (auto& word : argv) words.push_back(word.data());
        words.push_back(nullptr);
        execvp("psql", words.data());
        throw Error(ErrorKind::failed, fmt::format("psql cannot be started: {}", std::strerror(errno)), "Install it (Debian: postgresql-client-15).");
    }

    std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_twin() { return std::make_unique<TwinCommand>(); }

}  // namespace dwopt::cli
