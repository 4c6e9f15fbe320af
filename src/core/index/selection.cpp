#include "selection.hpp"

#include "key_lists.hpp"

#include "dwopt/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <random>
#include <set>

namespace dwopt::indexing {
namespace {

class Chooser {
  public:
    Chooser(Costing& costing, const Pool& pool, Search& search, Surveyor& surveyor, const Deadline& deadline, Progress& progress)
        : costing_(costing), pool_(pool), search_(search), surveyor_(surveyor), deadline_(deadline), progress_(progress) {}

    // Short of time, half of what is left goes to looking, the rest to choosing, and so on while there is time.
    CandidateSet run() {
        best_ = search_.at({});
        for (bool all_seen = false; !all_seen;) {
            all_seen = surveyor_.go_on(deadline_.part(0.5), progress_);
            survey_ = surveyor_.found();
            choose_from_seen(all_seen);
            if (deadline_.reached()) break;
        }
        const auto stop = deadline_.last_call(std::chrono::milliseconds(700));
        do drop_idle();
        while (cap_regressions(stop));
        return best_.set;
    }

  private:
    // A larger workload takes too long to shrink, and has many ways to the same end.
    static constexpr std::size_t most_to_descend = 500;

    // From nothing upwards and from everything downwards, each into its own local optimum; then on from the better one.
    void choose_from_seen(bool all_seen) {
        const int patience = std::clamp(static_cast<int>(200 / std::max<std::size_t>(1, costing_.patterns().size())), 2, 6);
        for (const auto id : survey_.survivors) search_.offer({id});
        for (const auto& bundle : survey_.bundles) search_.offer(bundle);
        // Who interrupts early gets what the plans seen by then promise.
        if (deadline_.cancelled()) best_ = search_.improve(best_, 1, deadline_.grace(std::chrono::milliseconds(500)));
        const bool downwards = all_seen && search_.limits().any() && costing_.patterns().size() <= most_to_descend;
        go_rounds(downwards ? (patience + 1) / 2 : patience);
        if (!downwards) return;
        descend();
        go_rounds(patience);
    }

    // Until so many found nothing much better.
    void go_rounds(int patience) {
        const int most_rounds = 6 * patience;
        int stale = 0;
        for (int round = 0; round < most_rounds && stale < patience && !deadline_.reached(); ++round) {
            progress_.update(fmt::format("choosing, {} saved", human_percent(saved_pct())), static_cast<double>(round) / most_rounds);
            const double before = best_.value;
            plan(propose(round));
            stale = best_.value > before * 1.003 ? 0 : stale + 1;
            probe();
        }
    }

    // Of the workload's weight, by what is known of the best so far.
    [[nodiscard]] double saved_pct() const {
        double before = 0, saved = 0;
        for (std::size_t p = 0; p < costing_.patterns().size(); ++p) {
            const auto& planned = costing_.patterns()[p];
            before += planned.worth * planned.base;
            saved += planned.worth * (planned.base - best_.costs[p]);
        }
        return before > 0 ? 100 * saved / before : 0;
    }

    // From what would be chosen without limits down to what keeps to them, the planner asked on every step: what a part of a plan's indexes
    // does without the others, no plan with all of them tells (Bruno and Chaudhuri, "Automatic physical database tuning: a relaxation-based
    // approach", SIGMOD 2005). Of a way cut short, what was learnt on it remains.
    void descend() {
        constexpr double little = 0.02;
        const Deadline until = deadline_.part(0.5);
        progress_.update("choosing without limits", -1);
        auto selection = search_.improve_without_limits(search_.at({}), until);
        double least = 1e300;  // a little less than what the planner said last
        bool planned = false;
        while (!search_.fits(selection) && !until.reached()) {
            const auto ways = search_.ways_down(selection);
            if (ways.empty()) return;
            if (selection.value - ways.front().loss >= least) {
                selection = stepped(selection, ways, least);
                planned = false;
                continue;
            }
            if (planned) selection = least_loss(selection, ways);
            else if (learn(selection.set)) selection = search_.at(selection.set);
            least = selection.value * (1 - little);
            planned = true;
        }
        if (!until.reached()) plan(search_.improve(search_.at(selection.set), 1, until));
    }

    // Several choices at once, while no more than a little is lost by guess.
    Selection stepped(Selection selection, const std::vector<Search::WayDown>& ways, double least) {
        constexpr double most_at_once = 0.15;
        const double enough = static_cast<double>(selection.bytes.value) * (1 - most_at_once);
        for (const auto& way : ways) {
            auto next = search_.at(with(without(selection.set, way.from), way.to));
            if (next.value < least && &way != &ways.front()) break;
            selection = std::move(next);
            if (search_.fits(selection) || static_cast<double>(selection.bytes.value) <= enough) break;
        }
        return selection;
    }

    // One choice, by the planner's word, as each is credited with all that is saved by the plans that need it.
    Selection least_loss(const Selection& selection, std::vector<Search::WayDown> ways) {
        constexpr std::size_t tries = 4;
        if (ways.size() > tries) ways.resize(tries);
        std::vector<Costing::Wish> wishes;
        const auto next = [&](const Search::WayDown& way) { return with(without(selection.set, way.from), way.to); };
        for (const auto& way : ways) {
            for (const auto p : costing_.users(way.from)) wishes.emplace_back(p, next(way));
        }
        costing_.foresee(wishes, deadline_);
        std::optional<Selection> best;
        double least = 0;
        for (const auto& way : ways) {
            auto one = search_.at(next(way));
            const double rate = way.loss > 0 ? (selection.value - one.value) * (way.rate / way.loss) : way.rate;
            if (best && rate >= least) continue;
            best = std::move(one);
            least = rate;
        }
        return *best;
    }

    // From the best so far; now and then also from nothing, with different thrift; and from what is left of the best without a third of it,
    // as the way out of a local optimum leads through worse sets. The first leaves time to plan what it found.
    Selection propose(int round) {
        const Deadline until = round == 0 ? deadline_.part(0.75) : deadline_;
        auto proposed = search_.improve(best_, 1, until);
        for (const double thrift : {0.5, 1.0}) {
            if (round % 4 != 0) break;
            auto afresh = search_.improve(search_.at({}), thrift, until);
            if (afresh.value > proposed.value) proposed = std::move(afresh);
        }
        for (std::size_t k = 0; k < kicks() && !until.reached(); ++k) {
            auto moved = search_.improve(search_.at(thinned(proposed.set)), k % 2 == 0 ? 1.0 : 0.7, until);
            if (moved.value > proposed.value) proposed = std::move(moved);
        }
        return proposed;
    }

    // A large workload takes long to search, and has many ways to the same end.
    [[nodiscard]] std::size_t kicks() const { return std::min<std::size_t>(12, 300 / std::max<std::size_t>(1, costing_.patterns().size())); }

    [[nodiscard]] CandidateSet thinned(const CandidateSet& set) {
        CandidateSet rest;
        std::copy_if(set.begin(), set.end(), std::back_inserter(rest), [&](CandidateId) { return dice_() % 3 != 0; });
        return rest;
    }

    // The planner's word on that set. Out of time, a first set is taken at its guessed value.
    void plan(const Selection& proposed) {
        const auto& set = proposed.set;
        if (!learn(set) && !best_.set.empty()) return;
        best_ = search_.at(best_.set);
        auto planned = search_.at(set);
        if (planned.value > best_.value) best_ = std::move(planned);
    }

    // Whether there was time for it.
    bool learn(const CandidateSet& set) {
        foresee_all(set);
        for (std::size_t p = 0; p < costing_.patterns().size() && !deadline_.reached(); ++p) offer(costing_.cost(p, set).used);
        return !deadline_.reached();
    }

    void foresee_all(const CandidateSet& set) {
        std::vector<Costing::Wish> wishes;
        for (std::size_t p = 0; p < costing_.patterns().size(); ++p) wishes.emplace_back(p, set);
        costing_.foresee(wishes, deadline_);
    }

    // What no plan uses goes, and what saves too little of the patterns it touches: by the planner's word, not by guesses.
    void drop_idle() {
        foresee_all(best_.set);
        std::vector<Costing::Wish> wishes;
        for (std::size_t p = 0; p < costing_.patterns().size() && !deadline_.reached(); ++p) {
            for (const auto id : costing_.cost(p, best_.set).used) wishes.emplace_back(p, without(best_.set, id));
        }
        costing_.foresee(wishes, deadline_);
        for (const auto id : CandidateSet(best_.set)) {
            const auto rest = without(best_.set, id);
            for (const auto p : std::vector<std::size_t>(costing_.users(id))) {
                if (deadline_.reached()) return;
                const auto used = costing_.cost(p, best_.set).used;
                if (std::binary_search(used.begin(), used.end(), id)) (void)costing_.cost(p, rest);
            }
            const auto gain = search_.gain(rest, {id});
            if (gain.net() <= 0 || gain.time <= gain.upkeep || gain.saved_pct() < least_pct(id)) best_ = search_.at(rest);
        }
    }

    // No pattern gets a worse plan than is allowed: an index goes, until none does. Also when the time is up: these plans are asked for
    // anyway, to say what the advice does; who interrupts is not kept waiting for all of them. Whether one went.
    bool cap_regressions(const std::function<bool()>& stop) {
        const auto before = best_.set.size();
        const double most = 1 + search_.limits().regression_pct / 100;
        costing_.foresee_exact(best_.set, stop);
        for (std::size_t p = 0; p < costing_.patterns().size() && !stop();) {
            const double bearable = costing_.patterns()[p].base * most;
            const auto guilty = costing_.exact(p, best_.set).cost > bearable ? to_blame(p, bearable, stop) : std::nullopt;
            p = guilty ? 0 : p + 1;
            if (!guilty) continue;
            best_ = search_.at(without(best_.set, *guilty));
            costing_.foresee_exact(best_.set, stop);
        }
        return best_.set.size() < before;
    }

    // Of the indexes without any one of which the pattern's plan would do, the one that gains least. It need not be one that the plan uses:
    // the planner also looks up in an index where a column's values end. If it takes more than one, one the plan uses; a plan that uses
    // none and does not change for one has changed for another reason.
    std::optional<CandidateId> to_blame(std::size_t pattern, double bearable, const std::function<bool()>& stop) {
        CandidateSet guilty;
        for (const auto id : costing_.on_tables_of(pattern, best_.set)) {
            if (stop()) break;
            if (costing_.exact(pattern, without(best_.set, id)).cost <= bearable) guilty.push_back(id);
        }
        if (guilty.empty()) guilty = costing_.exact(pattern, best_.set).used;
        const auto net = [&](CandidateId id) { return search_.gain(without(best_.set, id), {id}).net(); };
        const auto least = std::min_element(guilty.begin(), guilty.end(), [&](CandidateId a, CandidateId b) { return net(a) < net(b); });
        return least == guilty.end() ? std::nullopt : std::optional(*least);
    }

    // An index beside one that would do must be worth more than the planner's taste for the smaller of two.
    [[nodiscard]] double least_pct(CandidateId id) const {
        constexpr double beside_a_wider_one = 10;
        const bool has_stand_in = std::any_of(best_.set.begin(), best_.set.end(), [&](CandidateId other) { return other != id && (pool_.serves(other, id, true, true) || sorts(other, id)); });
        return has_stand_in ? std::max(beside_a_wider_one, search_.limits().min_saved_pct) : search_.limits().min_saved_pct;
    }

    // A btree that begins with the column of a BRIN or hash index.
    [[nodiscard]] bool sorts(CandidateId other, CandidateId id) const {
        const auto &btree = pool_[other].spec, &plain = pool_[id].spec;
        return (plain.method == "brin" || plain.method == "hash") && btree.method == "btree" && btree.table == plain.table && btree.predicate.empty() &&
               same_item(btree.keys.front(), plain.keys.front());
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
        std::vector<Costing::Wish> asked;
        for (const auto& wish : wishes) {
            CandidateSet narrow;
            for (const auto id : survey_.own[wish.pattern]) {
                if (pool_[id].form != Form::covering) narrow.push_back(id);
            }
            asked.emplace_back(wish.pattern, with(best_.set, narrow));
        }
        costing_.foresee(asked, deadline_);
        for (const auto& [pattern, set] : asked) {
            if (deadline_.reached()) return;
            offer(costing_.cost(pattern, set).used);
        }
    }

    void offer(const CandidateSet& used) {
        for (const auto id : used) search_.offer({id});
        if (used.size() >= 2) search_.offer(used);
    }

    Costing& costing_;
    const Pool& pool_;
    Search& search_;
    Surveyor& surveyor_;
    Survey survey_;
    const Deadline& deadline_;
    Progress& progress_;
    Selection best_;
    std::mt19937 dice_{1};  // the same every time
};

}  // namespace

CandidateSet choose(Costing& costing, const Pool& pool, Search& search, Surveyor& surveyor, const Deadline& deadline, Progress& progress) {
    return Chooser(costing, pool, search, surveyor, deadline, progress).run();
}

}  // namespace dwopt::indexing
