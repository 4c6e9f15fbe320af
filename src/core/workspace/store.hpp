// The Store port over one SQLite database. Its members stand in store.cpp (opening, target), snapshots.cpp (what
// collect writes and analysis reads), results.cpp (findings and advice) and journal.cpp (deployments and history).
#pragma once

#include "directory.hpp"
#include "dwopt/ports.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace dwopt::workspace {

class WorkspaceStore final : public Store {
  public:
    WorkspaceStore(const Directory& directory, bool read_only);

    [[nodiscard]] std::optional<Target> target() override;
    void bind_target(const Target& target) override;

    [[nodiscard]] KnownState known_state() override;
    [[nodiscard]] std::vector<CounterReading> last_readings() override;
    [[nodiscard]] std::optional<ServerState> last_server() override;
    StoredSnapshot save(const Snapshot& snapshot, const Window& window, const std::vector<CounterDelta>& deltas,
                        const std::vector<Discontinuity>& discontinuities, const std::vector<Statement>& statements,
                        const std::map<std::string, std::string>& pattern_texts) override;
    void retain(const RetentionPolicy& policy, Timestamp now) override;

    [[nodiscard]] std::vector<StoredSnapshot> snapshots() override;
    [[nodiscard]] Catalog catalog() override;
    [[nodiscard]] std::vector<Statement> statements() override;
    [[nodiscard]] std::map<std::string, std::string> pattern_texts() override;
    void save_examples(const std::vector<Example>& examples) override;
    [[nodiscard]] std::vector<Example> examples() override;
    void each_delta(Family family, Timestamp from, Timestamp to,
                    const std::function<void(const StoredSnapshot&, const CounterRow&)>& visit) override;

    void save_analysis(const Analysis& analysis, Timestamp at) override;
    [[nodiscard]] std::vector<Finding> findings() override;
    void save_advice(const Advice& advice, Timestamp at) override;
    [[nodiscard]] std::vector<Recommendation> recommendations() override;
    [[nodiscard]] std::optional<Advice> last_advice() override;
    void set_status(const std::string& recommendation, RecommendationStatus status) override;

    void save(const Deployment& deployment) override;
    void save_step(const std::string& deployment, const Step& step) override;
    void set_state(const std::string& deployment, DeploymentState state, const std::string& note) override;
    [[nodiscard]] std::vector<Deployment> deployments() override;
    void record(const HistoryEntry& entry) override;
    [[nodiscard]] std::vector<HistoryEntry> history(std::size_t last) override;

  private:
    [[nodiscard]] std::optional<std::string> meta(const char* key);
    void set_meta(const char* key, const std::string& value);
    void write_step(const std::string& deployment, const Step& step);

    std::filesystem::path file_;
    SQLite::Database db_;
};

[[nodiscard]] inline std::int64_t micros(Timestamp time) { return time.time_since_epoch().count(); }
[[nodiscard]] inline Timestamp from_micros(std::int64_t count) { return Timestamp(std::chrono::microseconds(count)); }

// Gives the write-ahead log back to the file system, unless a reader still needs it; does not wait.
void checkpoint(SQLite::Database& db);

inline constexpr int busy_wait_ms = 10'000;

}  // namespace dwopt::workspace
