#include "bound.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace dwopt::indexing {
namespace {

struct Server {  // a candidate that can serve an access
    std::size_t share = 0;  // index into the pattern's shares
    CandidateId candidate = 0;
    double extra = 0;       // ms a day it costs more there
};

struct Need {  // an access of a plan
    std::vector<Server> servers;
    double part = 1;  // of a candidate's price, as several accesses may be served by the same one
};

struct Option {
    double gain = 0;
    std::vector<Need> needs;
};

struct Buyer {  // a pattern
    std::vector<Option> options;
    std::vector<CandidateId> candidates;  // that any of its options could use
    std::vector<double> shares;
    std::vector<char> chosen;
};

class Market {
  public:
    Market(const Costing& costing, const Pool& pool, const std::function<double(CandidateId)>& price) : pool_(pool), bytes_(pool.size()), price_(pool.size()) {
        for (CandidateId id = 0; id < pool.size(); ++id) {
            bytes_[id] = static_cast<double>(pool[id].size.value);
            price_[id] = price(id);
            on_table_[pool.table_number(id)].push_back(id);
        }
        for (std::size_t p = 0; p < costing.patterns().size(); ++p) {
            Buyer buyer;
            std::map<CandidateId, std::size_t> slots;
            for (const auto& seen : costing.plans(p).seen()) add_option(buyer, slots, costing.plans(p), seen.plan, costing.patterns()[p].worth);
            if (!buyer.options.empty()) buyers_.push_back(std::move(buyer));
        }
        std::vector<double> users(pool.size());
        for (const auto& buyer : buyers_) for (const auto id : buyer.candidates) ++users[id];
        for (auto& buyer : buyers_) {
            for (const auto id : buyer.candidates) buyer.shares.push_back(1 / users[id]);
            buyer.chosen.resize(buyer.candidates.size());
        }
    }

    std::optional<double> least_bound(std::optional<Bytes> budget, const Deadline& deadline) {
        constexpr int rounds = 400;
        const double room = budget ? static_cast<double>(budget->value) : 0;
        double least = bound(0), rate = 0.3;
        room_price_ = budget ? least / std::max(room, 8192.0) * 0.5 : 0;
        for (int n = 0; n < rounds; ++n) {
            if (deadline.reached()) return std::nullopt;
            least = std::min(least, bound(room_price_) + room_price_ * room);
            share_anew(rate);
            if (budget) room_price_ *= std::exp(rate * std::clamp((used_ - room) / std::max(room, 8192.0), -1.0, 1.0));
            rate = std::max(0.01, rate * 0.99);
        }
        return least;
    }

  private:
    void add_option(Buyer& buyer, std::map<CandidateId, std::size_t>& slots, const Plans& plans, const Costed& plan, double worth) {
        Option option{worth * (plans.base() - plan.cost), {}};
        if (option.gain <= 0) return;
        std::map<int, double> used_on;
        for (const auto id : plan.used) ++used_on[pool_.table_number(id)];
        for (const auto used : plan.used) {
            const int table = pool_.table_number(used);
            Need need{{}, 1 / used_on[table]};
            for (const auto id : on_table_[table]) {
                const auto extra = plans.difference(plan, used, id);
                if (!extra) continue;
                const auto [slot, fresh] = slots.try_emplace(id, buyer.candidates.size());
                if (fresh) buyer.candidates.push_back(id);
                need.servers.push_back({slot->second, id, worth * *extra});
            }
            option.needs.push_back(std::move(need));
        }
        buyer.options.push_back(std::move(option));
    }

    // Sum over the patterns of what the best plan gains each at this price of a byte; also notes what they chose.
    double bound(double byte_price) {
        double sum = 0;
        used_ = 0;
        for (auto& buyer : buyers_) {
            double best = 0;
            std::fill(buyer.chosen.begin(), buyer.chosen.end(), 0);
            std::vector<std::size_t> choice, trial;
            for (const auto& option : buyer.options) {
                trial.clear();
                double gain = option.gain;
                for (const auto& need : option.needs) {
                    double least = 1e300;
                    std::size_t slot = 0;
                    for (const auto& server : need.servers) {
                        const double cost = server.extra + need.part * buyer.shares[server.share] * (byte_price * bytes_[server.candidate] + price_[server.candidate]);
                        if (cost < least) {
                            least = cost;
                            slot = server.share;
                        }
                    }
                    gain -= least;
                    trial.push_back(slot);
                }
                if (gain > best) {
                    best = gain;
                    choice = trial;
                }
            }
            sum += best;
            for (const auto slot : choice) buyer.chosen[slot] = 1;
            for (std::size_t slot = 0; slot < buyer.chosen.size(); ++slot) {
                if (buyer.chosen[slot]) used_ += buyer.shares[slot] * bytes_[buyer.candidates[slot]];
            }
        }
        return sum;
    }

    // Who wants a candidate pays for it.
    void share_anew(double rate) {
        std::vector<double> wanted(pool_.size());
        for (const auto& buyer : buyers_) {
            for (std::size_t slot = 0; slot < buyer.chosen.size(); ++slot) wanted[buyer.candidates[slot]] += buyer.chosen[slot];
        }
        for (auto& buyer : buyers_) {
            for (std::size_t slot = 0; slot < buyer.chosen.size(); ++slot) {
                const double users = wanted[buyer.candidates[slot]];
                if (users > 0) buyer.shares[slot] += rate * ((buyer.chosen[slot] ? 1 / users : 0) - buyer.shares[slot]);
            }
        }
    }

    const Pool& pool_;
    std::vector<double> bytes_, price_;
    std::map<int, std::vector<CandidateId>> on_table_;
    std::vector<Buyer> buyers_;
    double room_price_ = 0, used_ = 0;
};

}  // namespace

std::optional<double> most_to_gain(const Costing& costing, const Pool& pool, std::optional<Bytes> budget,
                                   const std::function<double(CandidateId)>& price, const Deadline& deadline) {
    if (deadline.reached()) return std::nullopt;
    return Market(costing, pool, price).least_bound(budget, deadline);
}

}  // namespace dwopt::indexing
