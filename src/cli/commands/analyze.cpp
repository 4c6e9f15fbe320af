#include "exit_status.hpp"
#include "session.hpp"

#include <algorithm>

namespace dwopt::cli {
namespace {

class Analyze : public Command {
  public:
    void declare(OptionSet& options) override {
        const auto known = report::analysis_sections();
        options.value("since", 0, "DURATION", "look back so far from the last snapshot (default 7d)").into(since_);
        options.value("top", 0, "N", "patterns in a list (default 10)").into(top_, 1);
        options.value("section", 0, "NAME,...", "show these sections").into(sections_).one_of({known.begin(), known.end()});
        options.value("fail-on", 0, "LEVEL", "exit with 10 if a finding is as bad as LEVEL or worse")
            .into(fail_on_).one_of({"info", "warning", "critical"});
    }

    int run(Session& session) override {
        session.store();
        const loop::AnalyzeOptions options{since_.value_or(loop::default_since), session.config().thresholds};
        const Analysis analysis = loop::analyze(session.run(), options);
        session.add_warnings(analysis.warnings);
        session.finish(answer_analysis(analysis, session.workspace_target(), top_.value_or(10), sections_));
        return found_too_bad(analysis) ? exit_found : exit_done;
    }

  private:
    [[nodiscard]] bool found_too_bad(const Analysis& analysis) const {
        if (!fail_on_) return false;
        const Severity limit = parse_severity(*fail_on_);
        return std::any_of(analysis.bottlenecks.begin(), analysis.bottlenecks.end(),
                           [&](const Finding& finding) { return finding.severity >= limit; });
    }

    std::optional<Duration> since_;
    std::optional<int> top_;
    report::Sections sections_;
    std::optional<std::string> fail_on_;
};

}  // namespace

std::unique_ptr<Command> make_analyze() { return std::make_unique<Analyze>(); }

}  // namespace dwopt::cli
