#include "key_lists.hpp"

#include <algorithm>
#include <set>

namespace dwopt::indexing {
namespace {

// `first` then what of `second` is not yet there, cut to `width`.
Keys joined(Keys first, const Keys& second, std::size_t width) {
    for (const auto& key : second) {
        if (first.size() < width && !has(first, key)) first.push_back(key);
    }
    if (first.size() > width) first.resize(width);
    return first;
}

// A btree reads both ways, so a list that starts downwards is turned round.
Keys turned_upwards(Keys keys) {
    if (keys.empty() || !keys.front().descending) return keys;
    for (auto& key : keys) {
        key.descending = !key.descending;
        key.nulls_first = !key.nulls_first;
    }
    return keys;
}

class KeyLists {
  public:
    KeyLists(const Access& access, std::size_t width) : access_(access), width_(width) {}

    std::vector<Keys> all() {
        orders_with_limit();
        equalities();
        joins();
        ranges();
        joined_ranges();
        for (const auto& arm : access_.either) put({arm});
        orders();
        arms();
        return std::move(lists_);
    }

  private:
    void put(Keys keys) {
        if (!keys.empty() && keys.size() <= width_ && seen_.insert(keys).second) lists_.push_back(std::move(keys));
    }

    void put_order(const Access::Order& order) {
        Keys free;  // what equality does not fix already
        for (const auto& key : order.keys) {
            if (!has(access_.equal, key)) free.push_back(key);
        }
        free = turned_upwards(free);
        if (free.empty()) return;
        put(joined({}, free, width_));
        put(joined(access_.equal, free, width_));
        for (const auto& equal : access_.equal) put(joined({equal}, free, width_));
        for (const auto& join : access_.joined) {
            if (!same_item(join, free.front())) put(joined({join}, free, width_));
        }
    }
    void orders_with_limit() {
        for (const auto& order : access_.orders) {
            if (order.with_limit) put_order(order);
        }
    }
    void orders() {
        for (const auto& order : access_.orders) {
            if (!order.with_limit) put_order(order);
        }
    }
    void equalities() {
        for (const auto& key : access_.equal) put({key});
        for (std::size_t n = 2; n <= std::min(width_, access_.equal.size()); ++n) {
            put(Keys(access_.equal.begin(), access_.equal.begin() + static_cast<std::ptrdiff_t>(n)));
        }
        for (const auto& a : access_.equal) {
            for (const auto& b : access_.equal) {
                if (!same_item(a, b) && width_ >= 2) put({a, b});
            }
        }
    }
    void ranges() {
        for (const auto& range : access_.range) {
            put({range});
            put(joined(first_equal(width_ - 1), {range}, width_));
            for (const auto& equal : access_.equal) put(joined({equal}, {range}, width_));
        }
    }
    void joins() {
        for (const auto& join : access_.joined) {
            put({join});
            put(joined(first_equal(width_ - 1), {join}, width_));
            for (const auto& equal : access_.equal) {
                put(joined({join}, {equal}, width_));
                put(joined({equal}, {join}, width_));
            }
            for (const auto& range : access_.range) {
                put(joined({join}, {range}, width_));
                put(joined({range}, {join}, width_));
            }
        }
        for (const auto& columns : access_.composite_joins) put(joined({}, columns, width_));
    }
    // Searched for each row of another table: first what equality finds there.
    void joined_ranges() {
        for (const auto& range : access_.joined_range) {
            for (const auto& join : access_.joined) put(joined({join}, {range}, width_));
            for (const auto& equal : access_.equal) put(joined({equal}, {range}, width_));
            put({range});
        }
    }
    // What holds for every arm of an OR comes before what one of them asks for; and an arm may ask for two.
    void arms() {
        constexpr std::size_t most = 4;
        for (const auto& arm : access_.either) {
            for (const auto& equal : access_.equal) put(joined({equal}, {arm}, width_));
        }
        if (access_.either.size() > most) return;
        for (const auto& a : access_.either) {
            for (const auto& b : access_.either) {
                if (!same_item(a, b)) put(joined({a}, {b}, width_));
            }
        }
    }
    [[nodiscard]] Keys first_equal(std::size_t n) const { return joined({}, access_.equal, n); }

    const Access& access_;
    std::size_t width_;
    std::vector<Keys> lists_;
    std::set<Keys> seen_;
};

}  // namespace

bool has(const Keys& keys, const IndexKey& key) {
    return std::any_of(keys.begin(), keys.end(), [&](const IndexKey& k) { return same_item(k, key); });
}

std::vector<Keys> key_lists(const Access& access, std::size_t width) { return KeyLists(access, width).all(); }

}  // namespace dwopt::indexing
