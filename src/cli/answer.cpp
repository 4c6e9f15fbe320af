#include "answer.hpp"

#include "console.hpp"
#include "dwopt/error.hpp"
#include "json/contract.hpp"
#include "json/json.hpp"
#include "json/plan.hpp"
#include "report/prometheus.hpp"
#include "report/render.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace dwopt::cli {
namespace {

using json::Json;

std::vector<Deployment> deployments_of(const std::vector<Outcome>& outcomes) {
    std::vector<Deployment> deployments;
    for (const Outcome& outcome : outcomes) deployments.push_back(outcome.deployment);
    return deployments;
}

// What went wrong worst decides: a defect before a failure, a failure before a refusal.
int gravity(ErrorKind kind) {
    constexpr std::array order{ErrorKind::usage,  ErrorKind::refused,   ErrorKind::regressed, ErrorKind::busy,
                               ErrorKind::privilege, ErrorKind::connection, ErrorKind::workspace, ErrorKind::failed,
                               ErrorKind::interrupted, ErrorKind::internal};
    return static_cast<int>(std::find(order.begin(), order.end(), kind) - order.begin());
}

std::optional<Error> worst(const std::vector<Outcome>& outcomes) {
    const Outcome* found = nullptr;
    for (const Outcome& outcome : outcomes) {
        if (!outcome.failure) continue;
        if (found == nullptr || gravity(*outcome.failure) > gravity(*found->failure)) found = &outcome;
    }
    if (found == nullptr) return std::nullopt;
    return Error(*found->failure, found->message, fmt::format("See what happened: dwopt report --section deployments."));
}

Json report_data(const report::ReportInput& input, const report::Sections& sections) {
    const auto wanted = [&](std::string_view name) {
        return sections.empty() || std::find(sections.begin(), sections.end(), name) != sections.end();
    };
    Json data = Json::object();
    if (wanted("overview")) data["snapshots"] = input.snapshots.size();
    if (input.analysis && (wanted("patterns") || wanted("bottlenecks"))) {
        const Json analysis = json::to_json(*input.analysis);
        for (const auto& [key, value] : analysis.items()) {
            const bool other = (key == "patterns" && !wanted(key)) || (key == "bottlenecks" && !wanted(key));
            if (!other) data[key] = value;
        }
    }
    if (wanted("recommendations")) {
        data["recommendations"] = Json::array();
        for (const auto& recommendation : input.recommendations) data["recommendations"].push_back(json::to_json(recommendation));
    }
    if (wanted("deployments")) data.update(json::deployments_json(input.deployments));
    if (wanted("history")) data.update(json::history_json(input.history));
    return data;
}

std::string prometheus_of(const report::ReportInput& input) {
    const Timestamp at = input.snapshots.empty() ? input.now : input.snapshots.back().window.to;
    return report::prometheus(input.analysis.value_or(Analysis{}), input.recommendations, input.deployments, input.target, at);
}

}  // namespace

Answer answer_collect(const CollectSummary& summary) {
    return {report::of_collect(summary), [&] { return json::to_json(summary); }, false, {}, {}};
}

Answer answer_analysis(const Analysis& analysis, const Target& target, int top, const report::Sections& sections) {
    return {report::of_analysis(analysis, target, top, sections), [&] { return json::to_json(analysis); }, !sections.empty(), {}, {}};
}

Answer answer_advice(const Advice& advice, const Target& target) {
    return {report::of_advice(advice, target), [&] { return json::to_json(advice); }, false, {}, {}};
}

Answer answer_recommendation(const Recommendation& recommendation, const std::vector<PlanComparison>& plans, const Target& target) {
    const auto data = [&] {
        Json compared = Json::array();
        for (const auto& plan : plans) compared.push_back(json::to_json(plan));
        return Json{{"recommendations", Json::array({json::to_json(recommendation)})}, {"plans", std::move(compared)}};
    };
    return {report::of_recommendation(recommendation, plans, target), data, false, {}, {}};
}

Answer answer_plan(const std::vector<Deployment>& deployments, report::Direction direction) {
    return {report::of_plan(deployments, direction, true), [&] { return json::deployments_json(deployments); }, false, {}, {}};
}

Answer answer_outcomes(const std::vector<Outcome>& outcomes, report::Direction direction) {
    return {report::of_outcomes(outcomes, direction), [&] { return json::deployments_json(deployments_of(outcomes)); }, false, {},
            worst(outcomes)};
}

Answer answer_report(const report::ReportInput& input, const report::Sections& sections) {
    return {report::of_report(input, sections), [&, sections] { return report_data(input, sections); }, !sections.empty(),
            prometheus_of(input), {}};
}

Answer answer_twin(const TwinReport& report, const Target& target) {
    return {report::of_twin(report, target), [&] { return json::to_json(report); }, false, {}, {}};
}

Answer answer_twin_check(const TwinCheck& check, const Target& target) {
    return {report::of_twin_check(check, target), [&] { return json::to_json(check); }, false, {}, {}};
}

Answer answer_capabilities(const std::vector<Capability>& capabilities, const Target& target) {
    return {report::of_capabilities(capabilities, target), [&] { return json::capabilities_json(capabilities); }, false, {}, {}};
}

std::string render(const Answer& answer, const Frame& frame, const OutputOptions& options, const Environment& environment) {
    const std::string format = options.format.value_or("text");
    if (format == "csv") return report::render_csv(answer.document, answer.chosen_sections);
    if (format == "markdown") return report::render_markdown(answer.document);
    if (format == "html") return report::render_html(answer.document);
    if (format == "prometheus") return answer.prometheus;
    if (format == "text") {
        const bool file = options.file && *options.file != "-";
        return render_for_terminal(answer.document, options, file ? -1 : STDOUT_FILENO, environment);
    }
    Json document = json::envelope(frame.command, frame.generated_at, frame.target, frame.warnings, answer.data());
    if (answer.failure) {
        document["error"] = json::error_envelope(frame.command, frame.generated_at, frame.target, {}, *answer.failure)["error"];
    }
    return json::dump(document);
}

std::string render_failure(const Error& error, const Frame& frame) {
    return json::dump(json::error_envelope(frame.command, frame.generated_at, frame.target, frame.warnings, error));
}

std::string render_for_terminal(const Document& document, const OutputOptions& options, int descriptor,
                                const Environment& environment) {
    const auto locale = environment.get("LC_ALL").value_or(
        environment.get("LC_CTYPE").value_or(environment.get("LANG").value_or("C.UTF-8")));
    const bool ascii = locale == "C" || locale == "POSIX";
    return report::render_text(document, {.width = terminal_width(descriptor),
                                          .colour = wants_colour(options.colour, descriptor, environment),
                                          .unicode = !ascii});
}

PlanFile read_plan(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(json::max_text_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof() && !file) {
        throw Error(ErrorKind::usage, fmt::format("plan '{}' cannot be read", path),
                    "Write one with 'dwopt recommend -f json -o plan.json'.");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    try {
        auto plan = json::plan_from_json(text);
        return {std::move(plan.target), std::move(plan.recommendations)};
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: file '{}'", error.what(), path),
                    error.hint().empty() ? "Write one with 'dwopt recommend -f json -o plan.json'." : error.hint());
    }
}

}  // namespace dwopt::cli
