#include "deploying.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace dwopt::cli {
namespace {

bool is_file(const std::string& word) { return word.ends_with(".json") || word.find('/') != std::string::npos; }

class Apply : public Command {
  public:
    void declare(OptionSet& options) override {
        options.synopsis("[ID... | --all | PLAN.json]");
        options.argument("ID", "recommendations to apply, or a plan that 'recommend -f json' wrote")
            .into(words_).completed_by(Completes::file);
        options.flag("all", 0, "apply every recommendation that is still open").into(all_);
        consent_.declare(options);
    }

    int run(Session& session) override {
        check_together();
        consent_.check(session, report::Direction::apply);
        const bool from_file = !words_.empty() && is_file(words_.front());
        session.store(from_file ? Opening::make : Opening::existing);
        return deploy(session, consent_,
                      {report::Direction::apply, [&] { return from_file ? plan_of_file(session) : plan_of_ids(session); },
                       [&](std::vector<Deployment> deployments, Deployer& deployer, const DeployPolicy& policy) {
                           return loop::apply(std::move(deployments), deployer, session.run(), policy);
                       }});
    }

  private:
    void check_together() const {
        if (all_ && !words_.empty()) {
            throw Error(ErrorKind::usage, fmt::format("'--all' and '{}' contradict each other", words_.front()),
                        "Give either '--all' or the ids.");
        }
        if (!all_ && words_.empty() && !consent_.dry_run) {  // looking at all of it needs no care
            throw Error(ErrorKind::usage, "nothing said about what to apply",
                        "Name recommendations by id, or take them all: dwopt apply --all.");
        }
        const auto files = std::count_if(words_.begin(), words_.end(), is_file);
        if (files > 0 && words_.size() > 1) {
            throw Error(ErrorKind::usage, "a plan stands alone, without ids or another plan", "Apply one after the other.");
        }
    }

    std::vector<Deployment> plan_of_ids(Session& session) const {
        return loop::plan_apply(session.store(), session.clock(), words_);
    }

    std::vector<Deployment> plan_of_file(Session& session) const {
        const PlanFile plan = read_plan(words_.front());
        const Target own = session.workspace_target();
        const bool bound = !own.system_identifier.empty();
        if (bound && (own.system_identifier != plan.target.system_identifier || own.database != plan.target.database)) {
            throw Error(ErrorKind::usage,
                        fmt::format("plan '{}' was made for another warehouse (database '{}'): nothing was changed",
                                    words_.front(), plan.target.database),
                        "Make one for this warehouse: dwopt recommend -f json -o plan.json.");
        }
        return loop::plan_apply(session.store(), session.clock(), plan.recommendations);
    }

    std::vector<std::string> words_;
    bool all_ = false;
    ConsentOptions consent_;
};

}  // namespace

std::unique_ptr<Command> make_apply() { return std::make_unique<Apply>(); }

}  // namespace dwopt::cli
