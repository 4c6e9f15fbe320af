#include "search.hpp"

#include <algorithm>
#include <cmath>

namespace dwopt::indexing {
namespace {

constexpr double better_by = 1.0002;

CandidateSet beyond(const CandidateSet& all, const CandidateSet& some) {
    CandidateSet rest;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
    return rest;
}

double bytes_of(const Bytes& bytes) { return std::max(8192.0, static_cast<double>(bytes.value)); }

}  // namespace

void Search::offer(const CandidateSet& move) {
    if (move.empty() || !offered_.insert(move).second) return;
    moves_.push_back({move, 1e300});
    for (const auto id : move) by_table_[pool_->table_number(id)].insert(id);
}

void Search::grow(Selection& selection, std::size_t most_moves, const Deadline& deadline) {
    struct Ranked {
        std::size_t move;
        double rank;
        std::size_t round;
    };
    const auto judged = [&](std::size_t move) {
        const auto next = tried(selection, moves_[move].members);
        const bool fitting = next.bearable && fits(selection.set.size() + next.added, next.bytes, next.build);
        if (next.added == 0 || !fitting || next.value <= selection.value) return -1.0;
        const double bytes = bytes_of(next.bytes - selection.bytes), gain = next.value - selection.value;
        return moves_[move].rank = gain / std::pow(bytes, thrift_);
    };
    std::vector<Ranked> moves;
    for (std::size_t m = 0; m < moves_.size(); ++m) {
        const bool room = !unwieldy(moves_[m].members) && (!limits_.budget || selection.bytes + pool_->bytes(beyond(moves_[m].members, selection.set)) <= *limits_.budget);
        if (room) moves.push_back({m, moves_[m].rank, 0});
    }
    const auto worse = [&](const Ranked& a, const Ranked& b) { return a.rank != b.rank ? a.rank < b.rank : moves_[a.move].members > moves_[b.move].members; };
    std::sort(moves.begin(), moves.end(), [&](const Ranked& a, const Ranked& b) { return worse(b, a); });
    if (moves.size() > most_moves) moves.resize(most_moves);
    for (std::size_t round = 1; !moves.empty() && !deadline.reached();) {
        std::pop_heap(moves.begin(), moves.end(), worse);
        Ranked move = moves.back();
        moves.pop_back();
        const bool sure = move.round == round;
        move.rank = judged(move.move);
        if (move.rank <= 0) continue;
        if (sure || moves.empty() || move.rank >= moves.front().rank) {
            selection = changed(selection, with(selection.set, moves_[move.move].members));
            ++round;
        } else {
            move.round = round;
            moves.push_back(move);
            std::push_heap(moves.begin(), moves.end(), worse);
        }
    }
}

std::set<CandidateId> Search::promising(const Selection& selection) {
    std::set<CandidateId> found(selection.set.begin(), selection.set.end());
    for (const auto& [table, candidates] : by_table_) {
        for (const auto id : candidates) {
            if (tried(selection, {id}).value > selection.value) found.insert(id);
        }
    }
    return found;
}

std::set<CandidateId> Search::alternatives(CandidateId id, const std::set<CandidateId>& worth_merging) {
    std::set<CandidateId> found;
    const auto& users = costing_->users(id);
    for (const auto other : by_table_[pool_->table_number(id)]) {
        if (other == id) continue;
        const auto& others = costing_->users(other);
        const bool shared = std::find_first_of(users.begin(), users.end(), others.begin(), others.end()) != users.end();
        if (shared) found.insert(other);
        if (!worth_merging.contains(other)) continue;
        if (const auto both = pool_->merged(id, other)) found.insert(*both);
        if (const auto both = pool_->merged(other, id)) found.insert(*both);
    }
    return found;
}

std::set<CandidateId> Search::narrowed(const Selection& rest, CandidateId id) {
    constexpr std::size_t most = 12;
    std::set<CandidateId> found, parts;
    for (const auto p : costing_->users(id)) {
        double least = rest.costs[p];
        std::optional<CandidateId> part;
        for (const auto other : by_table_[pool_->table_number(id)]) {
            if (other == id || !pool_->serves(id, other, false, true)) continue;
            const auto& plans = costing_->plans(p);
            Bits seen = rest.seen[p];
            plans.add(seen, other);
            const double cost = plans.guess_seen(seen);
            if (cost >= least) continue;
            least = cost;
            part = other;
        }
        if (part) parts.insert(*part);
    }
    if (parts.size() < 3 || parts.size() > most) return found;  // of two, each is an alternative itself
    std::vector<CandidateId> sorted(parts.begin(), parts.end());
    // Those whose keys it has come first, as the first gives the keys.
    std::stable_sort(sorted.begin(), sorted.end(), [&](CandidateId a, CandidateId b) { return pool_->serves(id, a, true, true) > pool_->serves(id, b, true, true); });
    for (const auto left_out : sorted) {
        std::optional<CandidateId> all;
        for (const auto part : sorted) {
            if (part == left_out) continue;
            if (!all) all = part;
            else if (!pool_->serves(*all, part, false, true)) all = pool_->merged(*all, part);
            if (!all) break;
        }
        if (all && *all != id) found.insert(*all);
    }
    return found;
}

std::vector<std::pair<double, CandidateId>> Search::by_density(const Selection& selection) {
    std::vector<std::pair<double, CandidateId>> sorted;
    for (const auto id : selection.set) {
        const auto rest = changed(selection, without(selection.set, id));
        sorted.emplace_back((selection.value - rest.value) / bytes_of((*pool_)[id].size), id);
    }
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

// Choices that save less than nothing, or too little of what they touch, go.
void Search::trim(Selection& selection, const Deadline& deadline) {
    for (bool again = true; again && !deadline.reached();) {
        again = false;
        std::optional<Selection> best;
        for (const auto id : selection.set) {
            auto rest = changed(selection, without(selection.set, id));
            const bool pays = rest.value < selection.value && gain(rest.set, {id}).saved_pct() >= limits_.min_saved_pct;
            if (!pays && (!best || rest.value > best->value)) best = std::move(rest);
        }
        if (best) {
            selection = std::move(*best);
            again = true;
        }
    }
}

// Within the limits again, what saved least per byte given up first; then the room that is left is filled.
Selection Search::mended(Selection selection, const std::vector<std::pair<double, CandidateId>>& weakest, const Deadline& deadline) {
    constexpr std::size_t enough_moves = 60;
    for (auto next = weakest.begin(); !fits(selection) && next != weakest.end(); ++next) {
        const bool there = std::binary_search(selection.set.begin(), selection.set.end(), next->second);
        if (there && relieves(selection, next->second)) selection = changed(selection, without(selection.set, next->second));
    }
    if (fits(selection)) grow(selection, enough_moves, deadline);
    return selection;
}

bool Search::step(Selection& best, const Deadline& deadline) {
    constexpr std::size_t tries = 4;
    const auto weakest = by_density(best);
    const double byte_price = limits_.budget && !weakest.empty() ? std::max(0.0, weakest.front().first) : 0;
    struct Try {
        double score;
        CandidateSet set;
    };
    std::vector<Try> list;
    const auto consider = [&](const Selection& from, const CandidateSet& more) {
        const auto next = tried(from, more);
        const double score = next.value - best.value - byte_price * static_cast<double>(next.bytes.value - best.bytes.value);
        if (score > best.value * 1e-5) list.push_back({score, with(from.set, more)});
    };
    const auto settle = [&] {
        std::sort(list.begin(), list.end(), [](const Try& a, const Try& b) { return a.score != b.score ? a.score > b.score : a.set < b.set; });
        if (list.size() > tries) list.resize(tries);
        for (auto& one : list) {
            auto next = mended(changed(best, std::move(one.set)), weakest, deadline);
            if (!deadline.reached() && fits(next) && next.value > best.value * better_by) {
                best = std::move(next);
                list.clear();
                return true;
            }
        }
        list.clear();
        return false;
    };
    bool better = false;
    const auto worth_merging = promising(best);
    for (const auto id : CandidateSet(best.set)) {
        if (deadline.reached()) return better;
        if (!std::binary_search(best.set.begin(), best.set.end(), id)) continue;
        const auto rest = changed(best, without(best.set, id));
        consider(rest, {});
        for (const auto other : alternatives(id, worth_merging)) consider(rest, {other});
        for (const auto other : narrowed(rest, id)) consider(rest, {other});
        better = settle() || better;
    }
    for (const auto& move : moves_) {
        if (!unwieldy(move.members)) consider(best, move.members);
    }
    return settle() || better;
}

Selection Search::improve_without_limits(Selection from, const Deadline& deadline) {
    auto limits = limits_;
    limits.budget.reset();
    limits.max_indexes = 0;
    limits.build = {};
    std::swap(limits, limits_);
    from = improve(std::move(from), 1, deadline);
    std::swap(limits, limits_);
    return from;
}

std::vector<Search::WayDown> Search::ways_down(const Selection& selection) {
    const double excess = limits_.budget ? static_cast<double>((selection.bytes - *limits_.budget).value) : 0;
    const auto nearer = [&](double bytes) { return excess > 0 ? std::min(bytes, excess) : 1; };
    std::vector<WayDown> ways;
    for (const auto id : selection.set) {
        if (!relieves(selection, id)) continue;
        const auto rest = changed(selection, without(selection.set, id));
        const double bytes = bytes_of((*pool_)[id].size), loss = selection.value - rest.value;
        WayDown best{id, {}, loss, loss / nearer(bytes)};
        for (const auto other : by_table_[pool_->table_number(id)]) {
            const double freed = bytes - bytes_of((*pool_)[other].size);
            if (excess <= 0 || freed < bytes * 0.05 || std::binary_search(selection.set.begin(), selection.set.end(), other)) continue;
            const double less = selection.value - tried(rest, {other}).value, rate = less / nearer(freed);
            if (rate < best.rate) best = {id, {other}, less, rate};
        }
        ways.push_back(std::move(best));
    }
    std::sort(ways.begin(), ways.end(), [](const WayDown& a, const WayDown& b) { return a.rate != b.rate ? a.rate < b.rate : a.from < b.from; });
    return ways;
}

Selection Search::improve(Selection from, double thrift, const Deadline& deadline) {
    constexpr int passes = 8;
    thrift_ = thrift;
    for (auto& move : moves_) move.rank = 1e300;
    from = at(from.set);  // by what has been learnt since
    grow(from, moves_.size(), deadline);
    trim(from, deadline);
    for (int n = 0; n < passes && !deadline.reached() && step(from, deadline); ++n) {}
    trim(from, deadline);
    return from;
}

}  // namespace dwopt::indexing
