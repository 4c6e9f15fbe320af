#include "config.hpp"

#include "dwopt/error.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace dwopt;
using namespace dwopt::cli;

namespace {

class File {
  public:
    explicit File(const std::string& text) {
        std::string name = (std::filesystem::temp_directory_path() / "dwopt-config.XXXXXX").string();
        close(mkstemp(name.data()));
        path_ = name;
        std::ofstream(path_) << text;
    }
    ~File() { std::filesystem::remove(path_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// What read_config() says of a text, behind "FILE:".
std::string complaint(const std::string& text) {
    const File file(text);
    try {
        static_cast<void>(read_config(file.path()));
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_FALSE(error.hint().empty());
        const std::string what = error.what();
        const std::string start = file.path().string() + ":";
        CHECK(what.starts_with(start));
        return what.substr(std::min(start.size(), what.size())) + " | " + error.hint();
    }
    return "none";
}

}  // namespace

TEST_CASE("every kind of value is read") {
    const File file("[connection]\ndsn = \"service=dwh\"\n[deploy]\nlock_timeout = \"2s\"\nretries = 3\n"
                    "[analyze]\nscan_rows_pct = 7\ndead_pct = 12.5\nstandby_may_read = true\nunused_size = 4096\n"
                    "[recommend]\nbudget = \"2GB\"\n[layers]\nbronze = [\"raw\", \"landing zone\"]\n[retention]\n");
    const Config config = read_config(file.path());
    CHECK(config.dsn == "service=dwh");
    CHECK(config.deploy.limits.relation_lock_timeout == std::chrono::seconds(2));
    CHECK(config.deploy.retries == 3);
    CHECK(config.thresholds.scan_rows_pct == 7);
    CHECK(config.thresholds.dead_pct == 12.5);
    CHECK(config.thresholds.standby_may_read);
    CHECK(config.thresholds.unused_size.value == 4096);
    CHECK(config.advice.budget->value == 2LL << 30);
    CHECK(config.bronze == std::vector<std::string>{"raw", "landing zone"});
    CHECK(config.file == file.path());
}

TEST_CASE("the example sets every key to its default") {
    const File file(example_config());
    Config read = read_config(file.path());
    Config fresh;
    for (const Key& key : keys()) {
        CAPTURE(key.name);
        const Slot a = key.slot(read);
        const Slot b = key.slot(fresh);
        CHECK(a.index() == b.index());
        std::visit(
            [&](auto* value) {
                const bool same = *value == *std::get<decltype(value)>(b);
                CHECK(same);
            },
            a);
    }
}

TEST_CASE("mistakes name the line and the nearest key") {
    CHECK(complaint("[deploy]\nlock_timout = \"1s\"\n") ==
          "2: unknown key 'deploy.lock_timout' | Did you mean 'lock_timeout'? See 'man dwopt.toml' for all keys.");
    CHECK(complaint("\n[analyse]\n").starts_with("2: unknown section 'analyse' | Did you mean 'analyze'?"));
    CHECK(complaint("dsn = 'x'\n").starts_with("1: key 'dsn' stands outside of a section"));
    CHECK(complaint("[deploy]\nretries = \"3\"\n").starts_with("2: 'deploy.retries' must be a whole number"));
    CHECK(complaint("[deploy]\nretries = -1\n").starts_with("2: 'deploy.retries' must be"));
    CHECK(complaint("[analyze]\ndead_pct = 101\n").starts_with("2: 'analyze.dead_pct' must lie between 0 and 100"));
    CHECK(complaint("[analyze]\ndead_pct = nan\n").starts_with("2: 'analyze.dead_pct' must lie between 0 and 100"));
    CHECK(complaint("[analyze]\nstandby_may_read = 1\n").starts_with("2: 'analyze.standby_may_read' must be a boolean"));
    CHECK(complaint("[analyze]\nunused_age = 30\n").starts_with("2: 'analyze.unused_age' must be a duration"));
    CHECK(complaint("[recommend]\nbudget = \"2 GiB\"\n").starts_with("2: '2 GiB' is not a size"));
    CHECK(complaint("[what_if]\nmode = \"twins\"\n").starts_with("2: 'what_if.mode' is 'twins' and must be one of best, twin, live, none"));
    CHECK(complaint("[recommend]\nmax_width = 33\n").starts_with("2: 'recommend.max_width' must lie between 1 and 32"));
    CHECK(complaint("[recommend]\nmax_patterns = 0\n").starts_with("2: 'recommend.max_patterns' must be a small number, 1 or more"));
    CHECK(complaint("[recommend]\ntime_limit = \"0ms\"\n").starts_with("2: 'recommend.time_limit' must be more than nothing"));
    CHECK(complaint("[layers]\ngold = [1]\n").starts_with("2: 'layers.gold' must be a list of texts"));
    CHECK(complaint("[connection]\ndsn = {a = 1}\n").starts_with("2: 'connection.dsn' must be a text"));
    CHECK(complaint("[connection\n").starts_with("1: "));
    CHECK(complaint("[connection]\ndsn = \"a\"\ndsn = \"b\"\n").starts_with("3: "));
}
