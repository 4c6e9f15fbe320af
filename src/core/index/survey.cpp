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
        result_.own.resize(count);
        const auto order = by_worth();
        for (std::size_t n = 0; n < count && !deadline.reached(); n += together) {
            const std::vector<std::size_t> some(order.begin() + static_cast<std::ptrdiff_t>(n), order.begin() + static_cast<std::ptrdiff_t>(std::min(n + together, count)));
            for (const auto p : some) propose(p);
            look_at(some, deadline);
            progress.update("trying candidates", static_cast<double>(std::min(n + together, count)) / static_cast<double>(count));
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
            const bool indexable = excluded(view_, *access.table, options_.min_table_size).empty();
            for (const auto& expression : access.hidden) {
                if (indexable) result_.hidden.insert({access.table->name, expression});
            }
        }
        const auto propose_for = [&](const Access& access) {
            const auto found = candidates_for(view_, access, options_.limits);
            if (found.empty()) return;
            if (auto why = excluded(view_, *access.table, options_.min_table_size); !why.empty()) {
                excluded_.emplace(access.table->name, std::move(why));
                return;
            }
            for (const auto& candidate : found) own.push_back(pool_.add(candidate));
        };
        for (const auto& access : costing_.patterns()[pattern].accesses) {
            propose_for(access);
            for (const auto* partition : access.hot) propose_for(access.within(*partition));
        }
        result_.own[pattern] = with(std::move(own), {});
    }

    // Apart, as whichever is shown first hides that the other would do as well: on whole tables, and on single partitions.
    [[nodiscard]] std::pair<CandidateSet, CandidateSet> apart(std::size_t pattern) const {
        std::pair<CandidateSet, CandidateSet> sets;
        const auto& all = costing_.patterns()[pattern].accesses;
        for (const auto id : result_.own[pattern]) {
            const auto& table = pool_[id].spec.table;
            const bool whole = std::any_of(all.begin(), all.end(), [&](const Access& access) { return access.table->name == table; });
            (whole ? sets.first : sets.second).push_back(id);
        }
        return sets;
    }

    struct Look {  // at one pattern, after another
        std::size_t pattern;
        CandidateSet all;
        CandidateSet shown;     // next
        CandidateSet used{};    // of all, the first time
        bool helped = true;
    };

    // Several patterns side by side: each question waits for the answer to the pattern's last one, and for no other's.
    void look_at(const std::vector<std::size_t>& patterns, const Deadline& deadline) {
        try_doubtful(patterns, deadline);
        std::vector<Look> looks;
        for (const auto p : patterns) {
            std::erase_if(result_.own[p], [&](CandidateId id) { return refused_.contains(id); });
            auto [whole, parts] = apart(p);
            if (!parts.empty()) looks.push_back({p, parts, parts});
            looks.push_back({p, whole, whole});
        }
        take(looks, deadline, [](Look& look, CandidateSet used) { look.used = std::move(used); });
        std::erase_if(looks, [](const Look& look) { return look.used.empty(); });  // nothing helps, so nothing less does
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
    void take(std::vector<Look>& looks, const Deadline& deadline, const Tell& tell) {
        std::vector<Costing::Wish> wishes;
        for (const auto& look : looks) wishes.emplace_back(look.pattern, look.shown);
        costing_.foresee(wishes, deadline);
        for (auto& look : looks) {
            if (deadline.reached()) return;
            tell(look, taken(look.pattern, look.shown));
        }
    }

    // An expression or a comparison in a condition may not be immutable, which only the server knows: each is tried alone before it is shown with others.
    static bool doubtful(const IndexSpec& spec) {
        return spec.method != "btree" || spec.predicate.find_first_of("<=") != std::string::npos ||
               std::any_of(spec.keys.begin(), spec.keys.end(), [](const IndexKey& k) { return k.column.empty() || !k.opclass.empty(); });
    }

    void try_doubtful(const std::vector<std::size_t>& patterns, const Deadline& deadline) {
        std::vector<Costing::Wish> wishes;
        for (const auto p : patterns) {
            for (const auto id : result_.own[p]) {
                if (doubtful(pool_[id].spec) && tried_.insert(id).second) wishes.emplace_back(p, CandidateSet{id});
            }
        }
        costing_.foresee(wishes, deadline);
        for (const auto& [pattern, one] : wishes) {
            if (deadline.reached()) return;
            const auto failure = costing_.cost(pattern, one).failure;
            if (!failure.empty()) refused_.emplace(one.front(), failure);
        }
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

    static constexpr std::size_t together = 24;
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
