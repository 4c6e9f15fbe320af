#include "evidence.hpp"
#include "dwopt/loop.hpp"

namespace dwopt::loop {

namespace {
constexpr std::size_t history_shown = 200;
}

ReportInput report_input(const Run& run, const AnalyzeOptions& options, int top) {
    const auto target = run.store.target();
    if (!target) throw Error(ErrorKind::failed, "this workspace knows no warehouse yet", "Begin with 'dwopt collect'.");
    ReportInput input;
    input.target = *target;
    input.now = run.clock.now();
    input.top = top;
    input.snapshots = run.store.snapshots();
    if (!input.snapshots.empty()) {
        input.analysis = dwopt::analyze(read_evidence(run.store, options.since, input.now), options.thresholds);
    }
    input.recommendations = run.store.recommendations();
    if (const auto advice = run.store.last_advice()) input.advice = advice->summary;
    input.deployments = run.store.deployments();
    input.history = run.store.history(history_shown);
    return input;
}

}  // namespace dwopt::loop
