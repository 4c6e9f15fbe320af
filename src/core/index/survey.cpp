#include "survey.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace dwopt::indexing {
namespace {

class Surveyor {
  public:
    Surveyor(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options)
        : view_(view), costing_(costing), pool_(pool), options_(options) {}

    Survey run(const Deadline& deadline, Progress& progress) {
        const std::size_t count = costing_.patterns().size();
        for (std::size_t p = 0; p < count; ++p) propose(p);
        const auto order = by_worth();
        for (std::size_t n = 0; n < count && !deadline.reached(); ++n) {
            look_at(order[n]);
            progress.update("trying candidates", static_cast<double>(n + 1) / static_cast<double>(count));
        }
        return finished();
    }

  private:
    // Where time is short, the costliest patterns have had their turn.
    [[nodiscard]] std::vector<std::size_t> by_worth() const {
        const auto& patterns = costing_.patterns();
        std::vector<std::size_t> order(patterns.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return patterns[a].worth * patterns[a].base > patterns[b].worth * patterns[b].base; });
        return order;
    }

    void propose(std::size_t pattern) {
        CandidateSet own;
        for (const auto& access : costing_.patterns()[pattern].accesses) {
            const auto found = candidates_for(view_, access, options_.limits);
            if (found.empty()) continue;
            if (auto why = excluded(view_, *access.table, options_.min_table_size); !why.empty()) {
                excluded_.emplace(access.table->name, std::move(why));
                continue;
            }
            for (const auto& candidate : found) own.push_back(pool_.add(candidate));
        }
        result_.own.push_back(with(std::move(own), {}));
    }

    void look_at(std::size_t pattern) {
        auto& all = result_.own[pattern];
        all = without_refused(pattern, all);
        const auto used = taken(pattern, all);
        if (used.empty()) return;  // nothing helps, so nothing less does
        for (const auto form : {Form::single, Form::composite, Form::covering}) {
            CandidateSet shown = up_to(all, form);
            for (int n = 0; n < (form == Form::covering ? 2 : 1); ++n) {
                const auto best = taken(pattern, shown);
                if (best.empty()) break;
                shown = beside(shown, best);
            }
        }
        for (const auto& part : by_table(all, used)) taken(pattern, part);
    }

    // An expression may not be immutable, which only the server knows: each is tried alone before it is shown with others.
    CandidateSet without_refused(std::size_t pattern, const CandidateSet& all) {
        CandidateSet good;
        for (const auto id : all) {
            const auto& spec = pool_[id].spec;
            const bool doubtful = std::any_of(spec.keys.begin(), spec.keys.end(), [](const IndexKey& k) { return k.column.empty() || !k.opclass.empty(); });
            if (doubtful && tried_.insert(id).second) {
                const auto failure = costing_.cost(pattern, {id}).failure;
                if (!failure.empty()) refused_.emplace(id, failure);
            }
            if (!refused_.contains(id)) good.push_back(id);
        }
        return good;
    }

    [[nodiscard]] CandidateSet up_to(const CandidateSet& all, Form form) const {
        CandidateSet some;
        std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](CandidateId id) { return pool_[id].form <= form; });
        return some;
    }

    static CandidateSet beside(const CandidateSet& all, const CandidateSet& taken) {
        CandidateSet rest;
        std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::back_inserter(rest));
        return rest;
    }

    // The candidates on each table of which one was used, if those were several tables.
    [[nodiscard]] std::vector<CandidateSet> by_table(const CandidateSet& all, const CandidateSet& used) const {
        std::map<RelationName, CandidateSet> parts;
        for (const auto id : used) parts[pool_[id].spec.table];
        for (const auto id : all) {
            if (const auto part = parts.find(pool_[id].spec.table); part != parts.end()) part->second.push_back(id);
        }
        std::vector<CandidateSet> sets;
        for (auto& [table, part] : parts) {
            if (parts.size() > 1) sets.push_back(std::move(part));
        }
        return sets;
    }

    CandidateSet taken(std::size_t pattern, const CandidateSet& shown) {
        if (shown.empty()) return {};
        const auto& costed = costing_.cost(pattern, shown);
        const double base = costing_.patterns()[pattern].base;
        if (costed.cost >= base * (1 - options_.min_gain)) return {};
        survivors_.insert(costed.used.begin(), costed.used.end());
        if (costed.used.size() >= 2 && costed.used.size() <= 4) bundles_.insert(costed.used);
        return costed.used;
    }

    Survey finished() {
        result_.survivors.assign(survivors_.begin(), survivors_.end());
        std::sort(result_.survivors.begin(), result_.survivors.end(),
                  [&](CandidateId a, CandidateId b) { return pool_.canonical(a) < pool_.canonical(b); });
        result_.bundles.assign(bundles_.begin(), bundles_.end());
        for (const auto& [id, reason] : refused_) result_.refused.push_back({pool_[id].spec, reason});
        result_.excluded_tables.assign(excluded_.begin(), excluded_.end());
        return std::move(result_);
    }

    const View& view_;
    Costing& costing_;
    Pool& pool_;
    SurveyOptions options_;
    Survey result_;
    std::set<CandidateId> survivors_;
    std::set<CandidateSet> bundles_;
    std::set<CandidateId> tried_;
    std::map<CandidateId, std::string> refused_;
    std::map<RelationName, std::string> excluded_;
};

}  // namespace

Survey survey(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options, const Deadline& deadline,
              Progress& progress) {
    return Surveyor(view, costing, pool, options).run(deadline, progress);
}

}  // namespace dwopt::indexing
