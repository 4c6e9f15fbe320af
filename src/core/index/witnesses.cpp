#include "witnesses.hpp"

#include "queries.hpp"

#include <fmt/format.h>

namespace dwopt::indexing {

std::vector<Witnesses::Witness>& Witnesses::on(const RelationName& table) {
    if (std::exchange(called_, true)) return by_table_[table];
    std::set<const Pattern*> planned;
    for (const auto& one : costing_->patterns()) {
        std::set<RelationName> tables;
        for (const auto& access : one.accesses) tables.insert(access.table->name);
        for (const auto& name : tables) by_table_[name].push_back({one.pattern->id, one.query, one.base, true});
        planned.insert(one.pattern);
    }
    const sql::CatalogLookup lookup(view_->evidence().catalog);
    for (const auto* pattern : explainable_patterns(view_->evidence().workload)) {
        if (!planned.contains(pattern)) note(*pattern, lookup);
    }
    for (const auto& pattern : view_->evidence().earlier) note(pattern, lookup);
    return by_table_[table];
}

void Witnesses::note(const Pattern& pattern, const sql::TableLookup& lookup) {
    if (!not_plannable(pattern).empty()) return;
    std::set<RelationName> tables;
    for (const auto& access : accesses(*view_, pattern.features)) tables.insert(access.table->name);
    if (tables.empty()) return;
    for (auto& [query, share] : queries_of(pattern, *view_, lookup)) {
        for (const auto& name : tables) by_table_[name].push_back({pattern.id, query, {}, true});
    }
}

bool Witnesses::plan_bases(std::vector<Witness>& witnesses) {
    std::vector<Question> questions;
    std::vector<Witness*> asked;
    for (auto& witness : witnesses) {
        if (witness.base || !witness.plannable) continue;
        questions.push_back({witness.query, {}});
        asked.push_back(&witness);
    }
    const auto answers = oracle_->estimate_all(questions, [&] { return deadline_->reached(); });
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i]) return false;
        asked[i]->plannable = answers[i]->failure.empty();
        if (asked[i]->plannable) asked[i]->base = answers[i]->total.value;
    }
    return true;
}

std::string Witnesses::against(const RelationName& table, const Configuration& change, const std::string& how) {
    constexpr double noticeable = 1.01;
    const auto no_time = "there was no time left to plan every pattern on its table " + how;
    auto& witnesses = on(table);
    if (!plan_bases(witnesses)) return no_time;
    std::vector<Question> questions;
    std::vector<const Witness*> asked;
    for (const auto& witness : witnesses) {
        if (!witness.base) continue;
        questions.push_back({witness.query, change});
        asked.push_back(&witness);
    }
    const auto answers = oracle_->estimate_all(questions, [&] { return deadline_->reached(); });
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i]) return no_time;
        if (!answers[i]->failure.empty()) return fmt::format("{} pattern {} cannot be planned: {}", how, asked[i]->pattern, answers[i]->failure);
        if (answers[i]->total.value > *asked[i]->base * noticeable) {
            return fmt::format("{} pattern {} would cost {} instead of {}", how, asked[i]->pattern, human_count(answers[i]->total.value), human_count(*asked[i]->base));
        }
    }
    return {};
}

std::string Witnesses::unmoved(const RelationName& table, const std::string& how) {
    const auto count = heard(table);
    if (count == 0) return "no pattern of the last 90 days reads its table";
    return fmt::format("none of the {} queries on its table, of the last 90 days as far as they are recorded, would cost more than 1 % more {}", count, how);
}

std::size_t Witnesses::heard(const RelationName& table) { return on(table).size(); }

}  // namespace dwopt::indexing
