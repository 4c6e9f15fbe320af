// What a verb has to show, in every format at once: the document for people, the data for scripts. The only file of the
// floor that handles JSON values is answer.cpp.
#pragma once

#include "dwopt/collect.hpp"
#include "dwopt/document.hpp"
#include "dwopt/ports.hpp"
#include "dwopt/stages.hpp"
#include "dwopt/twin.hpp"
#include "environment.hpp"
#include "report/documents.hpp"
#include "shared_options.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::cli {

struct Answer {
    Document document;
    std::function<nlohmann::ordered_json()> data;  // the envelope's `data`; asked for JSON only
    bool chosen_sections = false;                  // the user named sections: CSV shows all of them
    std::string prometheus;                        // report alone
    std::optional<Error> failure;                  // what part of it failed; the envelope then has `error` beside `data`
};

// The functions below keep references to their arguments until the answer is rendered.
[[nodiscard]] Answer answer_collect(const CollectSummary& summary);
[[nodiscard]] Answer answer_analysis(const Analysis& analysis, const Target& target, int top, const report::Sections& sections);
[[nodiscard]] Answer answer_advice(const Advice& advice, const Target& target);
[[nodiscard]] Answer answer_recommendation(const Recommendation& recommendation, const std::vector<PlanComparison>& plans, const Target& target);
[[nodiscard]] Answer answer_plan(const std::vector<Deployment>& deployments, report::Direction direction);
[[nodiscard]] Answer answer_outcomes(const std::vector<Outcome>& outcomes, report::Direction direction);
[[nodiscard]] Answer answer_report(const report::ReportInput& input, const report::Sections& sections);
[[nodiscard]] Answer answer_twin(const TwinReport& report, const Target& target);
[[nodiscard]] Answer answer_twin_check(const TwinCheck& check, const Target& target);
[[nodiscard]] Answer answer_capabilities(const std::vector<Capability>& capabilities, const Target& target);

// What the envelope and the terminal's document say around an answer.
struct Frame {
    std::string_view command;
    Timestamp generated_at{};
    std::optional<Target> target;
    std::vector<Warning> warnings;
};

[[nodiscard]] std::string render(const Answer& answer, const Frame& frame, const OutputOptions& options,
                                 const Environment& environment);
[[nodiscard]] std::string render_failure(const Error& error, const Frame& frame);  // the JSON envelope
// A document for the terminal on `descriptor`.
[[nodiscard]] std::string render_for_terminal(const Document& document, const OutputOptions& options, int descriptor,
                                              const Environment& environment);

// Recommendations out of a file that `recommend -f json` wrote. Throws Error{usage}.
struct PlanFile {
    Target target;
    std::vector<Recommendation> recommendations;
};
[[nodiscard]] PlanFile read_plan(const std::string& path);

}  // namespace dwopt::cli
