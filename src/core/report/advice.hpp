// Parts of the advice that the report shows too.
#pragma once

#include "dwopt/document.hpp"
#include "dwopt/recommendation.hpp"

#include <vector>

namespace dwopt::report {

[[nodiscard]] TableBlock recommendations_table(const std::vector<Recommendation>& recommendations, bool with_status);
// The same with everything a script may want, for CSV.
[[nodiscard]] TableBlock recommendations_for_csv(const std::vector<Recommendation>& recommendations);
// Heading, statements, reasons, locks; with `whole` also the way back and every pattern it touches.
[[nodiscard]] std::vector<Block> details(const Recommendation& recommendation, bool whole);
// One sentence; of many locks of one mode (a partitioned table's) the first two and how many more.
[[nodiscard]] std::string locks_line(const std::vector<std::string>& locks);

[[nodiscard]] std::string evidence_words(EvidenceGrade grade);
[[nodiscard]] Cell status_cell(RecommendationStatus status);
[[nodiscard]] bool is_drop(const Recommendation& recommendation);
[[nodiscard]] std::string all_statements(const std::vector<std::string>& statements);  // with semicolons, a line each

// How the patterns fare under a set of recommendations. Effects of one pattern in several are added up.
struct Effects {
    int faster = 0, slower = 0;
};
[[nodiscard]] Effects effects(const std::vector<Recommendation>& recommendations);

}  // namespace dwopt::report
