#include "survey.hpp"

#include <algorithm>
#include <numeric>

namespace dwopt::indexing {
namespace {

// Side by side, so that parallel sessions have enough to do.
constexpr std::size_t together = 24;

// An expression or a comparison in a condition may not be immutable, which only the server knows: each is tried alone before it is shown with others.
bool doubtful(const IndexSpec& spec) {
    return spec.method != "btree" || spec.predicate.find_first_of("<=") != std::string::npos ||
           std::any_of(spec.keys.begin(), spec.keys.end(), [](const IndexKey& k) { return k.column.empty() || !k.opclass.empty(); });
}

CandidateSet beside(const CandidateSet& all, const CandidateSet& taken) {
    CandidateSet rest;
    std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::back_inserter(rest));
    return rest;
}

template <class T>
std::vector<T> some_of(const std::vector<T>& all, std::size_t from) {
    const auto to = std::min(from + together, all.size());
    return {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace

Surveyor::Surveyor(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options)
    : view_(&view), costing_(&costing), pool_(&pool), options_(options), order_(costing.patterns().size()), own_(costing.patterns().size()) {
    const auto& patterns = costing.patterns();
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return patterns[a].worth * patterns[a].base > patterns[b].worth * patterns[b].base; });
}

// What was cut short is begun again the next time: the plans seen by then are known.
bool Surveyor::go_on(const Deadline& deadline, Progress& progress) {
    constexpr double first_share = 0.5;
    const auto share = [](std::size_t done, std::size_t all) { return static_cast<double>(done) / static_cast<double>(std::max<std::size_t>(1, all)); };
    while (first_done_ < order_.size()) {
        const auto patterns = some_of(order_, first_done_);
        look_first(patterns, deadline);
        if (deadline.reached()) return false;
        first_done_ += patterns.size();
        if (first_done_ == order_.size()) sort_by_gain();
        progress.update("trying candidates", first_share * share(first_done_, order_.size()));
    }
    while (closer_done_ < looks_.size()) {
        const auto looks = some_of(looks_, closer_done_);
        look_closer(looks, deadline);
        if (deadline.reached()) return false;
        closer_done_ += looks.size();
        progress.update("trying candidates", first_share + (1 - first_share) * share(closer_done_, looks_.size()));
    }
    return true;
}

void Surveyor::propose(std::size_t pattern) {
    CandidateSet own;
    for (const auto& access : costing_->patterns()[pattern].accesses) {
        const bool indexable = excluded(*view_, *access.table, options_.min_table_size).empty();
        for (const auto& expression : access.hidden) {
            if (indexable) hidden_.insert({access.table->name, expression});
        }
    }
    const auto propose_for = [&](const Access& access) {
        const auto found = candidates_for(*view_, access, options_.limits);
        if (found.empty()) return;
        if (auto why = excluded(*view_, *access.table, options_.min_table_size); !why.empty()) {
            excluded_.emplace(access.table->name, std::move(why));
            return;
        }
        for (const auto& candidate : found) own.push_back(pool_->add(candidate));
    };
    for (const auto& access : costing_->patterns()[pattern].accesses) {
        propose_for(access);
        for (const auto* partition : access.hot) propose_for(access.within(*partition));
    }
    own_[pattern] = with(std::move(own), {});
}

// Apart, as whichever is shown first hides that the other would do as well: on whole tables, and on single partitions.
std::pair<CandidateSet, CandidateSet> Surveyor::apart(std::size_t pattern) const {
    std::pair<CandidateSet, CandidateSet> sets;
    const auto& all = costing_->patterns()[pattern].accesses;
    for (const auto id : own_[pattern]) {
        const auto& table = (*pool_)[id].spec.table;
        const bool whole = std::any_of(all.begin(), all.end(), [&](const Access& access) { return access.table->name == table; });
        (whole ? sets.first : sets.second).push_back(id);
    }
    return sets;
}

void Surveyor::try_doubtful(const std::vector<std::size_t>& patterns, const Deadline& deadline) {
    std::vector<Costing::Wish> wishes;
    std::set<CandidateId> asked = tried_;
    for (const auto p : patterns) {
        for (const auto id : own_[p]) {
            if (doubtful((*pool_)[id].spec) && asked.insert(id).second) wishes.emplace_back(p, CandidateSet{id});
        }
    }
    costing_->foresee(wishes, deadline);
    for (const auto& [pattern, one] : wishes) {
        if (deadline.reached()) return;
        tried_.insert(one.front());
        const auto failure = costing_->cost(pattern, one).failure;
        if (!failure.empty()) refused_.emplace(one.front(), failure);
    }
}

void Surveyor::look_first(const std::vector<std::size_t>& patterns, const Deadline& deadline) {
    for (const auto p : patterns) propose(p);
    try_doubtful(patterns, deadline);
    std::vector<Look> looks;
    for (const auto p : patterns) {
        std::erase_if(own_[p], [&](CandidateId id) { return refused_.contains(id); });
        auto [whole, parts] = apart(p);
        if (!parts.empty()) looks.push_back({p, parts, parts});
        looks.push_back({p, whole, whole});
    }
    take(looks, deadline, [](Look& look, CandidateSet used) { look.used = std::move(used); });
    if (deadline.reached()) return;
    std::erase_if(looks, [](const Look& look) { return look.used.empty(); });  // nothing helps, so nothing less does
    looks_.insert(looks_.end(), looks.begin(), looks.end());
}

void Surveyor::sort_by_gain() {
    const auto gain = [&](const Look& look) {
        const auto& planned = costing_->patterns()[look.pattern];
        return planned.worth * (planned.base - costing_->plans(look.pattern).least());
    };
    std::stable_sort(looks_.begin(), looks_.end(), [&](const Look& a, const Look& b) { return gain(a) > gain(b); });
}

// Several patterns side by side: each question waits for the answer to the pattern's last one, and for no other's.
void Surveyor::look_closer(std::vector<Look> looks, const Deadline& deadline) {
    for (const auto form : {Form::single, Form::composite, Form::covering}) {
        for (auto& look : looks) {
            look.shown = up_to(look.all, form);
            look.helped = true;
        }
        for (int n = 0; n < (form == Form::covering ? 2 : 1); ++n) {
            take(looks, deadline, [](Look& look, CandidateSet best) {
                look.helped = look.helped && !best.empty();
                look.shown = look.helped ? beside(look.shown, best) : CandidateSet{};
            });
        }
    }
    std::vector<Look> parts;
    for (const auto& look : looks) {
        for (auto& part : by_table(look.all, look.used)) parts.push_back({look.pattern, part, part});
    }
    take(parts, deadline, [](Look&, const CandidateSet&) {});
}

// Has all planned, then tells each what its plan takes of what was shown.
template <class Tell>
void Surveyor::take(std::vector<Look>& looks, const Deadline& deadline, const Tell& tell) {
    std::vector<Costing::Wish> wishes;
    for (const auto& look : looks) wishes.emplace_back(look.pattern, look.shown);
    costing_->foresee(wishes, deadline);
    for (auto& look : looks) {
        if (deadline.reached()) return;
        tell(look, taken(look.pattern, look.shown));
    }
}

CandidateSet Surveyor::taken(std::size_t pattern, const CandidateSet& shown) {
    if (shown.empty()) return {};
    const auto& costed = costing_->cost(pattern, shown);
    const double base = costing_->patterns()[pattern].base;
    if (costed.cost >= base * (1 - options_.min_gain)) return {};
    survivors_.insert(costed.used.begin(), costed.used.end());
    if (costed.used.size() >= 2) bundles_.insert(costed.used);
    return costed.used;
}

CandidateSet Surveyor::up_to(const CandidateSet& all, Form form) const {
    CandidateSet some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](CandidateId id) { return (*pool_)[id].form <= form; });
    return some;
}

// The candidates on each table of which one was used, if those were several tables.
std::vector<CandidateSet> Surveyor::by_table(const CandidateSet& all, const CandidateSet& used) const {
    std::map<RelationName, CandidateSet> parts;
    for (const auto id : used) parts[(*pool_)[id].spec.table];
    for (const auto id : all) {
        if (const auto part = parts.find((*pool_)[id].spec.table); part != parts.end()) part->second.push_back(id);
    }
    std::vector<CandidateSet> sets;
    for (auto& [table, part] : parts) {
        if (parts.size() > 1) sets.push_back(std::move(part));
    }
    return sets;
}

Survey Surveyor::found() const {
    Survey found;
    found.survivors.assign(survivors_.begin(), survivors_.end());
    std::sort(found.survivors.begin(), found.survivors.end(), [&](CandidateId a, CandidateId b) { return pool_->canonical(a) < pool_->canonical(b); });
    found.bundles.assign(bundles_.begin(), bundles_.end());
    found.own = own_;
    for (const auto& [id, reason] : refused_) found.refused.push_back({(*pool_)[id].spec, reason});
    found.excluded_tables.assign(excluded_.begin(), excluded_.end());
    found.hidden = hidden_;
    return found;
}

}  // namespace dwopt::indexing
