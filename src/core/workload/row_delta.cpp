#include "row_delta.hpp"

#include "books.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

namespace dwopt::workload {
namespace {

using Values = std::vector<double>;
using Columns = std::span<const CounterColumn>;

bool is_gauge(Columns all, std::size_t i) { return all[i].measure == Measure::gauge; }

// A row as it should have come: one value a column, finite, counters not negative.
Values tidy(Columns all, const Values& raw) {
    Values out(all.size(), 0);
    for (std::size_t i = 0; i < all.size() && i < raw.size(); ++i) {
        if (!std::isfinite(raw[i])) continue;
        out[i] = is_gauge(all, i) ? raw[i] : std::max(raw[i], 0.0);
    }
    return out;
}

// Sorted by key, one row a key: what is hidden from this role may share one.
std::vector<CounterRow> tidy(const CounterReading* reading) {
    std::vector<CounterRow> rows;
    if (reading == nullptr) return rows;
    const auto all = columns(reading->family);
    rows.reserve(reading->rows.size());
    for (const auto& row : reading->rows) rows.push_back({row.key, tidy(all, row.values)});
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    std::vector<CounterRow> merged;
    for (auto& row : rows) {
        if (merged.empty() || merged.back().key != row.key) {
            merged.push_back(std::move(row));
            continue;
        }
        auto& sum = merged.back().values;
        for (std::size_t i = 0; i < all.size(); ++i) {
            sum[i] = is_gauge(all, i) ? std::max(sum[i], row.values[i]) : sum[i] + row.values[i];
        }
    }
    return merged;
}

bool keyed_by_statement(Family family) { return family == Family::statement || family == Family::kcache; }

// Entries hidden from this role have no queryid and are added up.
bool is_hidden(Family family, std::string_view key) { return keyed_by_statement(family) && key.starts_with("0/"); }

// "user/database" of a statement key.
std::string_view owner_of(std::string_view key) {
    const auto first = std::min(key.find('/'), key.size());
    const auto last = key.rfind('/');
    return last == std::string_view::npos || last <= first ? std::string_view{} : key.substr(first + 1, last - first - 1);
}

// By more than the last digits of a sum of milliseconds, which depend on the order of its parts.
bool below(double after, double before) { return after < before - 1e-9 * std::max(1.0, before); }

class Rows {
  public:
    Rows(const CounterReading* before, const CounterReading& after, Continuity continuity)
        : family_(after.family),
          all_(columns(after.family)),
          continuity_(continuity),
          before_(tidy(before)),
          after_(tidy(&after)) {
        if (!keyed_by_statement(family_)) return;
        for (const auto& row : before_) (is_hidden(family_, row.key) ? hidden_ : shown_).insert(owner_of(row.key));
    }

    FamilyDelta run() {
        if (family_ == Family::index) find_vanished();
        FamilyDelta out;
        out.delta.family = family_;
        auto old = before_.begin();
        for (const auto& row : after_) {
            while (old != before_.end() && old->key < row.key) ++old;
            const bool known = old != before_.end() && old->key == row.key;
            const Values* was = known ? &old->values : nullptr;
            auto values = delta(row, was);
            if (moved(row, was, values)) out.delta.rows.push_back({row.key, std::move(values)});
        }
        out.fell = fell_;
        return out;
    }

  private:
    Values delta(const CounterRow& row, const Values* was) {
        switch (continuity_) {
            case Continuity::first:
            case Continuity::emptied: return row.values;
            case Continuity::foreign: return standing(row.values);
            case Continuity::same: break;
        }
        if (was != nullptr) return grown(row, *was);
        return surely_new(row.key) ? arrived(row.values) : standing(row.values);
    }

    // No counters, the gauges as they are.
    Values standing(const Values& now) const {
        Values out = now;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!is_gauge(all_, i)) out[i] = 0;
        }
        return out;
    }

    Values grown(const CounterRow& row, const Values& was) {
        const bool hidden = is_hidden(family_, row.key);
        std::array<bool, 4> book_fell{};
        const auto book = [&](std::size_t i) { return hidden ? Book::sum : book_of(family_, i); };
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!is_gauge(all_, i) && below(row.values[i], was[i])) book_fell[static_cast<std::size_t>(book(i))] = true;
        }
        Values out = row.values;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (is_gauge(all_, i)) continue;
            const auto kept = book(i);
            const bool coupled = kept == Book::row || kept == Book::toast;
            const bool anew = coupled ? book_fell[static_cast<std::size_t>(kept)] : below(row.values[i], was[i]);
            if (!anew) out[i] = hidden && !below(was[i], row.values[i]) ? 0 : std::max(row.values[i] - was[i], 0.0);
            else if (kept == Book::sum) out[i] = 0;
            fell_ = fell_ || (anew && kept != Book::sum);
        }
        return out;
    }

    // A key that was not there may still be old: its entries were hidden under another key, or shown and are hidden now.
    bool surely_new(std::string_view key) const {
        if (!keyed_by_statement(family_)) return true;
        return !(is_hidden(family_, key) ? shown_ : hidden_).contains(owner_of(key));
    }

    // REINDEX CONCURRENTLY gives the new index the counters of the old one, which is gone. Whichever vanished row could
    // be that one is taken off: the least of what remains is surely activity.
    Values arrived(const Values& now) const {
        Values out = now;
        for (const auto* gone : vanished_) {
            bool could_be = true;
            for (std::size_t i = 0; i < all_.size(); ++i) {
                could_be = could_be && (is_gauge(all_, i) || !below(now[i], (*gone)[i]));
            }
            if (!could_be) continue;
            for (std::size_t i = 0; i < all_.size(); ++i) {
                if (!is_gauge(all_, i)) out[i] = std::min(out[i], std::max(now[i] - (*gone)[i], 0.0));
            }
        }
        return out;
    }

    void find_vanished() {
        for (const auto& row : before_) {
            const auto found = std::lower_bound(after_.begin(), after_.end(), row.key,
                                                [](const CounterRow& a, const std::string& key) { return a.key < key; });
            if (found == after_.end() || found->key != row.key) vanished_.push_back(&row.values);
        }
    }

    bool moved(const CounterRow& row, const Values* was, const Values& delta) const {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!is_gauge(all_, i)) {
                if (delta[i] > 0) return true;
            } else if (gauges_count(family_) && (was == nullptr || (*was)[i] != row.values[i])) {
                return true;
            }
        }
        return false;
    }

    Family family_;
    Columns all_;
    Continuity continuity_;
    std::vector<CounterRow> before_, after_;
    std::set<std::string_view> hidden_, shown_;  // owners of statements in `before`
    std::vector<const Values*> vanished_;
    bool fell_ = false;
};

}  // namespace

FamilyDelta family_delta(const CounterReading* before, const CounterReading& after, Continuity continuity) {
    return Rows(before, after, continuity).run();
}

}  // namespace dwopt::workload
