#include "survey.hpp"

#include "statistics.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace dwopt::indexing {
namespace {

class Surveyor {
  public:
    Surveyor(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options)
        : view_(view), costing_(costing), pool_(pool), options_(options) {}

    Survey run(const Deadline& deadline, Progress& progress) {
        const std::size_t count = costing_.patterns().size();
        for (std::size_t p = 0; p < count && !deadline.reached(); ++p) {
            propose(p);
            progress.update("looking for candidates", static_cast<double>(p + 1) / static_cast<double>(count));
        }
        // Relevance was learnt while the pool grew; from here on it is fixed.
        for (std::size_t p = 0; p < count && !deadline.reached(); ++p) {
            plan_with_all(p);
            progress.update("trying candidates", static_cast<double>(p + 1) / static_cast<double>(count));
        }
        merge();
        return finished();
    }

  private:
    void propose(std::size_t pattern) {
        own_.emplace_back();
        for (const auto& access : costing_.patterns()[pattern].accesses) {
            const auto found = candidates_for(view_, access, options_.limits);
            if (found.empty()) continue;
            if (auto why = excluded(view_, *access.table, options_.min_table_size); !why.empty()) {
                excluded_.emplace(access.table->name, std::move(why));
                continue;
            }
            for (const auto& candidate : found) own_.back() = with(own_.back(), {pool_.add(candidate)});
        }
    }

    void plan_with_all(std::size_t pattern) {
        CandidateSet all = without_refused(pattern, own_[pattern]);
        if (all.empty()) return;
        const auto used = winners(pattern, all);
        if (used.empty()) return;  // nothing helps, so nothing less does
        keep(used);
        const auto composite = up_to(all, Form::composite);
        keep(winners(pattern, composite));
        keep(winners(pattern, up_to(all, Form::single)));
        if (options_.second_best) {
            CandidateSet rest = composite;
            for (const auto id : winners(pattern, composite)) rest = without(rest, id);
            keep(winners(pattern, rest));
        }
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

    CandidateSet winners(std::size_t pattern, const CandidateSet& shown) {
        if (shown.empty()) return {};
        const auto& costed = costing_.cost(pattern, shown);
        const double base = costing_.patterns()[pattern].base;
        if (costed.cost >= base * (1 - options_.min_gain)) return {};
        for (const auto id : costed.used) won_[id].insert(pattern);
        return costed.used;
    }

    void keep(const CandidateSet& used) {
        survivors_.insert(used.begin(), used.end());
        if (used.size() >= 2 && used.size() <= 4) bundles_.insert(used);
    }

    // Two survivors that begin alike may be served by one index that carries the columns of both.
    void merge() {
        constexpr std::size_t most_per_table = 12;
        std::map<RelationName, std::size_t> made;
        const std::vector<CandidateId> before(survivors_.begin(), survivors_.end());
        for (const auto a : before) {
            for (const auto b : before) {
                if (a == b || pool_[a].spec.table != pool_[b].spec.table) continue;
                auto merged = union_of(pool_[a].spec, pool_[b].spec);
                if (!merged || made[merged->spec.table] >= most_per_table || covered_by(view_, merged->spec)) continue;
                const auto size_before = pool_.size();
                const auto id = pool_.add(std::move(*merged));
                if (pool_.size() > size_before) ++made[pool_[id].spec.table];
                survivors_.insert(id);
                for (const auto part : {a, b}) won_[id].insert(won_[part].begin(), won_[part].end());
            }
        }
    }

    [[nodiscard]] std::optional<Candidate> union_of(const IndexSpec& narrow, const IndexSpec& wide) const {
        const bool begins = narrow.predicate == wide.predicate && narrow.keys.size() <= wide.keys.size() &&
                            std::equal(narrow.keys.begin(), narrow.keys.end(), wide.keys.begin());
        if (!begins || (narrow.include.empty() && wide.include.empty())) return std::nullopt;
        Candidate merged;
        merged.form = Form::covering;
        merged.spec = wide;
        for (const auto& column : narrow.include) {
            const bool there = std::any_of(wide.keys.begin(), wide.keys.end(), [&](const IndexKey& k) { return k.column == column; }) ||
                               std::find(wide.include.begin(), wide.include.end(), column) != wide.include.end();
            if (!there) merged.spec.include.push_back(column);
        }
        std::sort(merged.spec.include.begin(), merged.spec.include.end());
        const auto* table = view_.table(wide.table);
        double bytes = 0;
        for (const auto& column : merged.spec.include) bytes += table ? mean_width(view_, *table, column) : 32;
        const auto& limits = options_.limits;
        if (merged.spec.include.size() > limits.included_columns + 2 || bytes > limits.included_bytes * 1.5) return std::nullopt;
        return finish(view_, merged) ? std::optional(std::move(merged)) : std::nullopt;
    }

    // What a narrow index won, a wider one on the same keys can serve too.
    void share_wins() {
        const auto own = won_;
        for (const auto wide : survivors_) {
            for (const auto narrow : survivors_) {
                const auto found = own.find(narrow);
                if (wide == narrow || found == own.end() || !stands_in(pool_[wide].spec, pool_[narrow].spec)) continue;
                won_[wide].insert(found->second.begin(), found->second.end());
            }
        }
    }

    Survey finished() {
        share_wins();
        Survey result;
        result.survivors.assign(survivors_.begin(), survivors_.end());
        std::sort(result.survivors.begin(), result.survivors.end(),
                  [&](CandidateId a, CandidateId b) { return pool_.canonical(a) < pool_.canonical(b); });
        result.bundles.assign(bundles_.begin(), bundles_.end());
        result.won = std::move(won_);
        for (const auto& [id, reason] : refused_) result.refused.push_back({pool_[id].spec, reason});
        result.excluded_tables.assign(excluded_.begin(), excluded_.end());
        return result;
    }

    const View& view_;
    Costing& costing_;
    Pool& pool_;
    const SurveyOptions& options_;
    std::vector<CandidateSet> own_;  // per pattern
    std::set<CandidateId> survivors_, tried_;
    std::set<CandidateSet> bundles_;
    std::map<CandidateId, std::set<std::size_t>> won_;
    std::map<CandidateId, std::string> refused_;
    std::map<RelationName, std::string> excluded_;
};

}  // namespace

bool stands_in(const IndexSpec& wide, const IndexSpec& narrow) {
    const auto holds = [&](const std::string& column) {
        return std::find(wide.include.begin(), wide.include.end(), column) != wide.include.end() ||
               std::any_of(wide.keys.begin(), wide.keys.end(), [&](const IndexKey& k) { return k.column == column; });
    };
    return wide.table == narrow.table && wide.predicate == narrow.predicate && wide.keys.size() >= narrow.keys.size() &&
           std::equal(narrow.keys.begin(), narrow.keys.end(), wide.keys.begin()) &&
           std::all_of(narrow.include.begin(), narrow.include.end(), holds);
}

Survey survey(const View& view, Costing& costing, Pool& pool, const SurveyOptions& options, const Deadline& deadline,
              Progress& progress) {
    return Surveyor(view, costing, pool, options).run(deadline, progress);
}

}  // namespace dwopt::indexing
