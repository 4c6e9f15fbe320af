// How fast and how compact the workspace is at a large warehouse's size: 5,000 statements, 2,000 tables, 4,000 indexes,
// 20,000 columns with about 2 kB of statistics each. Prints one line per operation: seconds, seconds of CPU (what
// counts on a shared machine) and growth of the files.
//
//   cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release && cmake --build build/bench --target bench_workspace
//   build/bench/tests/bench/bench_workspace [DIR]
//
// Goals: first snapshot < 2 s, idle one < 0.3 s and < 20 kB.
#include "workspace/workspace.hpp"

#include <fmt/format.h>

#include <ctime>
#include <random>

using namespace dwopt;

namespace {

constexpr int statements = 5000, tables = 2000, indexes = 4000, columns_per_table = 10;
const Timestamp start = parse_rfc3339("2026-01-01T00:00:00Z");

class Warehouse {
  public:
    Snapshot first() {
        Snapshot s;
        s.server.now = start;
        s.readings.resize(4);
        s.readings[0].family = Family::statement;
        for (int i = 0; i < statements; ++i) s.readings[0].rows.push_back({to_string(key(i)), busy_values()});
        s.readings[1].family = Family::table;
        for (int i = 0; i < tables; ++i)
            s.readings[1].rows.push_back({std::to_string(16384 + i), counts(Family::table, 20)});
        s.readings[2].family = Family::index;
        for (int i = 0; i < indexes; ++i)
            s.readings[2].rows.push_back({std::to_string(100000 + i), counts(Family::index, 8)});
        s.readings[3].family = Family::database;
        s.readings[3].rows.push_back({"5", counts(Family::database, 20)});
        for (int i = 0; i < tables; ++i) add_table(s, i);
        for (int i = 0; i < indexes; ++i) add_index(s, i);
        for (int i = 0; i < 350; ++i) s.catalog.settings.push_back({fmt::format("setting_{}", i), "on", "", "default"});
        return s;
    }

    static StatementKey key(int i) { return {7'000'000'000'000'000'000 + i * 1'000'003LL, 10, 16384, true}; }

    // What a statement row looks like when it moved: a few large numbers, mostly zeros.
    std::vector<double> busy_values() {
        std::vector<double> v(columns(Family::statement).size(), 0.0);
        v[statement::calls] = static_cast<double>(1 + random_() % 1000);
        v[statement::rows] = static_cast<double>(random_() % 100000);
        for (const auto c : {statement::exec_ms, statement::exec_min_ms, statement::exec_max_ms,
                             statement::exec_mean_ms, statement::exec_stddev_ms}) {
            v[c] = static_cast<double>(random_()) / 1e6;
        }
        v[statement::shared_hit] = static_cast<double>(random_() % 1000000);
        v[statement::shared_read] = static_cast<double>(random_() % 10000);
        return v;
    }

  private:
    std::vector<double> counts(Family family, std::size_t filled) {
        std::vector<double> v(columns(family).size(), 0.0);
        for (std::size_t i = 0; i < filled; ++i) v[i] = static_cast<double>(random_() % 1000000);
        return v;
    }

    std::string array(std::size_t bytes) {
        std::string out = "{";
        while (out.size() < bytes) out += fmt::format("\"value {}\",", random_());
        out.back() = '}';
        return out;
    }

    void add_table(Snapshot& s, int i) {
        Table t;
        t.oid = static_cast<Oid>(16384 + i);
        t.name = {"silver", fmt::format("table_{:05}", i)};
        t.owner = "warehouse";
        RelationStatistics statistics{t.name, {}};
        for (int c = 0; c < columns_per_table; ++c) {
            t.columns.push_back({fmt::format("column_{}", c), "timestamp with time zone", 'D', true, true, true});
            ColumnStatistics column;
            column.column = t.columns.back().name;
            column.n_distinct = -0.25;
            column.correlation = 0.5;
            column.most_common_vals = array(700);
            column.most_common_freqs = array(500);
            column.histogram_bounds = array(700);
            statistics.columns.push_back(std::move(column));
        }
        s.statistics_versions[t.name] = "2026-01-01 00:00:00";
        s.catalog.constraints.push_back(
            {t.name.name + "_pkey", t.name, 'p', {"column_0"}, {}, {}, "PRIMARY KEY (column_0)"});
        s.catalog.statistics.push_back(std::move(statistics));
        s.catalog.tables.push_back(std::move(t));
    }

    static void add_index(Snapshot& s, int i) {
        Index index;
        index.oid = static_cast<Oid>(100000 + i);
        index.table = {"silver", fmt::format("table_{:05}", i / 2)};
        index.name = {"silver", fmt::format("index_{:05}", i)};
        index.keys = {{"column_0", "", "", "", false, false}, {"column_1", "", "", "", false, false}};
        index.definition = fmt::format("CREATE INDEX {} ON silver.{} USING btree (column_0, column_1)", index.name.name,
                                       index.table.name);
        s.catalog.indexes.push_back(std::move(index));
    }

    std::mt19937 random_{1};
};

// Runs `work`, prints what it took.
template <class Work>
void measure(const char* what, const std::filesystem::path& directory, Work work) {
    const auto size = workspace::size_on_disk(directory);
    const auto cpu = std::clock();
    const auto began = std::chrono::steady_clock::now();
    work();
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto busy = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    fmt::print("{:<46}{:>8.3f} s{:>8.3f} s CPU{:>12.1f} kB\n", what, took, busy,
               static_cast<double>((workspace::size_on_disk(directory) - size).value) / 1024);
}

void run(const std::filesystem::path& directory) {
    Warehouse warehouse;
    const auto store = workspace::open(directory, workspace::Access::read_write);
    auto snapshot = warehouse.first();
    std::vector<Statement> known;
    std::map<std::string, std::string> texts;
    for (int i = 0; i < statements; ++i) {
        known.push_back({Warehouse::key(i), "etl", fmt::format("{:016x}", i / 2), false, false});
        texts[known.back().pattern] =
            fmt::format("SELECT a, b, c FROM silver.table_{} WHERE column_0 = $1 AND column_1 BETWEEN $2 AND $3 {}", i,
                        std::string(200, 'x'));
    }
    Timestamp now = start;
    const auto save = [&](const std::vector<CounterDelta>& deltas) {
        now += std::chrono::minutes(5);
        snapshot.server.now = now;
        (void)store->save(snapshot, {now - std::chrono::minutes(5), now}, deltas, {}, known, texts);
        known.clear();
        texts.clear();
    };
    measure("first snapshot", directory, [&] { save({}); });
    snapshot.catalog.statistics.clear();
    for (int i = 0; i < 3; ++i) measure("idle snapshot", directory, [&] { save({}); });
    const auto move = [&](int count) {
        CounterDelta delta{Family::statement, {}};
        for (int i = 0; i < count; ++i) {
            auto& row = snapshot.readings[0].rows[static_cast<std::size_t>(i)];
            row.values = warehouse.busy_values();
            delta.rows.push_back({row.key, warehouse.busy_values()});
        }
        return delta;
    };
    measure("snapshot, 5,000 statements moved", directory, [&] { save({move(statements)}); });
    for (int i = 0; i < 2; ++i) measure("snapshot, 50 statements moved", directory, [&] { save({move(50)}); });
    measure("what the next collect must know", directory, [&] {
        (void)store->known_state();
        (void)store->last_readings();
    });
    measure("the catalog with all statistics", directory, [&] { (void)store->catalog(); });
    for (int i = 0; i < 40; ++i) save({move(statements)});
    measure("reading 43 windows of statements", directory, [&] {
        store->each_delta(Family::statement, start, now, [](const StoredSnapshot&, const CounterRow&) {});
    });
    measure("roll-up of 4 hours, 43 windows", directory, [&] { store->retain({}, now + std::chrono::hours(24 * 8)); });
    measure("retention with nothing to do", directory, [&] { store->retain({}, now + std::chrono::hours(24 * 8)); });
    measure("100 journal entries, each synced", directory, [&] {
        for (int i = 0; i < 100; ++i) store->record({"2026-01-01T00:00:00Z", "bench", "s", "d"});
    });
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path parent = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().c_str();
    const auto directory = parent / "dwopt-bench-workspace";
    std::filesystem::remove_all(directory);
    run(directory);
    fmt::print("files in the end: {}\n", human(workspace::size_on_disk(directory)));
    std::filesystem::remove_all(directory);
}
