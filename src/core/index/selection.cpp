#include "selection.hpp"

#include "bound.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::indexing {
namespace {

class Chooser {
  public:
    Chooser(Costing& costing, const Pool& pool, Search& search, const Survey& survey, const Deadline& deadline, Progress& progress)
        : costing_(costing), pool_(pool), search_(search), survey_(survey), deadline_(deadline), progress_(progress) {}

    CandidateSet run() {
        constexpr int most_rounds = 12, patience = 2;
        for (const auto id : survey_.survivors) search_.offer({id});
        for (const auto& bundle : survey_.bundles) search_.offer(bundle);
        best_ = search_.at({});
        int stale = 0;
        for (int round = 0; round < most_rounds && stale < patience && !deadline_.reached(); ++round) {
            progress_.update("choosing", static_cast<double>(round) / most_rounds);
            auto proposed = search_.improve(best_, 1, deadline_);
            for (const double thrift : {0.5, 0.75, 1.0}) {
                if (round % 4 != 0) break;
                auto afresh = search_.improve(search_.at({}), thrift, deadline_);
                if (afresh.value > proposed.value) proposed = std::move(afresh);
            }
            const double before = best_.value;
            const double guessed = proposed.value; const auto te = deadline_.elapsed();
            plan(proposed.set);
            stale = best_.value > before * 1.001 ? 0 : stale + 1;
            probe();
            if (getenv("XGAP")) fprintf(stderr, "round %d guessed %.0f planned best %.0f search till %.1f after %.1f pool %zu\n", round, guessed, best_.value, te.value/1000, deadline_.elapsed().value/1000, pool_.size());
        }
        if (getenv("XGAP")) { best_=search_.at(best_.set); for (std::size_t p = 0; p < costing_.patterns().size(); ++p) { double g=costing_.guess(p,best_.set); bool k=costing_.known(p,best_.set); double c=costing_.cost(p,best_.set).cost; double gg=costing_.guess(p,best_.set); if (std::abs(g-c)>1 || g!=best_.costs[p]) fmt::print("{} guess {:.0f} known {} cost {:.0f} guess again {:.0f} in best {:.0f}\n",p,g,k,c,gg,best_.costs[p]); } }
        if (getenv("XSHOW") || getenv("XGAP")) { double most=most_to_gain(costing_, pool_, search_.limits().budget, [&](CandidateId id) { return search_.price(id); }); double b=0; for (auto& q : costing_.patterns()) b+=q.worth*q.base; fmt::print("value {:.3f} bound {:.3f} in pct of base {:.2f} vs {:.2f}; pool {}\n", best_.value, most, 100-100*best_.value/b, 100-100*most/b, pool_.size()); }
        if (getenv("XSHOW")) for (std::size_t p = 0; p < costing_.patterns().size(); ++p) {
            fmt::print("{:.30} base {:.0f} now {:.0f} least {:.0f} seen {} own {}\n", costing_.patterns()[p].query.sql.substr(0,1)+costing_.patterns()[p].pattern->examples.front().name, costing_.patterns()[p].base, best_.costs[p], costing_.plans(p).least(), costing_.plans(p).seen().size(), survey_.own[p].size());
        }
        return best_.set;
    }

  private:
    // The planner's word on that set.
    void plan(const CandidateSet& set) {
        for (std::size_t p = 0; p < costing_.patterns().size(); ++p) {
            if (deadline_.reached()) return;
            offer(costing_.cost(p, set).used);
        }
        best_ = search_.at(best_.set);
        auto planned = search_.at(set);
        if (planned.value > best_.value) best_ = std::move(planned);
    }

    // Patterns far from the best known for them are planned with their own narrower candidates beside the choice.
    void probe() {
        struct Wish {
            double potential;
            std::size_t pattern;
        };
        std::vector<Wish> wishes;
        for (std::size_t p = 0; p < costing_.patterns().size(); ++p) {
            const double potential = costing_.patterns()[p].worth * (best_.costs[p] - costing_.plans(p).least());
            if (potential > best_.value * 0.001) wishes.push_back({potential, p});
        }
        std::sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) { return a.potential != b.potential ? a.potential > b.potential : a.pattern < b.pattern; });
        if (wishes.size() > costing_.patterns().size() / 3) wishes.resize(costing_.patterns().size() / 3);
        for (const auto& wish : wishes) {
            if (deadline_.reached()) return;
            CandidateSet narrow;
            for (const auto id : survey_.own[wish.pattern]) {
                if (pool_[id].form != Form::covering) narrow.push_back(id);
            }
            offer(costing_.cost(wish.pattern, with(best_.set, narrow)).used);
        }
    }

    void offer(const CandidateSet& used) {
        for (const auto id : used) search_.offer({id});
        if (used.size() >= 2 && used.size() <= 4) search_.offer(used);
    }

    Costing& costing_;
    const Pool& pool_;
    Search& search_;
    const Survey& survey_;
    const Deadline& deadline_;
    Progress& progress_;
    Selection best_;
};

}  // namespace

CandidateSet choose(Costing& costing, const Pool& pool, Search& search, const Survey& survey, const Deadline& deadline, Progress& progress) {
    return Chooser(costing, pool, search, survey, deadline, progress).run();
}

}  // namespace dwopt::indexing
