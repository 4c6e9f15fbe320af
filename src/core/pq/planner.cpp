#include "pq/planner.hpp"

#include "model/identifier.hpp"
#include "pq/failure.hpp"
#include "sql/normalise.hpp"
#include "sql/placeholders.hpp"

#include <fmt/format.h>

namespace dwopt::pq {
namespace {

constexpr int generic_plan_since = 160000;  // EXPLAIN (GENERIC_PLAN)

// EXPLAIN takes other statements too; only these are ever given to it, and only one in a text: which the server would refuse by
// itself, but for texts that go out with statements of ours before them.
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

std::string explain_execute(const std::string& name, int parameters, const std::map<int, std::string>& arguments) {
    std::string sql = "EXPLAIN (FORMAT JSON) EXECUTE " + name;
    for (int n = 1; n <= parameters; ++n) {
        const auto given = arguments.find(n);
        sql += (n == 1 ? "(" : ", ") + (given == arguments.end() ? "NULL" : given->second);
    }
    return parameters > 0 ? sql + ")" : sql;
}

}  // namespace

Planner::Planner(Connection& connection) : connection_(&connection) {
    connection.query("/* dwopt */ select pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false)");
}

std::string Planner::refused(const std::string& sql) {
    const auto [at, fresh] = allowed_.try_emplace(sql, true);
    if (fresh) at->second = plain_statement(sql);
    return at->second ? "" : "it is no single SELECT, INSERT, UPDATE, DELETE or MERGE";
}

std::string Planner::explain(const Query& query, const std::string& before) {
    const int parameters = sql::parameter_count(query.sql);
    std::string sql = "EXPLAIN (FORMAT JSON) " + query.sql;
    if (parameters > 0 && connection_->server_version_num() >= generic_plan_since) {
        sql = "EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + query.sql;
    } else if (parameters > 0) {
        sql = explain_execute(prepared(query.sql), parameters, query.arguments);
        if (std::exchange(stale_, false)) connection_->query("DISCARD PLANS");
    }
    return (before.empty() ? connection_->query(sql) : connection_->execute(before + "; " + sql)).text(0, 0);
}

PlanEstimate Planner::estimate(const Query& query, const NameOf& name_of, const std::string& before) {
    PlanEstimate plan;
    plan.grade = sql::parameter_count(query.sql) > 0 ? EvidenceGrade::generic_plan : EvidenceGrade::planner;
    plan.failure = refused(query.sql);
    if (!plan.failure.empty()) return plan;
    try {
        set_path(query.search_path);
        auto facts = read_plan(explain(query, before));
        if (facts.total_cost < 0) plan.failure = "the server's plan could not be read";
        plan.total = Cost{facts.total_cost};
        plan.nodes = std::move(facts.nodes);
        for (auto& node : plan.nodes) {
            if (name_of && !node.index.empty()) node.index = name_of(node.index);
        }
        plan.shape = std::move(facts.shape);
    } catch (const SqlError& error) {
        plan.failure = failure_of(error);
    }
    return plan;
}

void Planner::set_path(const std::vector<std::string>& path) {
    auto setting = path_setting(path);
    if (path_ == setting) return;
    connection_->query("/* dwopt */ select pg_catalog.set_config('search_path', $1, false)", {setting});
    path_ = std::move(setting);
}

const std::string& Planner::prepared(const std::string& sql) {
    constexpr std::size_t most_kept = 500;
    const auto found = prepared_.find(sql);
    if (found != prepared_.end()) return found->second;
    if (prepared_.size() >= most_kept) {
        connection_->query("DEALLOCATE ALL");
        prepared_.clear();
    }
    const std::string name = fmt::format("dwopt_{}", ++names_);
    connection_->query(fmt::format("PREPARE {} AS {}", name, sql));
    return prepared_.emplace(sql, name).first->second;
}

}  // namespace dwopt::pq
