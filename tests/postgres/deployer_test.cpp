#include "database.hpp"
#include "dwopt/open.hpp"
#include "postgres/deployer.hpp"
#include "sql/ddl.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace dwopt;

namespace {

struct Fixture {
    test::Database database;
    std::unique_ptr<Deployer> deployer;
    Silent silent;
    ActionLimits limits;

    Fixture() {
        database.session().execute("CREATE TABLE public.t AS SELECT g AS a, g % 10 AS b FROM generate_series(1, 20000) g");
        deployer = open();
    }
    std::unique_ptr<Deployer> open() { return postgres::open_deployer({database.options(), std::chrono::milliseconds(200)}); }
    static Action action(const std::string& sql) { return sql::classify_ddl(sql).value(); }
    ActionResult run(const std::string& sql, const Cancellation& cancel) {
        static_cast<void>(deployer->begin("0123456789abcdef"));
        return deployer->run(action(sql), limits, cancel, silent);
    }
    ActionResult run(const std::string& sql) { return run(sql, silent); }
    std::string obstacle(const std::string& sql) {
        const auto found = deployer->obstacles(action(sql), Bytes{1});
        return found.empty() ? "" : found.front().code;
    }
};

const std::string create = "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a)";
const std::string drop = "DROP INDEX CONCURRENTLY public.i";
const RelationName index_name{"public", "i"};

struct After : Cancellation {
    std::chrono::steady_clock::time_point end;
    explicit After(Duration time) : end(std::chrono::steady_clock::now() + time) {}
    [[nodiscard]] bool requested() const override { return std::chrono::steady_clock::now() > end; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an index is built, seen in the catalog and dropped") {
    CHECK(obstacle(create).empty());
    CHECK(run(create).outcome == ActionOutcome::done);
    const auto state = deployer->index_state(index_name);
    CHECK(state.valid);
    CHECK(state.table == RelationName{"public", "t"});
    CHECK(obstacle(create) == "drift");
    CHECK(run(drop).outcome == ActionOutcome::done);
    CHECK(!deployer->index_state(index_name).exists);
    CHECK(obstacle(drop) == "drift");
    CHECK(obstacle("CREATE INDEX CONCURRENTLY i ON public.gone USING btree (a)") == "drift");
}

TEST_CASE_FIXTURE(Fixture, "the server's refusal is a value with its SQLSTATE and no row of data") {
    const auto result = run("CREATE INDEX CONCURRENTLY i ON public.t USING btree ((1 / (a - 7)))");
    CHECK(result.outcome == ActionOutcome::failed);
    CHECK(result.error.find("22012") != std::string::npos);
    CHECK(obstacle(create) == "invalid_leftover");
}

TEST_CASE_FIXTURE(Fixture, "only one deployer holds the warehouse") {
    CHECK(deployer->try_lock());
    const auto second = open();
    CHECK(!second->try_lock());
}

TEST_CASE_FIXTURE(Fixture, "a transaction with an old snapshot is an obstacle, a young one is not") {
    pq::Connection reader(database.options());
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
    reader.query("SELECT 1 FROM public.t LIMIT 1");
    CHECK(obstacle(create).empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    CHECK(obstacle(create) == "old_snapshot");
}

TEST_CASE_FIXTURE(Fixture, "a relation lock that stays ungranted is given up by the watch, not by lock_timeout") {
    limits.relation_lock_timeout = std::chrono::milliseconds(300);
    pq::Connection holder(database.options());
    holder.execute("BEGIN");
    holder.execute("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
    CHECK(run(create).outcome == ActionOutcome::lock_timeout);
    CHECK(!deployer->index_state(index_name).exists);
}

TEST_CASE_FIXTURE(Fixture, "waiting for old snapshots is no lock timeout; cancelling ends it at once") {
    limits.relation_lock_timeout = std::chrono::milliseconds(200);
    pq::Connection reader(database.options());
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
    reader.query("SELECT 1 FROM public.t LIMIT 1");
    const auto start = std::chrono::steady_clock::now();
    const After soon(std::chrono::seconds(1));
    CHECK(run(create, soon).outcome == ActionOutcome::cancelled);
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(took > std::chrono::milliseconds(900));
    CHECK(took < std::chrono::seconds(3));
    const auto state = deployer->index_state(index_name);
    CHECK(state.exists);
    CHECK(!state.valid);
}

TEST_CASE_FIXTURE(Fixture, "exactly the journalled server process is ended") {
    const Backend backend = deployer->begin("feedfeedfeedfeed");
    const auto other = open();
    CHECK(other->end_backend({backend.pid, backend.start, "another nonce"}, std::chrono::milliseconds(200)));
    CHECK(run(create).outcome == ActionOutcome::done);
    const Backend again = deployer->begin("feedfeedfeedfeed");
    CHECK(other->end_backend(again, std::chrono::seconds(5)));
    CHECK(deployer->run(action(drop), limits, silent, silent).outcome == ActionOutcome::connection_lost);
    CHECK(deployer->index_state(index_name).valid);
}

TEST_CASE_FIXTURE(Fixture, "steps that block others give up after their short lock timeout") {
    database.session().execute("CREATE TABLE public.p (a int) PARTITION BY RANGE (a); CREATE TABLE public.p1 PARTITION OF public.p DEFAULT");
    pq::Connection writer(database.options());
    writer.execute("BEGIN");
    writer.execute("INSERT INTO public.p VALUES (1)");
    const std::string parent = "CREATE INDEX pi ON ONLY public.p USING btree (a)";
    CHECK(run(parent).outcome == ActionOutcome::lock_timeout);
    writer.execute("ROLLBACK");
    CHECK(run(parent).outcome == ActionOutcome::done);
    CHECK(!deployer->index_state({"public", "pi"}).valid);
    CHECK(run("CREATE INDEX CONCURRENTLY p1i ON public.p1 USING btree (a)").outcome == ActionOutcome::done);
    CHECK(run("ALTER INDEX public.pi ATTACH PARTITION public.p1i").outcome == ActionOutcome::done);
    CHECK(deployer->index_state({"public", "pi"}).valid);
    CHECK(deployer->index_state({"public", "p1i"}).parent == RelationName{"public", "pi"});
    writer.execute("BEGIN");
    writer.query("SELECT count(*) FROM public.p");
    CHECK(run("DROP INDEX public.pi").outcome == ActionOutcome::lock_timeout);
    CHECK(deployer->index_state({"public", "pi"}).valid);
}
