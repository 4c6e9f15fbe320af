#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace dwopt::report {
namespace {

std::string version_of(int number) { return fmt::format("PostgreSQL {}.{}", number / 10000, number % 10000); }

Cell error_cell(double q) { return {fmt::format("{:.4g}", q), q <= 1.01 ? Tone::good : q <= 1.2 ? Tone::plain : Tone::bad, fmt::format("{}", q)}; }

}  // namespace

Document of_twin(const TwinReport& report, const Target& target) {
    Document document{"Planner twin of " + words(target), "", {}, {}};
    document.subtitle = report.reused ? "Nothing had changed: the one that stands was taken." : fmt::format("Built in {}.", human(report.elapsed));
    Facts facts{{{"server", version_of(report.server_version_num)},
                 {"relations", whole(report.relations)},
                 {"columns with statistics", whole(report.columns)},
                 {"disk", human(report.disk)}}};
    document.sections.push_back({"twin", "", {facts}});
    document.next = {"dwopt recommend", "dwopt twin psql"};
    return document;
}

Document of_twin_check(const TwinCheck& check, const Target& target) {
    Document document{"Planner twin and production of " + words(target), "", {}, {}};
    document.subtitle = check.queries == 0 ? "No pattern could be planned on both sides."
                                           : fmt::format("{} of {} plans are the same ({}).", check.same_plans, check.queries,
                                                         human_percent(100.0 * check.same_plans / check.queries));
    Facts facts{{{"cost, q-error: median", error_cell(check.median)}, {"95 %", error_cell(check.p95)}, {"worst", error_cell(check.worst)}}};
    TableBlock table{{text_column("pattern", "pattern"), number_column("production", "production_cost"), number_column("twin", "twin_cost"),
                      text_column("plan", "same_plan"), sentence_column("cause", "cause")}, {}, "Nothing differs."};
    for (const auto& d : check.differences) {
        table.rows.push_back({d.pattern.substr(0, 8), {human_count(d.production.value), Tone::plain, fmt::format("{}", d.production.value)},
                              {human_count(d.twin.value), Tone::plain, fmt::format("{}", d.twin.value)},
                              d.same_plan ? Cell{"same", Tone::plain, "true"} : Cell{"another", Tone::bad, "false"}, d.cause});
    }
    document.sections.push_back({"check", "", {facts}});
    document.sections.push_back({"differences", "Where they differ", {table}});
    if (!check.failures.empty()) document.sections.push_back({"failures", "Not planned", {ListBlock{check.failures}}});
    document.next = {"dwopt recommend"};
    return document;
}

}  // namespace dwopt::report
