// A small server whose true activity is known, put through everything that can happen to its books.
#include "dwopt/stages.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace dwopt;

namespace {

constexpr std::size_t keys = 6;

struct Books {
    std::map<int, std::vector<double>> rows;
    Timestamp reset_at{};
    std::int64_t dealloc = 0;
};

class ServerModel {
  public:
    explicit ServerModel(unsigned seed) : random_(seed) {
        state_.now = Timestamp(std::chrono::seconds(1'700'000'000));
        state_.started_at = state_.now;
        state_.timeline = 1;
        statements_.reset_at = tables_.reset_at = state_.now;
        // A standby with a past of its own, for the failovers.
        for (int k = 0; k < static_cast<int>(keys); ++k) other_.rows[k] = {draw(1000), draw(1000)};
        other_.reset_at = state_.now - std::chrono::hours(1000);
    }

    void step() {
        state_.now += std::chrono::seconds(1);
        switch (static_cast<int>(draw(14))) {
            case 0: reset_all(statements_); break;
            case 1: forget_one(statements_); break;
            case 2: forget_one(statements_); ++statements_.dealloc; break;
            case 3: reset_all(tables_); break;
            case 4: zero_one(tables_); tables_.reset_at = state_.now; break;
            case 5: state_.started_at = state_.now; break;
            case 6: state_.started_at = state_.now; reset_all(statements_); tables_.rows.clear(); break;
            case 7: if (draw(6) < 1) fail_over(); break;
            default: work(); break;
        }
    }

    std::vector<CounterReading> readings() const {
        return {make(Family::statement, statements_), make(Family::table, tables_)};
    }
    const ServerState& state() const { return state_; }
    // True activity since the last call.
    std::map<std::string, std::vector<double>> take_truth() { return std::exchange(truth_, {}); }
    bool take_disturbed() { return std::exchange(disturbed_, false); }

  private:
    double draw(double below) { return std::floor(std::uniform_real_distribution<double>(0, below)(random_)); }
    static std::string key(Family family, int k) { return family == Family::statement ? std::to_string(k + 1) + "/10/5/t" : std::to_string(k + 1); }

    void work() {
        for (int i = 0; i < 4; ++i) {
            const int k = static_cast<int>(draw(keys));
            for (auto [family, books] : {std::pair{Family::statement, &statements_}, std::pair{Family::table, &tables_}}) {
                auto& row = books->rows[k];
                auto& truth = truth_[std::string(name(family)) + key(family, k)];
                row.resize(2);
                truth.resize(2);
                for (std::size_t c = 0; c < 2; ++c) {
                    const double amount = draw(c == 0 ? 3 : 50) + (c == 0 ? 1 : 0);
                    row[c] += amount;
                    truth[c] += amount;
                }
            }
        }
    }
    void reset_all(Books& books) { disturbed_ = true; books.rows.clear(); books.reset_at = state_.now; books.dealloc = 0; }
    void forget_one(Books& books) { disturbed_ = true; if (!books.rows.empty()) books.rows.erase(books.rows.begin()); }
    void zero_one(Books& books) { disturbed_ = true; if (!books.rows.empty()) books.rows.begin()->second = {0, 0}; }
    void fail_over() {
        disturbed_ = true;
        std::swap(statements_, other_);
        for (auto& [k, row] : tables_.rows) row = {draw(2000), draw(2000)};
        tables_.reset_at = state_.now - std::chrono::hours(900) - std::chrono::microseconds(static_cast<int>(draw(1e9)));
        state_.started_at = state_.now - std::chrono::hours(500) + std::chrono::seconds(static_cast<int>(draw(1000)));
        ++state_.timeline;
    }

    static CounterReading make(Family family, const Books& books) {
        CounterReading r{family, rfc3339(books.reset_at), books.reset_at, books.dealloc, {}};
        for (const auto& [k, counters] : books.rows) {
            std::vector<double> values(columns(family).size(), 0);
            std::copy(counters.begin(), counters.end(), values.begin());
            r.rows.push_back({key(family, k), std::move(values)});
        }
        return r;
    }

    std::mt19937 random_;
    ServerState state_;
    Books statements_, tables_, other_;
    std::map<std::string, std::vector<double>> truth_;
    bool disturbed_ = false;
};

}  // namespace

TEST_CASE("whatever happens to the books, deltas are never negative and never more than the truth") {
    std::size_t rows = 0, exact = 0;
    for (unsigned seed = 0; seed < 400; ++seed) {
        ServerModel model(seed);
        auto before = model.readings();
        auto server_before = model.state();
        for (int look = 0; look < 25; ++look) {
            for (unsigned i = 0; i <= (seed + static_cast<unsigned>(look)) % 7; ++i) model.step();
            const auto after = model.readings();
            const auto d = difference(before, server_before, after, model.state());
            auto truth = model.take_truth();
            std::map<std::string, std::vector<double>> told;
            for (const auto& delta : d.deltas) {
                for (const auto& row : delta.rows) {
                    const auto& real = truth[std::string(name(delta.family)) + row.key];
                    for (std::size_t c = 0; c < 2; ++c) {
                        INFO("seed " << seed << " look " << look << " " << row.key);
                        REQUIRE(row.values[c] >= 0);
                        REQUIRE(row.values[c] <= (real.empty() ? 0 : real[c]));
                    }
                    told[std::string(name(delta.family)) + row.key] = {row.values[0], row.values[1]};
                    ++rows;
                }
            }
            if (!model.take_disturbed()) {
                for (const auto& row : truth) {
                    INFO("seed " << seed << " look " << look << " " << row.first);
                    if (row.second.size() == 2) REQUIRE(told[row.first] == row.second);
                    ++exact;
                }
            }
            before = after;
            server_before = model.state();
        }
    }
    CHECK(rows > 10000);
    CHECK(exact > 10000);
}
