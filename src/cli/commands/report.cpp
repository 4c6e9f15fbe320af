#include "session.hpp"

namespace dwopt::cli {
namespace {

class Report : public Command {
  public:
    void declare(OptionSet& options) override {
        const auto known = report::report_sections();
        options.value("section", 0, "NAME,...", "show these sections").into(sections_).one_of({known.begin(), known.end()});
    }

    int run(Session& session) override {
        session.store(Opening::read_only);
        const loop::AnalyzeOptions options{loop::default_since, session.config().thresholds};
        const report::ReportInput input = loop::report_input(session.run(), options, 10);
        static_cast<void>(session.workspace_target());
        session.finish(answer_report(input, sections_));
        return 0;
    }

    [[nodiscard]] std::vector<std::string> formats() const override {
        auto formats = common_formats();
        formats.insert(formats.end(), {"html", "prometheus"});
        return formats;
    }

  private:
    report::Sections sections_;
};

}  // namespace

std::unique_ptr<Command> make_report() { return std::make_unique<Report>(); }

}  // namespace dwopt::cli
