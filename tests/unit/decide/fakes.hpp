// A warehouse and a workspace in memory that can die at any call, as a process killed by SIGKILL does: what the "server"
// was doing goes on or not, what the "journal" holds stays.
#pragma once

#include "dwopt/stages.hpp"
#include "model/identifier.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace dwopt::test {

struct Killed {};  // not a std::exception: nothing in the code under test may catch it

// Counts calls of all ports together; the n-th dies, before or after its effect.
struct Fate {
    int calls = 0;
    int die_at = -1;
    bool after_effect = false;
    template <class Effect>
    auto step(Effect effect) {
        const bool dies = calls++ == die_at;
        if (dies && !after_effect) throw Killed{};
        if constexpr (std::is_void_v<decltype(effect())>) {
            effect();
            if (dies) throw Killed{};
        } else {
            auto result = effect();
            if (dies) throw Killed{};
            return result;
        }
    }
};

struct FakeClock : Clock {
    Timestamp time{};
    Timestamp now() override { return time; }
    void sleep(Duration d) override { time += d; }
};

struct NoProgress : Progress {
    void update(std::string_view, double) override {}
};

struct Switch : Cancellation {
    bool on = false;
    [[nodiscard]] bool requested() const override { return on; }
};

struct FakeServer : Deployer {
    explicit FakeServer(Fate& f) : fate(f) {}
    struct Entry {
        bool valid = true;
        std::string sql;
        std::optional<RelationName> parent;
        std::string comment;
    };
    Fate& fate;
    std::map<RelationName, Entry> indexes;
    std::multiset<ActionKind> failing;    // fails once each, builds leaving an invalid index
    std::multiset<ActionKind> locked;     // lock timeout once each
    std::set<RelationName> protected_ones;  // a reader: drops of these are cancelled
    std::optional<std::pair<Action, Backend>> orphan;  // goes on after its client died
    int pid = 100;

    bool try_lock() override { return true; }
    Target target() override { return {}; }
    Backend begin(const std::string& nonce) override { return {++pid, "start", nonce}; }
    std::vector<Obstacle> obstacles(const Action&, Bytes) override { return {}; }

    std::vector<RelationName> rebuild_leftovers(const RelationName& name) override {
        return fate.step([&] {
            const RelationName leftover{name.schema, name.name + "_ccnew"};
            return indexes.count(leftover) ? std::vector{leftover} : std::vector<RelationName>{};
        });
    }

    IndexState index_state(const RelationName& name) override {
        return fate.step([&] {
            const auto found = indexes.find(name);
            if (found == indexes.end()) return IndexState{};
            return IndexState{true, found->second.valid, true, found->second.sql, {"s", "t"}, found->second.parent};
        });
    }

    ActionResult run(const Action& action, const ActionLimits&, const Cancellation& cancel, Progress&) override {
        if (cancel.requested()) return {ActionOutcome::cancelled, "cancelled"};
        if (fate.calls == fate.die_at) orphan = {action, {pid, "start", ""}};
        return fate.step([&] { return perform(action); });
    }

    bool end_backend(const Backend& backend, Duration) override {
        if (orphan && orphan->second.pid == backend.pid) {  // ended in the middle of its work
            if (orphan->first.kind == ActionKind::create_index) indexes.try_emplace(orphan->first.index, Entry{false, orphan->first.sql, {}, {}});
            if (orphan->first.kind == ActionKind::rebuild_index) leave_behind(orphan->first);
            if (orphan->first.kind == ActionKind::drop_index && indexes.count(orphan->first.index)) indexes[orphan->first.index].valid = false;
            orphan.reset();
        }
        return true;
    }

    void leave_behind(const Action& rebuild) { indexes[{rebuild.index.schema, rebuild.index.name + "_ccnew"}] = {false, "", {}, {}}; }

    ActionResult perform(const Action& action) {
        if (const auto l = locked.find(action.kind); l != locked.end()) {
            locked.erase(l);
            return {ActionOutcome::lock_timeout, "lock timeout"};
        }
        const auto f = failing.find(action.kind);
        const bool fails = f != failing.end();
        if (fails) failing.erase(f);
        switch (action.kind) {
            case ActionKind::create_index:
                if (indexes.count(action.index)) return {ActionOutcome::failed, "exists"};
                indexes[action.index] = {!fails, action.sql, {}, {}};
                break;
            case ActionKind::create_parent_index:
                if (!fails) indexes[action.index] = {false, action.sql, {}, {}};
                break;
            case ActionKind::attach_index:
                if (!fails) indexes.at(action.index).parent = action.parent, indexes.at(action.parent).valid = true;
                break;
            case ActionKind::drop_index:
                if (!indexes.count(action.index)) return {ActionOutcome::failed, "does not exist"};
                if (fails || protected_ones.count(action.index)) {
                    indexes[action.index].valid = false;
                    return {ActionOutcome::cancelled, "cancelled"};
                }
                indexes.erase(action.index);
                break;
            case ActionKind::drop_parent_index:
                if (fails) break;
                std::erase_if(indexes, [&](const auto& e) { return e.second.parent == action.index; });
                indexes.erase(action.index);
                break;
            case ActionKind::rebuild_index:
                if (fails) leave_behind(action);
                break;
            case ActionKind::comment_index: indexes.at(action.index).comment = action.sql; break;
            case ActionKind::set_index_statistics: break;
        }
        return fails ? ActionResult{ActionOutcome::failed, "out of luck"} : ActionResult{};
    }
};

struct FakeJournal : Store {
    explicit FakeJournal(Fate& f) : fate(f) {}
    Fate& fate;
    std::map<std::string, Deployment> saved;
    std::map<std::string, RecommendationStatus> statuses;

    void save(const Deployment& d) override { fate.step([&] { saved[d.id] = d; }); }
    void save_step(const std::string& id, const Step& step) override {
        fate.step([&] {
            auto& steps = saved.at(id).steps;
            for (auto& s : steps) {
                if (s.seq == step.seq) { s = step; return; }
            }
            steps.push_back(step);
        });
    }
    void set_state(const std::string& id, DeploymentState state, const std::string& note) override {
        fate.step([&] { saved.at(id).state = state, saved.at(id).note = note; });
    }
    std::vector<Deployment> deployments() override {
        std::vector<Deployment> all;
        for (const auto& [id, d] : saved) all.push_back(d);
        return all;
    }
    void set_status(const std::string& id, RecommendationStatus status) override { fate.step([&] { statuses[id] = status; }); }
    void record(const HistoryEntry&) override {}

    // Not part of what is tested here.
    [[noreturn]] static void unused() { throw std::logic_error("not used by the decision engine"); }
    std::optional<Target> target() override { unused(); }
    void bind_target(const Target&) override { unused(); }
    KnownState known_state() override { unused(); }
    std::vector<CounterReading> last_readings() override { unused(); }
    std::optional<ServerState> last_server() override { unused(); }
    StoredSnapshot save(const Snapshot&, const Window&, const std::vector<CounterDelta>&, const std::vector<Discontinuity>&,
                        const std::vector<Statement>&, const std::map<std::string, std::string>&) override { unused(); }
    void retain(const RetentionPolicy&, Timestamp) override { unused(); }
    std::vector<StoredSnapshot> snapshots() override { unused(); }
    Catalog catalog() override { unused(); }
    std::vector<Statement> statements() override { unused(); }
    std::map<std::string, std::string> pattern_texts() override { unused(); }
    void save_examples(const std::vector<Example>&) override { unused(); }
    std::vector<Example> examples() override { unused(); }
    void each_delta(Family, Timestamp, Timestamp, const std::function<void(const StoredSnapshot&, const CounterRow&)>&) override { unused(); }
    void save_analysis(const Analysis&, Timestamp) override { unused(); }
    std::vector<Finding> findings() override { unused(); }
    void save_advice(const Advice&, Timestamp) override { unused(); }
    std::vector<Recommendation> recommendations() override { unused(); }
    std::optional<Advice> last_advice() override { unused(); }
    std::vector<HistoryEntry> history(std::size_t) override { unused(); }
};

}  // namespace dwopt::test
