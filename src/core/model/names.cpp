// The words of every enumeration, in one place: JSON, the workspace, reports and messages all use them.
#include "dwopt/counters.hpp"
#include "dwopt/deployment.hpp"
#include "dwopt/error.hpp"
#include "dwopt/finding.hpp"
#include "dwopt/recommendation.hpp"
#include "dwopt/workload.hpp"

#include <fmt/format.h>

#include <array>

namespace dwopt {
namespace {

using Words = std::span<const std::string_view>;

template <class Enum>
std::string_view word(Words words, Enum value) noexcept {
    const auto position = static_cast<std::size_t>(value);
    return position < words.size() ? words[position] : std::string_view("unknown");
}

template <class Enum>
Enum parse(Words words, std::string_view text, std::string_view what) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == text) return static_cast<Enum>(i);
    }
    std::string known;
    for (const auto w : words) known += (known.empty() ? "" : ", ") + std::string(w);
    throw Error(ErrorKind::usage, fmt::format("'{}' is no {}", text, what), fmt::format("Use one of {}.", known));
}

// Each list in the order of its enumeration.
constexpr std::array<std::string_view, 10> error_words{"usage", "connection", "privilege", "workspace", "busy",
                                                       "refused", "regressed", "failed", "interrupted", "internal"};
constexpr std::array<std::string_view, 10> family_words{"statement", "table", "index", "database", "server",
                                                       "kcache", "wait", "replication", "qual", "standby"};
constexpr std::array<std::string_view, 7> statement_words{"select", "insert", "update", "delete", "merge", "utility", "unknown"};
constexpr std::array<std::string_view, 12> predicate_words{"equal", "in_list", "range", "prefix", "pattern", "is_null",
                                                           "is_not_null", "is_true", "is_false", "not_equal", "contains", "columns"};
constexpr std::array<std::string_view, 3> severity_words{"info", "warning", "critical"};
constexpr std::array<std::string_view, 4> grade_words{"measured", "planner", "generic_plan", "heuristic"};
constexpr std::array<std::string_view, 7> status_words{"pending", "approved", "rejected", "applied",
                                                       "verified", "reverted", "expired"};
constexpr std::array<std::string_view, 2> objective_words{"balanced", "total"};
constexpr std::array<std::string_view, 8> deployment_words{"planned", "running", "observing", "verified",
                                                           "reverting", "reverted", "failed", "needs_attention"};
constexpr std::array<std::string_view, 5> step_words{"planned", "running", "done", "failed", "undone"};
constexpr std::array<std::string_view, 8> action_words{"create_index", "create_parent_index", "attach_index", "drop_index",
                                                       "drop_parent_index", "rebuild_index", "comment_index", "set_index_statistics"};

}  // namespace

std::string_view name(ErrorKind kind) noexcept { return word(error_words, kind); }
std::string_view name(Family family) noexcept { return word(family_words, family); }
std::string_view name(StatementKind kind) noexcept { return word(statement_words, kind); }
std::string_view name(PredicateKind kind) noexcept {
    return kind == PredicateKind::other ? std::string_view("other") : word(predicate_words, kind);
}
std::string_view name(Severity severity) noexcept { return word(severity_words, severity); }
std::string_view name(EvidenceGrade grade) noexcept { return word(grade_words, grade); }
std::string_view name(RecommendationStatus status) noexcept { return word(status_words, status); }
std::string_view name(Objective objective) noexcept { return word(objective_words, objective); }
std::string_view name(DeploymentState state) noexcept { return word(deployment_words, state); }
std::string_view name(StepState state) noexcept { return word(step_words, state); }
std::string_view name(ActionKind kind) noexcept { return word(action_words, kind); }

Severity parse_severity(std::string_view text) { return parse<Severity>(severity_words, text, "severity"); }
EvidenceGrade parse_evidence_grade(std::string_view text) { return parse<EvidenceGrade>(grade_words, text, "evidence grade"); }
RecommendationStatus parse_recommendation_status(std::string_view text) {
    return parse<RecommendationStatus>(status_words, text, "recommendation status");
}
Objective parse_objective(std::string_view text) { return parse<Objective>(objective_words, text, "objective"); }
DeploymentState parse_deployment_state(std::string_view text) {
    return parse<DeploymentState>(deployment_words, text, "deployment state");
}
StepState parse_step_state(std::string_view text) { return parse<StepState>(step_words, text, "step state"); }

std::span<const CounterColumn> columns(Family family) noexcept {
    switch (family) {
        case Family::statement: return statement::columns;
        case Family::table: return table::columns;
        case Family::index: return index::columns;
        case Family::database: return database::columns;
        case Family::server: return server::columns;
        case Family::kcache: return kcache::columns;
        case Family::wait: return wait::columns;
        case Family::replication: return replication::columns;
        case Family::qual: return qual::columns;
        case Family::standby: return standby::columns;
    }
    return {};
}

}  // namespace dwopt
