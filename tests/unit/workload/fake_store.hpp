// A workspace in memory: windows are added by hand, the rest of the port is not there.
#pragma once

#include "dwopt/ports.hpp"

#include <stdexcept>

namespace dwopt::test {

class FakeStore final : public Store {
  public:
    struct Stored {
        StoredSnapshot snapshot;
        std::vector<CounterDelta> deltas;
    };
    std::vector<Stored> windows;  // oldest first
    std::vector<Statement> known_statements;
    std::map<std::string, std::string> texts;

    void add(Window window, std::vector<CounterDelta> deltas, std::vector<Discontinuity> discontinuities = {}) {
        const auto id = static_cast<std::int64_t>(windows.size()) + 1;
        windows.push_back({{id, window, std::move(discontinuities)}, std::move(deltas)});
    }

    std::vector<StoredSnapshot> snapshots() override {
        std::vector<StoredSnapshot> out;
        for (const auto& w : windows) out.push_back(w.snapshot);
        return out;
    }
    std::vector<Statement> statements() override { return known_statements; }
    std::map<std::string, std::string> pattern_texts() override { return texts; }
    void save_examples(const std::vector<Example>& all) override { examples_ = all; }
    std::vector<Example> examples() override { return examples_; }
    std::vector<Example> examples_;
    void each_delta(Family family, Timestamp from, Timestamp to,
                    const std::function<void(const StoredSnapshot&, const CounterRow&)>& visit) override {
        for (const auto& w : windows) {
            if (w.snapshot.window.to <= from || w.snapshot.window.to > to) continue;
            for (const auto& delta : w.deltas) {
                if (delta.family != family) continue;
                for (const auto& row : delta.rows) visit(w.snapshot, row);
            }
        }
    }

    std::optional<Target> target() override { absent(); }
    void bind_target(const Target&) override { absent(); }
    KnownState known_state() override { absent(); }
    std::vector<CounterReading> last_readings() override { absent(); }
    std::optional<ServerState> last_server() override { absent(); }
    StoredSnapshot save(const Snapshot&, const Window&, const std::vector<CounterDelta>&, const std::vector<Discontinuity>&,
                        const std::vector<Statement>&, const std::map<std::string, std::string>&) override { absent(); }
    void retain(const RetentionPolicy&, Timestamp) override { absent(); }
    Catalog catalog() override { absent(); }
    void save_analysis(const Analysis&, Timestamp) override { absent(); }
    std::vector<Finding> findings() override { absent(); }
    void save_advice(const Advice&, Timestamp) override { absent(); }
    std::vector<Recommendation> recommendations() override { absent(); }
    std::optional<Advice> last_advice() override { absent(); }
    void set_status(const std::string&, RecommendationStatus) override { absent(); }
    void save(const Deployment&) override { absent(); }
    void save_step(const std::string&, const Step&) override { absent(); }
    void set_state(const std::string&, DeploymentState, const std::string&) override { absent(); }
    std::vector<Deployment> deployments() override { absent(); }
    void record(const HistoryEntry&) override { absent(); }
    std::vector<HistoryEntry> history(std::size_t) override { absent(); }

  private:
    [[noreturn]] static void absent() { throw std::logic_error("not in the fake store"); }
};

}  // namespace dwopt::test
