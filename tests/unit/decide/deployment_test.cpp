#include "fakes.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using namespace dwopt::test;

namespace {

const RelationName mine{"s", "i"}, parent{"s", "p_i"}, old_index{"s", "old"};

Recommendation create_one() {
    Recommendation r;
    r.id = "ic-00000001";
    r.ddl = {"CREATE INDEX CONCURRENTLY i ON s.t USING btree (a)"};
    r.undo = {"DROP INDEX CONCURRENTLY s.i"};
    return r;
}

Recommendation create_partitioned() {
    Recommendation r;
    r.id = "ic-00000002";
    r.ddl = {"CREATE INDEX p_i ON ONLY s.p USING btree (a)", "CREATE INDEX CONCURRENTLY c1_i ON s.c1 USING btree (a)",
             "ALTER INDEX s.p_i ATTACH PARTITION s.c1_i", "CREATE INDEX CONCURRENTLY c2_i ON s.c2 USING btree (a)",
             "ALTER INDEX s.p_i ATTACH PARTITION s.c2_i"};
    r.undo = {"DROP INDEX s.p_i"};
    return r;
}

Recommendation drop_one() {
    Recommendation r;
    r.id = "id-00000003";
    r.kind = "index.drop";
    r.ddl = {"DROP INDEX CONCURRENTLY s.old"};
    r.undo = {"CREATE INDEX CONCURRENTLY old ON s.t USING btree (b)", "COMMENT ON INDEX s.old IS 'why it is here'"};
    return r;
}

Recommendation replace_one() {
    auto r = drop_one();
    r.id = "ir-00000004";
    r.kind = "index.replace";
    r.ddl.insert(r.ddl.begin(), create_one().ddl.front());
    r.undo.push_back(create_one().undo.front());
    return r;
}

Recommendation rebuild_one() {
    Recommendation r;
    r.id = "ib-00000005";
    r.kind = "index.rebuild";
    r.ddl = {"REINDEX INDEX CONCURRENTLY s.old"};
    return r;
}

struct World {
    Fate fate;
    FakeServer server{fate};
    FakeJournal journal{fate};
    FakeClock clock;
    NoProgress progress;
    Switch cancel;
    DeployPolicy policy;

    World() { server.indexes[old_index] = {true, "CREATE INDEX old ON s.t USING btree (b)", {}, "COMMENT ON INDEX s.old IS 'why it is here'"}; }
    Outcome apply(const Recommendation& r) {
        return carry_out(plan(r, "2026-01-01T00:00:00Z", journal.saved.size()), server, journal, clock, policy, cancel, progress);
    }
    Outcome rollback(const std::string& id) {
        return take_back(journal.saved.at(id), server, journal, clock, policy, cancel, progress);
    }
    std::vector<Outcome> recover() { return dwopt::recover(server, journal, clock, policy, cancel, progress); }

    // The promise: nothing invalid, nothing half done, and the journal says what the catalog shows.
    void check_consistent() {
        // No structured bindings: doctest's macros capture, which clang 14 does not allow for them.
        for (const auto& index : server.indexes) CHECK_MESSAGE(index.second.valid, model::shown(index.first));
        for (const auto& saved : journal.saved) {
            const auto& d = saved.second;
            for (const auto& step : d.steps) {
                if (step.is_undo) continue;
                const bool exists = server.indexes.count(step.action.index) > 0;
                const bool drops = step.action.kind == ActionKind::drop_index, stays = step.action.kind == ActionKind::rebuild_index;
                CAPTURE(name(d.state));
                if (d.state == DeploymentState::observing) CHECK((stays ? exists : exists != drops));
                else if (d.state == DeploymentState::failed || d.state == DeploymentState::reverted) CHECK((stays ? exists : exists == drops));
                else FAIL("left open");
            }
        }
        CHECK(server.indexes.count({"s", "c1_i"}) == server.indexes.count(parent));
        CHECK(server.indexes.count({"s", "c2_i"}) == server.indexes.count(parent));
        CHECK(!server.orphan);
    }
};

}  // namespace

TEST_CASE("apply and rollback of each kind restore the catalog exactly") {
    for (const auto& r : {create_one(), create_partitioned(), drop_one(), replace_one(), rebuild_one()}) {
        World w;
        const auto before = w.server.indexes.at(old_index).sql;
        const auto done = w.apply(r);
        REQUIRE(!done.failure);
        CHECK(done.deployment.state == DeploymentState::observing);
        CHECK(w.journal.statuses.at(r.id) == RecommendationStatus::applied);
        w.check_consistent();
        const auto back = w.rollback(done.deployment.id);
        REQUIRE(!back.failure);
        CHECK(w.journal.saved.at(done.deployment.id).state == DeploymentState::reverted);
        CHECK(w.server.indexes.size() == 1);
        const auto again = w.server.indexes.at(old_index).sql;
        CHECK((again == before || again == drop_one().undo.front()));
        CHECK(w.server.indexes.at(old_index).comment == "COMMENT ON INDEX s.old IS 'why it is here'");
    }
}

TEST_CASE("a client killed at any call, in apply, rollback or the recovery itself, leaves what recovery mends") {
    for (const auto& r : {create_one(), create_partitioned(), drop_one(), replace_one(), rebuild_one()}) {
        for (int phase = 0; phase < 3; ++phase) {
            for (int at = 0, deaths = 1; deaths > 0; ++at) {
                deaths = 0;
                for (const bool after : {false, true}) {
                    World w;
                    std::string id;
                    if (phase > 0) id = w.apply(r).deployment.id;
                    if (phase == 2) {  // the rollback dies early, then the recovery dies at `at`
                        w.fate = {0, 2, false};
                        try { static_cast<void>(w.rollback(id)); } catch (const Killed&) {}
                    }
                    w.fate = {0, at, after};
                    try {
                        if (phase == 0) static_cast<void>(w.apply(r));
                        if (phase == 1) static_cast<void>(w.rollback(id));
                        if (phase == 2) static_cast<void>(w.recover());
                    } catch (const Killed&) {
                        ++deaths;
                    }
                    w.fate = {};
                    CAPTURE(r.id);
                    CAPTURE(phase);
                    CAPTURE(at);
                    CAPTURE(after);
                    for (const auto& o : w.recover()) CHECK_MESSAGE(!o.failure, o.message);
                    w.check_consistent();
                    CHECK(w.recover().empty());
                }
            }
        }
    }
}

TEST_CASE("a failing build is taken back and its reason reported") {
    World w;
    w.server.failing = {ActionKind::create_index};
    const auto outcome = w.apply(create_one());
    CHECK(outcome.failure == ErrorKind::failed);
    CHECK(outcome.message == "out of luck; everything it had made was taken back");
    w.check_consistent();

    World p;
    p.server.failing = {ActionKind::attach_index};
    CHECK(p.apply(create_partitioned()).failure == ErrorKind::failed);
    CHECK(p.server.indexes.size() == 1);
    p.check_consistent();
}

TEST_CASE("a lock timeout is tried again, then refused with nothing left") {
    World w;
    w.server.locked = {ActionKind::create_parent_index, ActionKind::create_parent_index, ActionKind::attach_index};
    CHECK(!w.apply(create_partitioned()).failure);
    World never;
    for (int i = 0; i < 50; ++i) never.server.locked.insert(ActionKind::create_parent_index);
    CHECK(never.apply(create_partitioned()).failure == ErrorKind::refused);
    CHECK(never.server.indexes.size() == 1);
    never.check_consistent();
}

TEST_CASE("an interrupt whose leftover a reader protects is named, and removed by the next recovery") {
    World w;
    w.server.failing = {ActionKind::create_index};
    w.server.protected_ones = {mine};
    const auto outcome = w.apply(create_one());
    CHECK(outcome.deployment.state == DeploymentState::needs_attention);
    CHECK(outcome.message.find("'s.i' remains") != std::string::npos);
    CHECK(w.server.indexes.count(mine) == 1);
    w.server.protected_ones.clear();
    CHECK(w.recover().size() == 1);
    CHECK(w.server.indexes.count(mine) == 0);
    w.check_consistent();
}

TEST_CASE("a drop that has begun is finished, never left invalid") {
    World w;
    w.server.failing = {ActionKind::drop_index};
    CHECK(w.apply(drop_one()).deployment.state == DeploymentState::needs_attention);
    CHECK(w.server.indexes.at(old_index).valid == false);
    CHECK(!w.recover().at(0).failure);
    CHECK(w.server.indexes.empty());
    w.check_consistent();
}

TEST_CASE("what was to be replaced stays when its successor cannot be had, and goes once it has begun to") {
    World w;
    w.server.failing = {ActionKind::create_index};
    const auto outcome = w.apply(replace_one());
    CHECK(outcome.message == "out of luck; everything is as it was");
    CHECK(outcome.deployment.state == DeploymentState::failed);
    CHECK(w.journal.statuses.empty());  // its recommendation stays open
    w.check_consistent();

    World locked;
    for (int i = 0; i < 5; ++i) locked.server.locked.insert(ActionKind::drop_index);
    CHECK(locked.apply(replace_one()).failure == ErrorKind::refused);
    CHECK(locked.journal.saved.begin()->second.state == DeploymentState::failed);
    CHECK(locked.server.indexes.size() == 1);
    CHECK(locked.server.indexes.at(old_index).valid);
    locked.check_consistent();

    World held;
    held.server.failing = {ActionKind::drop_index};
    held.server.protected_ones = {old_index};
    CHECK(held.apply(replace_one()).deployment.state == DeploymentState::needs_attention);
    CHECK(held.server.indexes.at(mine).valid);
    held.server.protected_ones.clear();
    CHECK(!held.recover().at(0).failure);
    CHECK(held.server.indexes.count(old_index) == 0);
    CHECK(held.journal.saved.begin()->second.state == DeploymentState::observing);
    held.check_consistent();
}

TEST_CASE("a rebuild that fails leaves nothing behind, and one that is done has nothing to take back") {
    World w;
    w.server.failing = {ActionKind::rebuild_index};
    const auto outcome = w.apply(rebuild_one());
    CHECK(outcome.message == "out of luck; the index serves as before");
    CHECK(w.server.indexes.size() == 1);
    w.check_consistent();
    const auto done = w.apply(rebuild_one());
    REQUIRE(!done.failure);
    CHECK(w.rollback(done.deployment.id).message.starts_with("there is nothing to take back"));
    auto with_a_create = create_one();
    with_a_create.ddl.push_back(rebuild_one().ddl.front());
    with_a_create.undo.clear();
    CHECK_THROWS_AS(static_cast<void>(plan(with_a_create, "t", 0)), Error);
}

TEST_CASE("what was cleared out of the way of a rollback is not dropped again once it is back") {
    World w;
    const auto id = w.apply(drop_one()).deployment.id;
    w.server.failing = {ActionKind::create_index, ActionKind::drop_index};  // the rebuild, and the removal of what it left
    CHECK(w.rollback(id).failure.has_value());
    for (const auto& outcome : w.recover()) CHECK(!outcome.failure);
    CHECK(w.server.indexes.count(old_index) == 1);
    w.check_consistent();
}

TEST_CASE("an index that was replaced since the plan was made is not dropped") {
    World w;
    w.server.indexes[old_index].sql = "CREATE INDEX old ON s.t USING btree (another)";
    CHECK(w.apply(drop_one()).failure == ErrorKind::refused);
    CHECK(w.server.indexes.at(old_index).valid);
    CHECK(w.journal.saved.empty());
    auto r = drop_one();
    r.undo.front() = "CREATE INDEX CONCURRENTLY old ON s.t USING btree (another) TABLESPACE fast WHERE (another > 0)";
    w.server.indexes[old_index].sql = "CREATE INDEX old ON s.t USING btree (another) WHERE (another > 0)";
    CHECK(!w.apply(r).failure);
}

TEST_CASE("statements that are none of ours are refused before anything happens") {
    for (const auto* sql : {"DROP TABLE s.t", "CREATE INDEX CONCURRENTLY i ON s.t (a); DROP TABLE s.t", "", "SELECT 1",
                            "DROP INDEX CONCURRENTLY IF EXISTS s.i"}) {
        auto r = create_one();
        r.ddl = {sql};
        CHECK_THROWS_AS(static_cast<void>(plan(r, "t", 0)), Error);
        r = create_one();
        r.undo = {sql};
        CHECK_THROWS_AS(static_cast<void>(plan(r, "t", 0)), Error);
    }
}
