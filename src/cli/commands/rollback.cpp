#include "deploying.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

class Rollback : public Command {
  public:
    void declare(OptionSet& options) override {
        options.synopsis("[ID... | --last]");
        options.argument("ID", "deployments to take back, by their own id or their recommendation's").into(ids_);
        options.flag("last", 0, "take back what the last apply did").into(last_);
        consent_.declare(options);
    }

    int run(Session& session) override {
        check_together();
        consent_.check(session, report::Direction::rollback);
        session.store();
        return deploy(session, consent_,
                      {report::Direction::rollback, [&] { return loop::plan_rollback(session.store(), ids_); },
                       [&](std::vector<Deployment> deployments, Deployer& deployer, const DeployPolicy& policy) {
                           return loop::rollback(std::move(deployments), deployer, session.run(), policy);
                       }});
    }

  private:
    void check_together() const {
        if (last_ && !ids_.empty()) {
            throw Error(ErrorKind::usage, fmt::format("'--last' and '{}' contradict each other", ids_.front()),
                        "Give either '--last' or the ids.");
        }
        if (!last_ && ids_.empty() && !consent_.dry_run) {  // looking needs no care
            throw Error(ErrorKind::usage, "nothing said about what to take back",
                        "Name deployments by id, or take back what was done last: dwopt rollback --last.");
        }
    }

    std::vector<std::string> ids_;
    bool last_ = false;
    ConsentOptions consent_;
};

}  // namespace

std::unique_ptr<Command> make_rollback() { return std::make_unique<Rollback>(); }

}  // namespace dwopt::cli
