#include "postgres/oracle.hpp"

#include "hypothetical.hpp"
#include "model/identifier.hpp"
#include "pq/explain.hpp"
#include "reading_role.hpp"
#include "sql/normalise.hpp"
#include "sql/placeholders.hpp"
#include "sql_failure.hpp"

#include <fmt/format.h>

#include <map>

namespace dwopt::postgres {
namespace {

constexpr int generic_plan_since = 160000;  // EXPLAIN (GENERIC_PLAN)

// EXPLAIN takes other statements too; only these are ever given to it. Several in one text the server refuses by itself,
// as every query goes through the extended protocol.
bool plain_statement(const std::string& sql) {
    const auto seen = sql::normalise(sql);
    if (!seen.parsed || seen.truncated) return false;
    return seen.kind == StatementKind::select || seen.kind == StatementKind::insert || seen.kind == StatementKind::update ||
           seen.kind == StatementKind::remove || seen.kind == StatementKind::merge;
}

std::string path_setting(const std::vector<std::string>& path) {
    std::string setting;
    for (const auto& schema : path) setting += (setting.empty() ? "" : ", ") + model::quote_identifier(schema);
    return setting;
}

std::string explain_execute(const std::string& name, int parameters) {
    std::string sql = "EXPLAIN (FORMAT JSON) EXECUTE " + name;
    for (int n = 0; n < parameters; ++n) sql += n == 0 ? "(NULL" : ", NULL";
    return parameters > 0 ? sql + ")" : sql;
}

class LiveOracle : public CostOracle {
  public:
    LiveOracle(const pq::ConnectionOptions& options, const std::string& reading_role) : connection_(options) {
        require_own_session();
        role_ = step_down(connection_, reading_role.empty() ? default_reading_role : reading_role);
        indexes_.emplace(connection_);
        connection_.query("/* dwopt */ select pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false)");
    }

    [[nodiscard]] std::string name() const override { return "live"; }
    [[nodiscard]] std::string description() const override {
        const int version = connection_.server_version_num();
        return fmt::format("HypoPG {} on the server (PostgreSQL {}.{}), planned as role {}", indexes_->version(), version / 10000,
                           version % 10000, role_);
    }
    [[nodiscard]] bool can_hide() const override { return indexes_->can_hide(); }
    [[nodiscard]] std::int64_t calls() const override { return calls_; }

    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        const int parameters = sql::parameter_count(query.sql);
        PlanEstimate plan;
        plan.grade = parameters > 0 ? EvidenceGrade::generic_plan : EvidenceGrade::planner;
        if (refused(query.sql)) {
            plan.failure = "it is no single SELECT, INSERT, UPDATE, DELETE or MERGE";
            return plan;
        }
        if (auto trouble = indexes_->show(configuration); !trouble.empty()) {
            plan.failure = "an index could not be tried: " + trouble;
            return plan;
        }
        ++calls_;
        try {
            set_path(query.search_path);
            const auto facts = pq::read_plan(explained(query.sql, parameters));
            if (facts.total_cost < 0) plan.failure = "the server's plan could not be read";
            plan.total = Cost{facts.total_cost};
            for (const auto& index : facts.indexes) plan.indexes.push_back(indexes_->name_of(index));
        } catch (const pq::SqlError& error) {
            plan.failure = failure_of(error);
        }
        return plan;
    }

  private:
    // Hypothetical indexes live in one server process; a pooler that shares out processes would lose them.
    void require_own_session() {
        const auto pid = connection_.query("/* dwopt */ select pg_catalog.pg_backend_pid()");
        if (pid.integer(0, 0) == connection_.backend_pid()) return;
        throw Error(ErrorKind::refused, "the connection goes through a pooler that shares out server sessions, so HypoPG cannot work",
                    "Connect to the server itself with --dsn, or use 'dwopt recommend --what-if none'.");
    }

    bool refused(const std::string& sql) {
        const auto [at, fresh] = allowed_.try_emplace(sql, true);
        if (fresh) at->second = plain_statement(sql);
        return !at->second;
    }

    void set_path(const std::vector<std::string>& path) {
        auto setting = path_setting(path);
        if (path_ == setting) return;
        connection_.query("/* dwopt */ select pg_catalog.set_config('search_path', $1, false)", {setting});
        path_ = std::move(setting);
    }

    std::string explained(const std::string& sql, int parameters) {
        if (parameters == 0) return answer("EXPLAIN (FORMAT JSON) " + sql);
        if (connection_.server_version_num() >= generic_plan_since) return answer("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + sql);
        const auto& name = prepared(sql);
        // A generic plan is kept, and not made anew when hypothetical indexes come and go.
        if (indexes_->changed()) connection_.query("DISCARD PLANS");
        return answer(explain_execute(name, parameters));
    }

    std::string answer(const std::string& sql) { return connection_.query(sql).text(0, 0); }

    const std::string& prepared(const std::string& sql) {
        constexpr std::size_t most_kept = 500;
        const auto found = prepared_.find(sql);
        if (found != prepared_.end()) return found->second;
        if (prepared_.size() >= most_kept) {
            connection_.query("DEALLOCATE ALL");
            prepared_.clear();
        }
        const std::string name = fmt::format("dwopt_{}", ++names_);
        connection_.query(fmt::format("PREPARE {} AS {}", name, sql));
        return prepared_.emplace(sql, name).first->second;
    }

    pq::Connection connection_;
    std::optional<HypotheticalIndexes> indexes_;
    std::string role_, path_ = "none yet";
    std::map<std::string, bool> allowed_;
    std::map<std::string, std::string> prepared_;  // SQL → name
    int names_ = 0;
    std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<CostOracle> open_oracle(pq::ConnectionOptions options, const std::string& reading_role) {
    options.read_only = true;
    return std::make_unique<LiveOracle>(options, reading_role);
}

}  // namespace dwopt::postgres
