// Advice keeps its past; the journal survives whatever happens to the process.
#include "scratch.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <csignal>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

using namespace dwopt;
using scratch::start;

namespace {

const std::string hostile = "it's \"q\"\n\xff🐘";

Recommendation recommendation(const std::string& id) {
    Recommendation r;
    r.id = id;
    r.kind = "index.create";
    r.target = {"silver", "orders"};
    r.summary = "summary of " + id;
    r.ddl = {"CREATE INDEX"};
    r.index = IndexSpec{{"silver", "orders"}, "i", "btree", {{"a", "", "", "", false, false}}, {}, ""};
    r.patterns = {{"00ff", {2}, {1}}};
    return r;
}

Advice advice(std::initializer_list<const char*> ids) {
    Advice a;
    for (const auto* id : ids) a.recommendations.push_back(recommendation(id));
    a.summary.queries = static_cast<int>(ids.size());
    a.rejected = {{"other", {"s", "t"}, "too little"}};
    a.warnings = {{"w", "m", "h"}};
    return a;
}

std::map<std::string, RecommendationStatus> status(Store& store) {
    std::map<std::string, RecommendationStatus> out;
    for (const auto& r : store.recommendations()) out[r.id] = r.status;
    return out;
}

Deployment deployment(const std::string& id, int steps) {
    Deployment d;
    d.id = id;
    d.recommendation = recommendation("r-" + id);
    d.created_at = "2026-01-01T00:00:00Z";
    for (int i = 1; i <= steps; ++i) {
        Step step;
        step.seq = i;
        step.action = {ActionKind::create_index,
                       {"s", "i" + std::to_string(i)},
                       {"s", "t"},
                       {},
                       "CREATE INDEX " + std::to_string(i)};
        step.undo = "DROP INDEX";
        d.steps.push_back(step);
    }
    return d;
}

}  // namespace

TEST_CASE("advice given again keeps what was decided and done, and expires what is no longer proposed") {
    using enum RecommendationStatus;
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    store->save_advice(advice({"pending", "applied", "verified", "rejected", "approved", "reverted", "dropped"}),
                       start);
    store->set_status("applied", applied);
    store->set_status("verified", verified);
    store->set_status("rejected", rejected);
    store->set_status("approved", approved);
    store->set_status("reverted", reverted);
    store->save_advice(advice({"new", "reverted", "applied", "verified", "rejected", "approved", "pending"}),
                       start + std::chrono::hours(1));
    auto now = status(*store);
    CHECK(now == std::map<std::string, RecommendationStatus>{{"pending", pending},
                                                             {"applied", applied},
                                                             {"verified", verified},
                                                             {"rejected", rejected},
                                                             {"approved", approved},
                                                             {"reverted", pending},
                                                             {"dropped", expired},
                                                             {"new", pending}});
    const auto last = store->last_advice();
    REQUIRE(last);
    REQUIRE(last->recommendations.size() == 7);
    CHECK(last->recommendations[0].id == "new");
    CHECK(last->recommendations[2].status == applied);
    CHECK(last->summary.queries == 7);
    CHECK(last->rejected.at(0).reason == "too little");
    CHECK(last->warnings.size() == 1);
    store->save_advice(advice({"dropped"}), start + std::chrono::hours(2));
    CHECK(status(*store)["dropped"] == pending);
    CHECK(status(*store)["applied"] == applied);
    SQLite::Database db((scratch / "w/dwopt.db").string(), SQLite::OPEN_READONLY);
    SQLite::Statement view(
        db, "SELECT first_seen, last_seen, keys, \"table\" FROM index_recommendations WHERE id = 'dropped'");
    REQUIRE(view.executeStep());
    CHECK(view.getColumn(0).getString() == "2026-01-01T00:00:00Z");
    CHECK(view.getColumn(1).getString() == "2026-01-01T02:00:00Z");
    CHECK(view.getColumn(2).getString() == "[\"a\"]");
    CHECK(view.getColumn(3).getString() == "orders");
    CHECK_THROWS_AS(store->set_status("nobody", applied), Error);
}

TEST_CASE("findings are those of the last analysis") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    Analysis analysis;
    analysis.bottlenecks = {{"1", "temp_spill", Severity::critical, {"s", "t"}, "", "x", "y", {{"a", "b"}}, 2, 1}, {}};
    store->save_analysis(analysis, start);
    analysis.bottlenecks.pop_back();
    store->save_analysis(analysis, start);
    REQUIRE(store->findings().size() == 1);
    CHECK(store->findings()[0].severity == Severity::critical);
    CHECK(store->findings()[0].evidence == analysis.bottlenecks[0].evidence);
}

TEST_CASE("a deployment comes back as far as it got, oldest first, whatever its texts") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    auto first = deployment("d-2", 2);
    store->save(first);
    store->save(deployment("d-1", 1));
    first.steps[0].state = StepState::running;
    first.steps[0].error = hostile;
    first.steps[0].backend_pid = 4711;
    first.steps[0].backend_start = "2026-01-01 00:00:00.123456+00";
    first.steps[0].nonce = "n0nce";
    first.steps[0].elapsed = {1.5};
    first.steps[0].started_at = "2026-01-01T00:00:01Z";
    store->save_step("d-2", first.steps[0]);
    Step back = first.steps[1];
    back.seq = 3;
    back.is_undo = true;
    store->save_step("d-2", back);
    store->set_state("d-2", DeploymentState::needs_attention, hostile);
    store->set_status("r-d-2", RecommendationStatus::applied);  // known through the journal alone

    const auto all = workspace::open(scratch / "w", workspace::Access::read_only)->deployments();
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == "d-2");
    CHECK(all[0].state == DeploymentState::needs_attention);
    CHECK(all[0].note == hostile);
    CHECK(all[0].recommendation.status == RecommendationStatus::applied);
    CHECK(all[0].recommendation.index == first.recommendation.index);
    REQUIRE(all[0].steps.size() == 3);
    const auto& step = all[0].steps[0];
    CHECK(step.action == first.steps[0].action);
    CHECK(step.state == StepState::running);
    CHECK(step.error == hostile);
    CHECK(step.backend_pid == 4711);
    CHECK(step.backend_start == "2026-01-01 00:00:00.123456+00");
    CHECK(step.nonce == "n0nce");
    CHECK(step.elapsed == Millis{1.5});
    CHECK(all[0].steps[2].is_undo);
    store->save(deployment("d-2", 1));
    CHECK(store->deployments()[0].steps.size() == 1);
    CHECK_THROWS_AS(store->save_step("d-9", back), Error);
    CHECK_THROWS_AS(store->set_state("d-9", DeploymentState::failed, ""), Error);
}

TEST_CASE("history gives the last entries in the order they happened") {
    const scratch::Directory scratch;
    const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
    for (const char* event : {"one", "two", "three"}) store->record({"2026-01-01T00:00:00Z", event, "d-1", hostile});
    const auto last = store->history(2);
    REQUIRE(last.size() == 2);
    CHECK(last[0].event == "two");
    CHECK(last[1].event == "three");
    CHECK(store->history(static_cast<std::size_t>(-1)).size() == 3);
    CHECK(store->history(0).empty());
}

TEST_CASE("a kill at any moment leaves a workspace that opens, with every journalled step that was acknowledged") {
    const scratch::Directory scratch;
    const auto path = scratch / "w";
    workspace::open(path, workspace::Access::read_write)->save(deployment("d-0", 1));
    std::mt19937 random(3);
    std::size_t acknowledged = 0;
    for (int round = 0; round < 12; ++round) {
        int pipe[2];
        REQUIRE(::pipe(pipe) == 0);
        const auto child = ::fork();
        if (child == 0) {
            const auto store = workspace::open(path, workspace::Access::read_write);
            for (int i = 0;; ++i) {
                store->record({"2026-01-01T00:00:00Z", "tick", std::to_string(round), std::to_string(i)});
                if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
                Snapshot snapshot;
                snapshot.server.now = start;
                snapshot.catalog.tables = {scratch::table(1, "s", "t" + std::to_string(i))};
                store->save(snapshot, {start, start}, {{Family::table, {{std::to_string(i), {1}}}}}, {}, {}, {});
            }
        }
        ::close(pipe[1]);
        char byte = 0;
        for (auto ticks = 1 + random() % 6; ticks > 0; --ticks) {
            REQUIRE(::read(pipe[0], &byte, 1) == 1);
            ++acknowledged;
        }
        ::usleep(static_cast<useconds_t>(random() % 5'000));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(pipe[0], &byte, 1) == 1) ++acknowledged;
        ::close(pipe[0]);
        const auto store = workspace::open(path, workspace::Access::read_write);
        const auto recorded = store->history(1'000'000).size();
        CHECK(recorded >= acknowledged);
        CHECK(recorded <= acknowledged + 1);
        acknowledged = recorded;
        if (!store->snapshots().empty()) CHECK(store->catalog().tables.size() == 1);
        CHECK(store->deployments().size() == 1);
    }
    SQLite::Database db((path / "dwopt.db").string(), SQLite::OPEN_READONLY);
    CHECK(db.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(db.execAndGet("SELECT count(*) FROM snapshot WHERE id NOT IN (SELECT snapshot FROM table_window)").getInt() ==
          0);
}
