// Values with every field set, and texts that break careless code.
#pragma once

#include "dwopt/recommendation.hpp"

#include <random>
#include <string>
#include <vector>

namespace sample {

inline const std::vector<std::string>& hostile() {
    static const std::vector<std::string> texts{
        "", "plain", "\"quoted\" 'twice'", "line\nbreak\ttab\r\\", "größe № 数据 🐘", std::string(63, 'x'),
        std::string(200'000, 'y'), "</script>{\"a\":[", "\x01\x1f\x7f", "null"};
    return texts;
}

inline dwopt::Recommendation recommendation(const std::string& text = "x") {
    dwopt::Recommendation r;
    r.id = "ic-0a1b2c3d";
    r.kind = "index.create";
    r.target = {"silver " + text, text};
    r.layer = "silver";
    r.summary = text;
    r.ddl = {"CREATE INDEX " + text, "second"};
    r.undo = {"DROP INDEX " + text};
    r.index = dwopt::IndexSpec{
        {"silver", text},
        "dwopt_" + text,
        "btree",
        {{"created_at", "", "", "", true, true}, {"", "lower(" + text + ")", "text_pattern_ops", "\"C\"", false, true}},
        {text, "total"},
        "status = '" + text + "'"};
    r.index_size = {45'088'768};
    r.benefit = {{1234.5}, {0.1}, 99.99, {3.6e6}};
    r.upkeep = {{17.25}, {45'088'768}, {8123.4}};
    r.confidence = 0.75;
    r.evidence = dwopt::EvidenceGrade::generic_plan;
    r.evidence_source = "HypoPG " + text;
    r.reasons = {text, "two"};
    r.locks = {"SHARE UPDATE EXCLUSIVE"};
    r.patterns = {{"0123456789abcdef", {100}, {5.5}}, {text, {0}, {1e300}}};
    r.status = dwopt::RecommendationStatus::approved;
    return r;
}

}  // namespace sample
