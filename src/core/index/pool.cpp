#include "pool.hpp"

#include "naming.hpp"
#include "statistics.hpp"

#include "model/identifier.hpp"
#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {

CandidateSet with(CandidateSet set, const CandidateSet& more) {
    set.insert(set.end(), more.begin(), more.end());
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
}

CandidateSet without(const CandidateSet& set, CandidateId one) {
    CandidateSet rest;
    std::copy_if(set.begin(), set.end(), std::back_inserter(rest), [&](CandidateId id) { return id != one; });
    return rest;
}

CandidateId Pool::add(Candidate candidate) {
    std::string text = model::canonical(candidate.spec);
    const auto [at, fresh] = ids_.emplace(text, candidates_.size());
    if (fresh) {
        const auto& table = candidate.spec.table;
        candidate.spec.name = free_name(candidate.spec.name, [&](const std::string& name) {
            const RelationName full{table.schema, name};
            return !view_->name_taken(full) && !names_.contains(full);
        });
        names_.insert({table.schema, candidate.spec.name});
        shapes_.push_back(shape_of(candidate.spec));
        served_.resize(shapes_.size() * 4);
        candidates_.push_back(std::move(candidate));
        canonical_.push_back(std::move(text));
    }
    return at->second;
}

Pool::Shape Pool::shape_of(const IndexSpec& spec) {
    Shape shape;
    const auto number_of = [this](const RelationName& name) { return tables_.try_emplace(name, static_cast<int>(tables_.size())).first->second; };
    const auto* table = view_->table(spec.table);
    shape.relation = number_of(spec.table);
    shape.table = table ? number_of(view_->root(*table).name) : shape.relation;
    shape.method = number("m " + spec.method);
    shape.predicate = number("p " + spec.predicate);
    const auto column = [&](const std::string& name) { return number("c " + name); };
    for (const auto& key : spec.keys) {
        shape.expressions = shape.expressions || key.column.empty();
        const int item = key.column.empty() ? number("e " + key.expression) : column(key.column);
        shape.columns.push_back(item);
        shape.keys.push_back(number(fmt::format("k {} {} {} {} {}", item, key.opclass, key.collation, key.descending, key.nulls_first)));
    }
    for (const auto& name : spec.include) shape.columns.push_back(column(name));
    std::sort(shape.columns.begin(), shape.columns.end());
    return shape;
}

Bytes Pool::bytes(const CandidateSet& set) const {
    Bytes sum{};
    for (const auto id : set) sum += candidates_[id].size;
    return sum;
}

bool Pool::serves_now(CandidateId other, CandidateId one, bool by_key, bool only) const {
    const auto &a = shapes_[other], &b = shapes_[one];
    const bool on_all_of_it = a.relation == b.relation || a.relation == b.table;
    if (!on_all_of_it || a.method != b.method || a.predicate != b.predicate) return false;
    if (by_key && (b.keys.size() > a.keys.size() || !std::equal(b.keys.begin(), b.keys.end(), a.keys.begin()))) return false;
    return !only || std::includes(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end());
}

std::optional<CandidateId> Pool::merged(CandidateId one, CandidateId other) {
    const auto [at, fresh] = merged_.try_emplace({one, other});
    if (!fresh) return at->second;
    const auto &keys = candidates_[one].spec, &more = candidates_[other].spec;
    if (keys.table != more.table || !keys.predicate.empty() || !more.predicate.empty() || shapes_[one].expressions || shapes_[other].expressions ||
        keys.method != "btree" || more.method != "btree" || std::includes(shapes_[one].columns.begin(), shapes_[one].columns.end(), shapes_[other].columns.begin(), shapes_[other].columns.end())) {
        return std::nullopt;
    }
    Candidate candidate;
    candidate.form = Form::covering;
    candidate.spec = keys;
    const auto include = [&](const std::string& column) {
        const bool there = std::any_of(keys.keys.begin(), keys.keys.end(), [&](const IndexKey& k) { return k.column == column; }) ||
                           std::find(candidate.spec.include.begin(), candidate.spec.include.end(), column) != candidate.spec.include.end();
        if (!there) candidate.spec.include.push_back(column);
    };
    for (const auto& key : more.keys) include(key.column);
    for (const auto& column : more.include) include(column);
    std::sort(candidate.spec.include.begin(), candidate.spec.include.end());
    if (!may_include(*view_, candidate.spec, {}) || covered_by(*view_, candidate.spec) || !finish(*view_, candidate)) return std::nullopt;
    const auto id = add(std::move(candidate));
    merged_[{one, other}] = id;
    return id;
}

}  // namespace dwopt::indexing
