// A proposed change with everything needed to judge, apply and undo it.
#pragma once

#include "dwopt/catalog.hpp"
#include "dwopt/error.hpp"
#include "dwopt/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt {

enum class EvidenceGrade { measured, planner, generic_plan, heuristic };
[[nodiscard]] std::string_view name(EvidenceGrade grade) noexcept;
[[nodiscard]] EvidenceGrade parse_evidence_grade(std::string_view text);

enum class RecommendationStatus { pending, approved, rejected, applied, verified, reverted, expired };
[[nodiscard]] std::string_view name(RecommendationStatus status) noexcept;
[[nodiscard]] RecommendationStatus parse_recommendation_status(std::string_view text);
// It may still be applied.
[[nodiscard]] constexpr bool is_open(RecommendationStatus status) noexcept {
    return status == RecommendationStatus::pending || status == RecommendationStatus::approved;
}

// An index that does not exist yet. `name` is the one it would get.
struct IndexSpec {
    RelationName table;
    std::string name;
    std::string method = "btree";
    std::vector<IndexKey> keys;
    std::vector<std::string> include;
    std::string predicate;
    bool operator==(const IndexSpec&) const = default;
};

struct PatternEffect {
    std::string pattern;
    Cost before{};
    Cost after{};
    bool operator==(const PatternEffect&) const = default;
};

struct Recommendation {
    std::string id;    // stable across runs for the same change: "ic-" create, "id-" drop, "ir-" replace, "ib-" build again; 8 hex digits
    std::string kind;  // "index.create", "index.drop", "index.replace", "index.rebuild"
    RelationName target;
    std::string layer;    // bronze, silver, gold; empty if the schema name tells none
    std::string summary;  // one line
    std::vector<std::string> ddl;   // statements in order
    std::vector<std::string> undo;  // statements that restore the state before, in order; none for a rebuild, which changes nothing but size
    std::optional<IndexSpec> index;
    Bytes index_size{};             // of a new or rebuilt index as predicted; of a dropped one as it is
    std::vector<RelationName> replaces{};  // indexes that go for it
    Bytes freed{};                  // on disk now, of the indexes that are replaced or built again
    [[nodiscard]] Bytes growth() const { return kind == "index.drop" ? Bytes{} - index_size : index_size - freed; }  // negative: comes free
    struct Benefit {
        Cost before{}, after{};     // of the patterns it touches, weighted by calls
        double saved_pct = 0;
        Millis saved_per_day{};
    } benefit;
    struct Upkeep {
        Cost write_cost_per_day{};
        Bytes size{};
        Millis build{};
    } upkeep;
    double confidence = 0;  // 0..1
    EvidenceGrade evidence = EvidenceGrade::heuristic;
    std::string evidence_source;  // in words: "HypoPG on the server", "rule: …"
    std::vector<std::string> reasons;
    std::vector<std::string> locks;      // what applying it takes, in words, per statement that matters
    std::vector<PatternEffect> patterns;
    RecommendationStatus status = RecommendationStatus::pending;
};

// A pattern's plan as it is, and with all changes that are open.
struct PlanComparison {
    std::string pattern;
    Cost before{}, after{};
    std::vector<std::string> plan_before, plan_after;  // a node a line, indented
};

struct Rejection {
    std::string summary;  // the candidate in one line
    RelationName target;
    std::string reason;   // one sentence
};

struct SkippedQuery {
    std::string pattern;
    std::string reason;
};

// What a set of indexes is chosen for: the workload's total time as it is, or with no pattern counting for more than two fifths of it.
enum class Objective { balanced, total };
[[nodiscard]] std::string_view name(Objective objective) noexcept;
[[nodiscard]] Objective parse_objective(std::string_view text);

struct Advice {
    std::vector<Recommendation> recommendations;  // the plan, in the order to apply it
    std::vector<Rejection> rejected;
    struct Summary {
        Cost before{}, after{};
        double saved_pct = 0;
        Bytes size{};
        std::int64_t what_if_calls = 0;
        Millis elapsed{};
        std::optional<Bytes> budget;
        std::string what_if = "none";  // "twin", "live", "none"
        int queries = 0;
        std::vector<SkippedQuery> skipped;
        std::optional<double> gap_pct{};  // of the weighed saving, at most left to any other set within the limits, by the plans seen
        Objective objective = Objective::balanced;
        struct Hit {  // the pattern that the plan slows down most
            std::string pattern;
            double slower_pct = 0;
            bool writes = false;  // by the upkeep of indexes on what it writes; else by another plan
        };
        std::optional<Hit> worst_hit{};
        struct Risk {  // a pattern that may get slower although its plan costs less
            std::string pattern;
            double row_lookups = 0;  // of rows or pages, one by one, in a call
        };
        std::vector<Risk> at_risk{};  // most first
    } summary;
    std::vector<Warning> warnings;
};

// What the advisor may spend and propose.
struct AdviceOptions {
    Objective objective = Objective::balanced;
    std::vector<std::string> kinds;           // empty: all; "index" covers "index.create"
    std::optional<Bytes> budget;              // storage for new indexes
    int max_width = 3;                        // key columns
    int max_indexes = 0;                      // 0: any number
    double max_regression_pct = 10;           // that any one pattern may get slower by its new plan
    double max_write_regression_pct = 0;      // that any one may get slower by new indexes on what it writes; 0: any, where the whole gains
    Duration max_build_time{};                // of all new indexes together; 0: any
    Duration time_limit = std::chrono::minutes(5);
    Bytes min_table_size{1 << 20};
    double min_saved_pct = 1;                 // of the touched patterns' cost, for a single index
    int max_patterns = 2000;                  // costliest ones looked at
};

}  // namespace dwopt
