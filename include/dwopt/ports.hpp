// The ports: everything of dwopt that touches the world. Engines see these; src/core/postgres and src/core/workspace
// implement them, tests fake them.
#pragma once

#include "dwopt/deployment.hpp"
#include "dwopt/finding.hpp"
#include "dwopt/recommendation.hpp"
#include "dwopt/snapshot.hpp"
#include "dwopt/whatif.hpp"
#include "dwopt/workload.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dwopt {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() = 0;
    virtual void sleep(Duration time) = 0;
};

// Whether the user asked to stop. Long work asks often.
class Cancellation {
  public:
    virtual ~Cancellation() = default;
    [[nodiscard]] virtual bool requested() const = 0;
};

// Where long work says how far it is. Never blocks, never throws.
class Progress {
  public:
    virtual ~Progress() = default;
    // `fraction` 0..1, or negative if unknown.
    virtual void update(std::string_view what, double fraction) = 0;
};

// ---------------------------------------------------------------------------------------------------- the warehouse

struct Capability {
    std::string name;     // "pg_stat_statements", "pg_monitor", "hypopg", "statistics of silver.orders" …
    enum class State { ok, limited, missing } state = State::ok;
    std::string detail;   // what is there: version, number of rows seen
    std::string without;  // what it costs to be without it, a sentence
    std::string remedy;   // the SQL (or line of postgresql.conf) that gives it
};

// The reading side: named questions, never a general query function. Read-only, with timeouts.
class Warehouse {
  public:
    virtual ~Warehouse() = default;
    [[nodiscard]] virtual ServerState server() = 0;
    [[nodiscard]] virtual Snapshot snapshot(const KnownState& known, bool with_values, Progress& progress) = 0;
    // Reads them whole, so only few and as far as there is time; those are left out that it cannot say anything of.
    [[nodiscard]] virtual std::vector<IndexFill> index_fills(const std::vector<RelationName>& btrees) = 0;
    [[nodiscard]] virtual std::vector<Capability> capabilities() = 0;
    [[nodiscard]] virtual ServerCost cost() const = 0;
};

// A statement to be planned.
struct Query {
    std::string id;    // Pattern::id
    std::string sql;   // may hold $1 …
    std::vector<std::string> search_path;
    int parameters = 0;
    // SQL literals by number, for parameters that choose partitions: a generic plan is shown for the partitions they lead to. It does not
    // hang on them.
    std::map<int, std::string> arguments{};
};

// What EXPLAIN says of a plan's node; no conditions, as they may hold literals.
struct PlanNode {
    int depth = 0;
    std::string type;       // "Hash Semi Join", "Index Only Scan"
    std::string part;       // "CTE revenue", "SubPlan 1"; empty: an ordinary node
    std::string relation;   // read or written
    std::string index;      // read: an existing one, or IndexSpec::name of a hypothetical one
    int searched = 0;       // the index, by so many conditions on its keys; 0: it is read from end to end, or for its order
    Cost startup{}, cost{}; // before the first row and in total, of one execution
    double rows = 0;        // that one execution yields
};

struct PlanEstimate {
    Cost total{};
    std::vector<PlanNode> nodes;       // in the order of the plan, each before those below it
    std::string shape;                 // equal for plans with the same nodes on the same relations and indexes
    EvidenceGrade grade = EvidenceGrade::planner;
    std::string failure;               // not empty: it could not be planned, and why (no data in it)
};

// A query under a configuration.
struct Question {
    Query query;
    Configuration configuration;
};

// What would this query cost if…
class CostOracle {
  public:
    virtual ~CostOracle() = default;
    [[nodiscard]] virtual std::string name() const = 0;         // "live"; "twin"
    [[nodiscard]] virtual std::string description() const = 0;  // in words, for the evidence
    [[nodiscard]] virtual bool can_hide() const = 0;
    // Whether values of the data may stand in a query. Not on the warehouse, which would keep them in its statistics and log.
    [[nodiscard]] virtual bool takes_values() const { return true; }
    [[nodiscard]] virtual PlanEstimate estimate(const Query& query, const Configuration& configuration) = 0;
    // The same for many, in parallel where that can be. Once `stop` says so no more are begun: nullopt.
    [[nodiscard]] virtual std::vector<std::optional<PlanEstimate>> estimate_all(const std::vector<Question>& questions, const std::function<bool()>& stop) {
        std::vector<std::optional<PlanEstimate>> answers(questions.size());
        for (std::size_t q = 0; q < questions.size() && !stop(); ++q) answers[q] = estimate(questions[q].query, questions[q].configuration);
        return answers;
    }
    [[nodiscard]] virtual std::int64_t calls() const = 0;
};

// The changing side, used by the decision engine under the user's consent. One statement at a time.
struct IndexState {  // what the catalog says of an index right now
    bool exists = false;
    bool valid = false;
    bool ready = false;
    std::string definition;
    RelationName table;
    std::optional<RelationName> parent;
};

struct Backend {
    int pid = 0;
    std::string start;  // backend_start as text, microseconds
    std::string nonce;
};

struct Obstacle {  // something a pre-check found in the way
    std::string code;  // "old_snapshot", "build_running", "invalid_leftover", "read_only", "pooler", "disk", "drift", "not_bloated", "server_bug"
    std::string message;
    std::string hint;
};

struct ActionLimits {
    Duration relation_lock_timeout = std::chrono::seconds(5);  // concurrent kinds: how long the relation lock may stay ungranted
    Duration short_lock_timeout = std::chrono::milliseconds(300);  // lock timeout of the steps that block others
    Duration statement_limit = std::chrono::hours(24);
};

enum class ActionOutcome { done, lock_timeout, cancelled, connection_lost, failed };
struct ActionResult {
    ActionOutcome outcome = ActionOutcome::done;
    std::string error;  // the server's message, SQLSTATE first
};

class Deployer {
  public:
    virtual ~Deployer() = default;
    // One deployment at a time on a warehouse, whatever the workspace: an advisory try-lock. False: someone has it.
    [[nodiscard]] virtual bool try_lock() = 0;
    [[nodiscard]] virtual Target target() = 0;
    [[nodiscard]] virtual Backend begin(const std::string& nonce) = 0;  // readies the session that will run the next action
    [[nodiscard]] virtual ActionResult run(const Action& action, const ActionLimits& limits, const Cancellation& cancel,
                                           Progress& progress) = 0;
    [[nodiscard]] virtual IndexState index_state(const RelationName& index) = 0;
    // Invalid indexes that an unfinished REINDEX CONCURRENTLY of this one left.
    [[nodiscard]] virtual std::vector<RelationName> rebuild_leftovers(const RelationName& index) = 0;
    [[nodiscard]] virtual std::vector<Obstacle> obstacles(const Action& action, Bytes size) = 0;
    // Ends exactly that server process if it still lives, and waits until it is gone. False: it would not go in time.
    [[nodiscard]] virtual bool end_backend(const Backend& backend, Duration wait) = 0;
};

// ---------------------------------------------------------------------------------------------------- the workspace

struct StoredSnapshot {
    std::int64_t id = 0;
    Window window;  // from the snapshot before (or the counters' reset) to this one
    std::vector<Discontinuity> discontinuities;
};

struct RetentionPolicy {
    Duration raw = std::chrono::hours(24 * 7);        // every window
    Duration hourly = std::chrono::hours(24 * 90);    // then one an hour
    Duration daily = std::chrono::hours(24 * 730);    // then one a day; older ones are dropped
};

struct HistoryEntry {
    std::string at;  // RFC 3339
    std::string event;
    std::string subject;  // recommendation or deployment id
    std::string detail;
};

class Store {
  public:
    virtual ~Store() = default;
    [[nodiscard]] virtual std::optional<Target> target() = 0;
    virtual void bind_target(const Target& target) = 0;

    // snapshots
    [[nodiscard]] virtual KnownState known_state() = 0;
    [[nodiscard]] virtual std::vector<CounterReading> last_readings() = 0;
    [[nodiscard]] virtual std::optional<ServerState> last_server() = 0;
    virtual StoredSnapshot save(const Snapshot& snapshot, const Window& window, const std::vector<CounterDelta>& deltas,
                                const std::vector<Discontinuity>& discontinuities,
                                const std::vector<Statement>& statements,
                                const std::map<std::string, std::string>& pattern_texts) = 0;
    virtual void retain(const RetentionPolicy& policy, Timestamp now) = 0;

    // Statements of a workload that came as files; those from before are forgotten.
    virtual void save_examples(const std::vector<Example>& examples) = 0;

    // what the analysing stages need
    [[nodiscard]] virtual std::vector<Example> examples() = 0;  // by pattern and name
    [[nodiscard]] virtual std::vector<StoredSnapshot> snapshots() = 0;
    [[nodiscard]] virtual Catalog catalog() = 0;
    [[nodiscard]] virtual std::vector<Statement> statements() = 0;
    [[nodiscard]] virtual std::map<std::string, std::string> pattern_texts() = 0;
    // Rows of one family of all windows that end in (from, to], oldest first.
    virtual void each_delta(Family family, Timestamp from, Timestamp to,
                            const std::function<void(const StoredSnapshot&, const CounterRow&)>& visit) = 0;

    // results
    virtual void save_analysis(const Analysis& analysis, Timestamp at) = 0;
    [[nodiscard]] virtual std::vector<Finding> findings() = 0;  // of the last analysis
    virtual void save_advice(const Advice& advice, Timestamp at) = 0;  // keeps status of known ids; absent pending ones expire
    [[nodiscard]] virtual std::vector<Recommendation> recommendations() = 0;
    [[nodiscard]] virtual std::optional<Advice> last_advice() = 0;
    virtual void set_status(const std::string& recommendation, RecommendationStatus status) = 0;

    // the journal: each call is durable (synced) when it returns
    virtual void save(const Deployment& deployment) = 0;
    virtual void save_step(const std::string& deployment, const Step& step) = 0;
    virtual void set_state(const std::string& deployment, DeploymentState state, const std::string& note) = 0;
    [[nodiscard]] virtual std::vector<Deployment> deployments() = 0;  // oldest first
    virtual void record(const HistoryEntry& entry) = 0;
    [[nodiscard]] virtual std::vector<HistoryEntry> history(std::size_t last) = 0;
};

}  // namespace dwopt
