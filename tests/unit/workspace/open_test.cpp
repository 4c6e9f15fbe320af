// Making and opening a workspace, and refusing what cannot be trusted.
#include "schema.hpp"
#include "scratch.hpp"
#include "workspace/lock.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dwopt;
namespace fs = std::filesystem;

namespace {

unsigned mode(const fs::path& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777;
}

struct Refusal {
    std::optional<ErrorKind> kind;
    std::string message, hint;
};

template <class Work>
Refusal refusal(Work work) {
    try {
        work();
    } catch (const Error& e) {
        return {e.kind(), e.what(), e.hint()};
    }
    return {};
}

Refusal opening(const fs::path& path, workspace::Access access = workspace::Access::read_write) {
    return refusal([&] { (void)workspace::open(path, access); });
}

void execute(const fs::path& file, const char* sql) {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec(sql);
}

}  // namespace

TEST_CASE("a new workspace is private whatever the umask") {
    const scratch::Directory scratch;
    for (const mode_t umask : {0, 0777}) {
        const auto path = scratch / (umask == 0 ? "open/deep/a" : "closed/deep/b");
        const auto before = ::umask(umask);
        {
            const auto store = workspace::open(path, workspace::Access::read_write);
            store->record({"2026-01-01T00:00:00Z", "test", "s", "d"});
            CHECK(mode(path / "dwopt.db-wal") == 0600);
            CHECK(mode(path / "dwopt.db-shm") == 0600);
        }
        ::umask(before);
        CHECK(mode(path) == 0700);
        CHECK(mode(path.parent_path()) == 0700);
        CHECK(mode(path / "dwopt.db") == 0600);
    }
}

TEST_CASE("a file that became readable for others is made private again") {
    const scratch::Directory scratch;
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    ::chmod((scratch / "w/dwopt.db").c_str(), 0644);
    (void)workspace::open(scratch / "w", workspace::Access::read_only);
    CHECK(mode(scratch / "w/dwopt.db") == 0600);
}

TEST_CASE("reading makes nothing and changes nothing") {
    const scratch::Directory scratch;
    const auto none = opening(scratch / "none", workspace::Access::read_only);
    CHECK(none.kind == ErrorKind::workspace);
    CHECK(none.hint.find("dwopt collect") != std::string::npos);
    CHECK_FALSE(fs::exists(scratch / "none"));
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    const auto store = workspace::open(scratch / "w", workspace::Access::read_only);
    CHECK_THROWS_AS(store->record({"t", "e", "s", "d"}), Error);
    CHECK(store->history(10).empty());
}

TEST_CASE("links, foreign owners and open doors are refused") {
    const scratch::Directory scratch;
    fs::create_directory(scratch / "links");
    ::chmod((scratch / "links").c_str(), 0700);
    std::ofstream(scratch / "victim") << "precious";
    fs::create_symlink(scratch / "victim", scratch / "links/dwopt.db");
    const auto link = opening(scratch / "links");
    CHECK(link.kind == ErrorKind::workspace);
    CHECK(link.message.ends_with("is a symbolic link"));
    CHECK(fs::file_size(scratch / "victim") == 8);

    fs::create_directory(scratch / "wide");
    ::chmod((scratch / "wide").c_str(), 0777);
    CHECK(opening(scratch / "wide").message.ends_with("can be written by others"));
    CHECK(mode(scratch / "wide") == 0777);
    CHECK_FALSE(fs::exists(scratch / "wide/dwopt.db"));

    std::ofstream(scratch / "file") << "x";
    CHECK(opening(scratch / "file").kind == ErrorKind::workspace);
    if (::geteuid() == 0) {
        fs::create_directory(scratch / "theirs");
        REQUIRE(::chown((scratch / "theirs").c_str(), 65534, 65534) == 0);
        CHECK(opening(scratch / "theirs").message.ends_with("belongs to another user"));
        (void)workspace::open(scratch / "w", workspace::Access::read_write);
        REQUIRE(::chown((scratch / "w/dwopt.db").c_str(), 65534, 65534) == 0);
        CHECK(opening(scratch / "w").message.ends_with("belongs to another user"));
    }
}

TEST_CASE("a symbolic link to the directory is the directory") {
    const scratch::Directory scratch;
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    fs::create_directory_symlink(scratch / "w", scratch / "link");
    workspace::open(scratch / "link", workspace::Access::read_write)->record({"t", "e", "s", "d"});
    CHECK(workspace::open(scratch / "w", workspace::Access::read_only)->history(1).size() == 1);
}

TEST_CASE("damaged, foreign and newer files are refused with a way out, and kept") {
    const scratch::Directory scratch;
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    const auto file = scratch / "w/dwopt.db";

    execute(file, "PRAGMA user_version = 9999");
    const auto newer = opening(scratch / "w");
    CHECK(newer.kind == ErrorKind::workspace);
    CHECK(newer.message.find("newer dwopt (schema 9999") != std::string::npos);
    CHECK_FALSE(newer.hint.empty());

    std::ofstream(file, std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
    const auto damaged = opening(scratch / "w");
    CHECK(damaged.kind == ErrorKind::workspace);
    CHECK(damaged.hint.find("PRAGMA integrity_check") != std::string::npos);
    CHECK(fs::file_size(file) == 8192);

    fs::remove(file);
    execute(file, "CREATE TABLE somebody_elses (x)");
    CHECK(opening(scratch / "w").message.ends_with("is no workspace of dwopt"));
}

TEST_CASE("damage inside the file is met as an error, not as a crash") {
    const scratch::Directory scratch;
    {
        const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
        for (int i = 0; i < 500; ++i) store->record({"2026-01-01T00:00:00Z", "event", std::string(200, 's'), "d"});
    }
    const auto file = scratch / "w/dwopt.db";
    const auto size = fs::file_size(file);
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(static_cast<std::streamoff>(size / 2));
        bytes << std::string(size / 2, '\xee');
    }
    const auto found = refusal([&] {
        const auto store = workspace::open(scratch / "w", workspace::Access::read_write);
        (void)store->history(1000);
        (void)store->catalog();
        (void)store->deployments();
    });
    CHECK(found.kind == ErrorKind::workspace);
    CHECK(found.hint.find("PRAGMA integrity_check") != std::string::npos);
}

TEST_CASE("migrations go forward one by one, and a failing one leaves the version before") {
    const scratch::Directory scratch;
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    const auto file = scratch / "w/dwopt.db";
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE);
    const auto newest = workspace::migrations().back().version;
    const workspace::Migration good{
        newest + 1, [](SQLite::Database& d) { d.exec("CREATE TABLE later (x); INSERT INTO later VALUES (7)"); }};
    const workspace::Migration bad{
        newest + 2, [](SQLite::Database& d) { d.exec("DELETE FROM later; SELECT nonsense FROM nowhere"); }};
    std::vector<workspace::Migration> steps(workspace::migrations().begin(), workspace::migrations().end());
    steps.push_back(good);
    steps.push_back(bad);
    CHECK_THROWS(workspace::migrate(db, steps, file));
    CHECK(db.execAndGet("PRAGMA user_version").getInt() == newest + 1);
    CHECK(db.execAndGet("SELECT x FROM later").getInt() == 7);
    CHECK(opening(scratch / "w").message.find("newer dwopt") != std::string::npos);
}

TEST_CASE("columns an older workspace lacks are added") {
    const scratch::Directory scratch;
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    const auto file = scratch / "w/dwopt.db";
    {
        SQLite::Database db(file.string(), SQLite::OPEN_READWRITE);
        db.exec(
            "UPDATE meta SET value = 'older' WHERE key = 'views'; DROP VIEW statement_metrics; DROP VIEW "
            "query_patterns; "
            "DROP VIEW performance_metrics; ALTER TABLE statement_window DROP COLUMN jit_ms");
    }
    (void)workspace::open(scratch / "w", workspace::Access::read_write);
    SQLite::Database db(file.string(), SQLite::OPEN_READONLY);
    CHECK(db.execAndGet("SELECT count(*) FROM pragma_table_info('statement_window') WHERE name = 'jit_ms'").getInt() ==
          1);
    CHECK(db.execAndGet("SELECT count(*) FROM statement_metrics WHERE jit_ms > 0").getInt() == 0);
}

TEST_CASE("many processes may open a new workspace at once") {
    const scratch::Directory scratch;
    const auto path = scratch / "w";
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        const auto child = ::fork();
        if (child == 0) {
            try {
                workspace::open(path, workspace::Access::read_write)
                    ->record({"t", "e", std::to_string(::getpid()), "d"});
                ::_exit(0);
            } catch (...) {
                ::_exit(1);
            }
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    CHECK(workspace::open(path, workspace::Access::read_only)->history(100).size() == 6);
}

TEST_CASE("the deployment lock names its holder and ends with it") {
    const scratch::Directory scratch;
    const auto path = scratch / "w";
    {
        const workspace::DeploymentLock mine(path);
        CHECK(mode(path / "deploy.lock") == 0600);
        const auto second = refusal([&] { const workspace::DeploymentLock other(path); });
        CHECK(second.kind == ErrorKind::busy);
        CHECK(second.message.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
        const workspace::CollectLock independent(path);
        const auto waited = refusal([&] { const workspace::CollectLock other(path, std::chrono::milliseconds(50)); });
        CHECK(waited.kind == ErrorKind::busy);
    }
    const workspace::DeploymentLock again(path);

    fs::remove(path / "collect.lock");
    fs::create_symlink(scratch / "elsewhere", path / "collect.lock");
    CHECK(refusal([&] { const workspace::CollectLock link(path); }).kind == ErrorKind::workspace);
    CHECK_FALSE(fs::exists(scratch / "elsewhere"));
}

TEST_CASE("a killed holder leaves no lock behind") {
    const scratch::Directory scratch;
    const auto path = scratch / "w";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const workspace::DeploymentLock held(path);
        if (::write(ready[1], "x", 1) != 1) ::_exit(1);
        ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(refusal([&] { const workspace::DeploymentLock other(path); }).message.find(std::to_string(child)) !=
          std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK_FALSE(refusal([&] { const workspace::DeploymentLock other(path); }).kind.has_value());
    ::close(ready[0]);
    ::close(ready[1]);
}
