#include "evidence.hpp"
#include "dwopt/loop.hpp"

#include <algorithm>

namespace dwopt::loop {
namespace {

bool listed(const std::vector<std::string>& schemas, const std::string& schema) {
    return std::find(schemas.begin(), schemas.end(), schema) != schemas.end();
}

// A list of the configuration decides; where it is empty the engine's reading of the schema's name stands.
void assign_layer(Recommendation& recommendation, const Layers& layers) {
    const auto& schema = recommendation.target.schema;
    if (listed(layers.bronze, schema)) recommendation.layer = "bronze";
    else if (listed(layers.silver, schema)) recommendation.layer = "silver";
    else if (listed(layers.gold, schema)) recommendation.layer = "gold";
}

constexpr Duration remembered = std::chrono::hours(24 * 90);  // an index that a job of last quarter needs is in use

}  // namespace

Analysis analyze(const Run& run, const AnalyzeOptions& options) {
    const Timestamp now = run.clock.now();
    const Evidence evidence = read_evidence(run.store, options.since, now);
    if (run.cancel.requested()) throw Error(ErrorKind::interrupted, "interrupted; nothing was saved");
    Analysis analysis = dwopt::analyze(evidence, options.thresholds);
    run.store.save_analysis(analysis, now);
    return analysis;
}

Advice recommend(CostOracle* oracle, const Run& run, const RecommendOptions& options) {
    const Timestamp now = run.clock.now();
    const Evidence evidence = read_evidence(run.store, options.since, now, remembered);
    Advice advice =
        dwopt::recommend(evidence, oracle, options.advice, options.thresholds, run.clock, run.progress, run.cancel);
    if (run.cancel.requested() && advice.recommendations.empty()) throw Error(ErrorKind::interrupted, "interrupted before anything was found; the advice there was still stands");
    for (auto& recommendation : advice.recommendations) assign_layer(recommendation, options.layers);
    run.store.save_advice(advice, now);
    return advice;
}

}  // namespace dwopt::loop
