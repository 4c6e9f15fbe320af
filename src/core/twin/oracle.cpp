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
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <thread>

namespace dwopt::twin {
namespace {

// Sessions are as many as planned, not as the machine has processors, and a query stays with its own: where two plans cost the same, which
// one is taken hangs on the order in which a session's indexes were made, and the same question must have the same answer everywhere.
constexpr std::size_t sessions = 2;
static_assert(sessions <= PlanningSession::most);

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
        if (!apart || questions.size() < 2 || !show({}).empty()) return CostOracle::estimate_all(questions, stop);
        if (!second_) second_.emplace(*twin_);
        twin_->touch();
        std::array<std::vector<std::size_t>, sessions> lists;
        for (std::size_t q = 0; q < questions.size(); ++q) lists[session_of(questions[q].query.sql)].push_back(q);
        std::vector<std::optional<PlanEstimate>> answers(questions.size());
        std::atomic<bool> failed = false;
        std::array<std::exception_ptr, sessions> trouble;
        const auto work = [&](std::size_t list, PlanningSession& session) {
            try {
                for (const auto q : lists[list]) {
                    if (failed || stop()) break;
                    answers[q] = plan_apart(session, questions[q]);
                }
                session.close();
            } catch (...) {
                failed = true;
                trouble[list] = std::current_exception();
            }
        };
        std::thread beside(work, 1, std::ref(second_->session));
        work(0, first_);
        beside.join();
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

    // Long statements take long to plan: each new one goes to the session that has less of them.
    std::size_t session_of(const std::string& sql) {
        const auto [at, fresh] = session_of_.try_emplace(sql, 0);
        if (fresh) {
            at->second = static_cast<std::size_t>(std::min_element(load_.begin(), load_.end()) - load_.begin());
            load_[at->second] += sql.size();
        }
        return at->second;
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

    struct Second {
        explicit Second(Twin& twin) : whatif(twin), session(twin, whatif, 2) {}
        WhatIfSession whatif;
        PlanningSession session;
    };

    std::shared_ptr<Twin> twin_;
    std::string checked_;
    WhatIfSchema schema_;  // goes last, when no session holds anything of it
    PlanningSession first_;
    std::optional<Second> second_;
    std::map<std::string, std::size_t> session_of_;
    std::array<std::size_t, sessions> load_{};
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
