#include "witnesses.hpp"

#include "queries.hpp"

#include "dwopt/counters.hpp"
#include "model/index_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {
void Witnesses::call_all() {
    if (std::exchange(called_, true)) return;
    std::set<const Pattern*> planned;
    for (const auto& one : costing_->patterns()) {
        if (one.hot) continue;  // what it reads elsewhere counts too
        std::set<RelationName> tables;
        for (const auto& access : one.accesses) tables.insert(access.table->name);
        all_.push_back({one.pattern->id, one.query, false, {}, {}});
        for (const auto& name : tables) by_table_[name].push_back(&all_.back());
        planned.insert(one.pattern);
    }
    const sql::CatalogLookup lookup(view_->evidence().catalog);
    for (const auto* pattern : explainable_patterns(view_->evidence().workload)) {
        if (!planned.contains(pattern)) call(*pattern, lookup);
    }
    for (const auto& pattern : view_->evidence().earlier) call(pattern, lookup);
}

void Witnesses::call(const Pattern& pattern, const sql::TableLookup& lookup) {
    std::set<RelationName> tables;
    for (const auto& access : accesses(*view_, pattern.features)) tables.insert(access.table->name);
    if (!not_plannable(pattern).empty()) {
        all_.push_back({pattern.id, {}, true, {}, {}});
        for (const auto& name : tables) by_table_[name].push_back(&all_.back());
        ++silent_;  // what stands in a text that is cut off is not all it reads
        return;
    }
    if (tables.empty()) return;
    for (auto& one : queries_of(pattern, *view_, lookup, Values::none)) {
        all_.push_back({pattern.id, std::move(one.query), false, {}, {}});
        for (const auto& name : tables) by_table_[name].push_back(&all_.back());
    }
}

std::optional<std::vector<const Witnesses::Witness*>> Witnesses::on(const RelationName& table) {
    call_all();
    std::vector<Witness*> found;
    const auto add = [&](const RelationName& name) {
        const auto& some = by_table_[name];
        found.insert(found.end(), some.begin(), some.end());
    };
    for (const auto* at = view_->table(table); at; at = at->partition_parent ? view_->table(*at->partition_parent) : nullptr) add(at->name);
    std::vector<const Table*> below = view_->partitions(table);
    for (std::size_t n = 0; n < below.size(); ++n) {
        add(below[n]->name);
        const auto parts = view_->partitions(below[n]->name);
        below.insert(below.end(), parts.begin(), parts.end());
    }
    std::set<const Witness*> once;  // one may read several of them
    std::erase_if(found, [&](const Witness* witness) { return !once.insert(witness).second; });
    std::vector<Question> questions;
    std::vector<Witness*> open;
    for (auto* witness : found) {
        if (witness->asked) continue;
        questions.push_back({witness->query, {}});
        open.push_back(witness);
    }
    const auto answers = oracle_->estimate_all(questions, [&] { return deadline_->reached(); });
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i]) return std::nullopt;
        open[i]->asked = true;
        if (!answers[i]->failure.empty()) continue;
        open[i]->base = answers[i]->total.value;
        for (const auto& node : answers[i]->nodes) open[i]->reads.insert(node.index);
    }
    return std::vector<const Witness*>(found.begin(), found.end());
}

std::string Witnesses::against(const RelationName& table, const Configuration& change, const std::string& how) {
    constexpr double noticeable = 1.01;
    constexpr std::size_t together = 64;  // asked at a time: the first objection is enough
    const auto no_time = "there was no time left to plan every pattern on its table " + how;
    auto witnesses = on(table);
    if (!witnesses) return no_time;
    std::erase_if(*witnesses, [](const Witness* witness) { return !witness->base; });
    for (std::size_t first = 0; first < witnesses->size(); first += together) {
        const std::size_t end = std::min(first + together, witnesses->size());
        std::vector<Question> questions;
        for (std::size_t i = first; i < end; ++i) questions.push_back({(*witnesses)[i]->query, change});
        const auto answers = oracle_->estimate_all(questions, [&] { return deadline_->reached(); });
        for (std::size_t i = first; i < end; ++i) {
            const auto& answer = answers[i - first];
            const auto& witness = *(*witnesses)[i];
            if (!answer) return no_time;
            if (!answer->failure.empty()) return fmt::format("{} pattern {} cannot be planned: {}", how, witness.pattern, answer->failure);
            if (answer->total.value <= *witness.base * noticeable) continue;
            return fmt::format("{} pattern {} would cost {} instead of {}", how, witness.pattern, human_count(answer->total.value), human_count(*witness.base));
        }
    }
    return {};
}

std::string Witnesses::doubt(const std::vector<const Index*>& alike) {
    const auto witnesses = on(alike.front()->table);
    if (!witnesses) return "there was no time left to plan every pattern on its table";
    if (silent_ > 0) return fmt::format("the texts of {} statements are hidden or cut off, and one of them may need it", silent_);
    std::vector<const Index*> leaves;  // which plans and counters name
    for (const auto* index : alike) {
        const auto some = view_->leaves(*index);
        leaves.insert(leaves.end(), some.begin(), some.end());
    }
    for (const auto* leaf : leaves) {
        if (model::scanned_on_standby(*leaf, view_->evidence())) return "a standby reads through it";
    }
    bool read = false;
    for (const auto* witness : *witnesses) {
        if (!witness->base) return fmt::format("pattern {} reads its table and cannot be planned", witness->pattern);
        read = read || std::any_of(leaves.begin(), leaves.end(), [&](const Index* leaf) { return witness->reads.contains(leaf->name.name); });
    }
    if (witnesses->empty()) return "no statement on record reads its table";
    const auto scanned = [&](const Index* index) {
        const auto counters = view_->evidence().activity.indexes.find(index->oid);
        return counters != view_->evidence().activity.indexes.end() && counters->second.size() > index::scans && counters->second[index::scans] > 0;
    };
    return !read && std::any_of(leaves.begin(), leaves.end(), scanned) ? "it is scanned, and by no statement on record" : "";
}

std::size_t Witnesses::heard(const RelationName& table) {
    const auto witnesses = on(table);
    return witnesses ? static_cast<std::size_t>(std::count_if(witnesses->begin(), witnesses->end(), [](const Witness* w) { return w->base.has_value(); })) : 0;
}

std::string Witnesses::unmoved(const RelationName& table, const std::string& how) {
    const auto count = heard(table);
    if (count == 0) return "no pattern of the last 90 days that could be planned reads its table";
    return fmt::format("none of the {} queries on its table, of the last 90 days as far as they are recorded, would cost more than 1 % more {}", count, how);
}

}  // namespace dwopt::indexing
