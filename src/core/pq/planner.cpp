#include "pq/planner.hpp"

#include "model/identifier.hpp"
#include "pq/failure.hpp"
#include "sql/normalise.hpp"
#include "sql/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace dwopt::pq {
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

std::string explain_execute(std::string_view form, const std::string& name, int parameters) {
    std::string sql = fmt::format("EXPLAIN ({}) EXECUTE {}", form, name);
    for (int n = 0; n < parameters; ++n) sql += n == 0 ? "(NULL" : ", NULL";
    return parameters > 0 ? sql + ")" : sql;
}

std::string all_rows(const Result& rows) {
    std::string text;
    for (std::size_t row = 0; row < rows.rows(); ++row) text += (row > 0 ? "\n" : "") + rows.text(row, 0);
    return text;
}

// "  ->  Index Scan using w1 on t  (cost=0.42..8.44 rows=3 width=4)" → "  Index Scan using name on t  cost 8.44, rows 3". Lines
// that are no nodes are conditions: empty.
std::string outline_node(const std::string& line, const Planner::NameOf& name_of) {
    const auto cost = line.find("  (cost="), upper = line.find("..", cost == std::string::npos ? 0 : cost), rows = line.find(" rows=", cost == std::string::npos ? 0 : cost),
               width = line.find(" width=", rows == std::string::npos ? 0 : rows);
    if (cost == std::string::npos || upper == std::string::npos || rows == std::string::npos || width == std::string::npos) return {};
    std::string node = line.substr(0, cost);
    const auto arrow = node.find("->  ");
    if (arrow != std::string::npos) node = std::string((arrow + 4) / 3, ' ') + node.substr(arrow + 4);
    for (const std::string_view before : {" using ", "Bitmap Index Scan on "}) {
        const auto at = node.find(before);
        if (at == std::string::npos || !name_of) continue;
        const auto begin = at + before.size(), end = std::min(node.find(' ', begin), node.size());
        node.replace(begin, end - begin, name_of(node.substr(begin, end - begin)));
    }
    return fmt::format("{}  cost {}, rows {}", node, line.substr(upper + 2, rows - upper - 2), line.substr(rows + 6, width - rows - 6));
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

std::string Planner::explain(const Query& query, Format format) {
    set_path(query.search_path);
    const std::string_view form = format == Format::json ? "FORMAT JSON" : "FORMAT TEXT";
    const int parameters = sql::parameter_count(query.sql);
    if (parameters == 0) return all_rows(connection_->query(fmt::format("EXPLAIN ({}) {}", form, query.sql)));
    if (connection_->server_version_num() >= generic_plan_since) {
        return all_rows(connection_->query(fmt::format("EXPLAIN (GENERIC_PLAN, {}) {}", form, query.sql)));
    }
    const auto& name = prepared(query.sql);
    if (std::exchange(stale_, false)) connection_->query("DISCARD PLANS");
    return all_rows(connection_->query(explain_execute(form, name, parameters)));
}

std::vector<std::string> Planner::outline(const Query& query, const NameOf& name_of) {
    std::vector<std::string> lines;
    if (!refused(query.sql).empty()) return lines;
    try {
        std::istringstream text(explain(query, Format::text));
        for (std::string line; std::getline(text, line);) {
            if (auto node = outline_node(line, name_of); !node.empty()) lines.push_back(std::move(node));
        }
    } catch (const SqlError&) {
        lines.clear();
    }
    return lines;
}

PlanEstimate Planner::estimate(const Query& query, const NameOf& name_of) {
    PlanEstimate plan;
    plan.grade = sql::parameter_count(query.sql) > 0 ? EvidenceGrade::generic_plan : EvidenceGrade::planner;
    plan.failure = refused(query.sql);
    if (!plan.failure.empty()) return plan;
    try {
        auto facts = read_plan(explain(query));
        if (facts.total_cost < 0) plan.failure = "the server's plan could not be read";
        plan.total = Cost{facts.total_cost};
        plan.uses = std::move(facts.uses);
        for (auto& use : plan.uses) {
            if (name_of) use.index = name_of(use.index);
            plan.indexes.push_back(use.index);
        }
        std::sort(plan.indexes.begin(), plan.indexes.end());
        plan.indexes.erase(std::unique(plan.indexes.begin(), plan.indexes.end()), plan.indexes.end());
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
