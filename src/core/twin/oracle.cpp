// Statements planned under one configuration after another, each put in place with as few changes as the one before allows.
//
// Three roles: the superuser's sessions change the catalog, the owner's defines objects, those of the planning role only ever plan
// and read, since texts come from outside. Configurations of indexes alone are private to a session, so several are planned under
// at the same time; what changes tables, for all to see, is planned under by the first session alone.
#include "twin/twin.hpp"

#include "changed_statistics.hpp"
#include "divided_tables.hpp"
#include "load.hpp"
#include "planning_session.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace dwopt::twin {
namespace {

// Questions dealt out to sessions: each has a list of its own, so that the same indexes are mostly needed in the same session, and
// takes from the others' ends when that is done.
class Deal {
  public:
    Deal(const std::vector<Question>& questions, std::size_t hands) : hands_(hands) {
        for (std::size_t q = 0; q < questions.size(); ++q) hands_[std::hash<std::string>{}(questions[q].query.sql) % hands].push_back(q);
    }
    std::optional<std::size_t> next(std::size_t hand) {
        const std::lock_guard held(mutex_);
        const bool own = !hands_[hand].empty();
        auto& from = own ? hands_[hand] : *std::max_element(hands_.begin(), hands_.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
        if (from.empty()) return std::nullopt;
        const auto question = own ? from.front() : from.back();
        own ? from.pop_front() : from.pop_back();
        return question;
    }

  private:
    std::mutex mutex_;
    std::vector<std::deque<std::size_t>> hands_;
};

class TwinOracle : public CostOracle {
  public:
    TwinOracle(std::shared_ptr<Twin> twin, std::string checked)
        : twin_(std::move(twin)), checked_(std::move(checked)), schema_(*twin_), first_(*twin_, schema_, 1), tables_(schema_, first_.connection()), statistics_(schema_) {}

    [[nodiscard]] std::string name() const override { return "twin"; }
    [[nodiscard]] std::string description() const override {
        const int version = schema_.version();
        return fmt::format("planner twin (PostgreSQL {}.{}{}{})", version / 10000, version % 10000, checked_.empty() ? "" : "; ", checked_);
    }
    [[nodiscard]] bool can_hide() const override { return true; }
    [[nodiscard]] std::int64_t calls() const override { return calls_; }

    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        PlanEstimate plan;
        plan.failure = first_.planner().refused(query.sql);
        if (!plan.failure.empty()) return plan;
        plan.failure = show(configuration);
        if (!plan.failure.empty()) return plan;
        if (++calls_ % 64 == 1) twin_->touch();
        return first_.estimate(query, shown_.divide.empty() ? configuration : tables_.spread(configuration), [&](const std::string& index) { return tables_.name_of(index); });
    }

    std::vector<std::optional<PlanEstimate>> estimate_all(const std::vector<Question>& questions, const std::function<bool()>& stop) override {
        // Hiding an existing index is a change that two sessions would wait for each other with.
        const bool apart = std::all_of(questions.begin(), questions.end(), [](const Question& q) { return q.configuration.indexes_only() && q.configuration.hide.empty(); });
        const std::size_t hands = std::min({questions.size(), std::size_t{PlanningSession::most}, std::size_t{std::max(1U, std::thread::hardware_concurrency())}});
        if (!apart || hands < 2) return CostOracle::estimate_all(questions, stop);
        if (auto trouble = show({}); !trouble.empty()) return CostOracle::estimate_all(questions, stop);
        while (others_.size() + 1 < hands) others_.emplace_back(*twin_, static_cast<int>(others_.size()) + 2);
        twin_->touch();
        std::vector<std::optional<PlanEstimate>> answers(questions.size());
        Deal deal(questions, hands);
        std::atomic<bool> failed = false;
        const auto work = [&](std::size_t hand, PlanningSession& session) {
            while (!failed && !stop()) {
                const auto q = deal.next(hand);
                if (!q) break;
                answers[*q] = plan_apart(session, questions[*q]);
            }
            session.close();
        };
        std::vector<std::exception_ptr> trouble(hands);
        std::vector<std::thread> threads;
        const auto guarded = [&](std::size_t hand, PlanningSession& session) {
            try {
                work(hand, session);
            } catch (...) {
                failed = true;
                trouble[hand] = std::current_exception();
            }
        };
        for (std::size_t hand = 1; hand < hands; ++hand) threads.emplace_back(guarded, hand, std::ref(others_[hand - 1].session));
        guarded(0, first_);
        for (auto& thread : threads) thread.join();
        for (const auto& one : trouble) {
            if (one) std::rethrow_exception(one);
        }
        return answers;
    }

  private:
    std::string show(const Configuration& configuration) {
        if (auto trouble = show_tables(configuration); !trouble.empty()) return "a table could not be tried: " + trouble;
        if (auto trouble = set(configuration.settings); !trouble.empty()) return "a setting could not be tried: " + trouble;
        return {};
    }

    PlanEstimate plan_apart(PlanningSession& session, const Question& question) {
        PlanEstimate plan;
        plan.failure = session.planner().refused(question.query.sql);
        if (!plan.failure.empty()) return plan;
        ++calls_;
        return session.estimate(question.query, question.configuration);
    }

    // Indexes hang on tables and orders on partitions, so what is on top comes down before what is below changes.
    std::string show_tables(const Configuration& wanted) {
        if (wanted.divide == shown_.divide && wanted.order == shown_.order && wanted.statistics == shown_.statistics) return {};
        first_.close();
        statistics_.restore();
        shown_.divide.clear();
        shown_.order.clear();
        shown_.statistics.clear();
        first_.planner().forget_plans();
        if (auto trouble = tables_.show(wanted.divide); !trouble.empty()) {
            (void)tables_.show({});
            return trouble;
        }
        shown_.divide = wanted.divide;
        auto trouble = statistics_.show(wanted, [&](const RelationName& table) { return tables_.leaves(table); });
        if (!trouble.empty()) {
            statistics_.restore();
            return trouble;
        }
        shown_.order = wanted.order;
        shown_.statistics = wanted.statistics;
        return {};
    }

    std::string set(const std::vector<Setting>& settings) {
        if (settings == shown_.settings) return {};
        first_.close();  // whose end would undo them
        first_.planner().forget_plans();
        auto& connection = first_.connection();
        for (const auto& setting : std::exchange(shown_.settings, {})) connection.query("RESET " + setting.name);
        for (const auto& setting : settings) {
            if (connection.query(fmt::format("select from pg_catalog.pg_settings s where s.name = $1 and s.context = 'user' and {}", planner_settings), {setting.name}).rows() == 0) {
                return fmt::format("'{}' is none that a session may change and a planner looks at", setting.name);
            }
            try {
                connection.query("select pg_catalog.set_config($1, $2, false)", {setting.name, setting.value});
                shown_.settings.push_back(setting);
            } catch (const pq::SqlError& error) {
                return pq::failure_of(error);
            }
        }
        return {};
    }

    struct Other {
        Other(Twin& twin, int number) : admin(twin), session(twin, admin, number) {}
        WhatIfSession admin;
        PlanningSession session;
    };

    std::shared_ptr<Twin> twin_;
    std::string checked_;
    WhatIfSchema schema_;  // goes last, when no session holds anything of it
    PlanningSession first_;
    std::deque<Other> others_;
    DividedTables tables_;
    ChangedStatistics statistics_;
    Configuration shown_;  // but for its indexes
    std::atomic<std::int64_t> calls_ = 0;
};

}  // namespace

std::unique_ptr<CostOracle> open_oracle(std::shared_ptr<Twin> twin, std::string checked) {
    return std::make_unique<TwinOracle>(std::move(twin), std::move(checked));
}

}  // namespace dwopt::twin
