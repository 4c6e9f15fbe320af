// A set of numbers below 1,024, compared and cut millions of times: no memory of its own on the heap.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace dwopt::indexing {

class Bits {
  public:
    static constexpr std::size_t capacity = 1024;

    void set(std::size_t n) {
        used_ = std::max(used_, n / 64 + 1);
        words_[n / 64] |= std::uint64_t{1} << (n % 64);
    }
    [[nodiscard]] bool meets(const Bits& other) const {
        for (std::size_t w = 0; w < std::min(used_, other.used_); ++w) {
            if (words_[w] & other.words_[w]) return true;
        }
        return false;
    }
    [[nodiscard]] bool inside(const Bits& other) const {
        for (std::size_t w = 0; w < used_; ++w) {
            if (words_[w] & ~other.words_[w]) return false;
        }
        return true;
    }
    void add(const Bits& other) {
        used_ = std::max(used_, other.used_);
        for (std::size_t w = 0; w < other.used_; ++w) words_[w] |= other.words_[w];
    }
    // Each number in both sets.
    template <class Visit>
    void each_shared(const Bits& other, const Visit& visit) const {
        for (std::size_t w = 0; w < std::min(used_, other.used_); ++w) {
            for (std::uint64_t left = words_[w] & other.words_[w]; left; left &= left - 1) visit(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
        }
    }
    [[nodiscard]] bool empty() const { return used_ == 0; }
    [[nodiscard]] std::size_t hash() const noexcept {
        std::uint64_t hash = 0xcbf29ce484222325ULL;
        for (std::size_t w = 0; w < used_; ++w) {
            hash = (hash ^ words_[w]) * 0x9E3779B97F4A7C15ULL;
            hash ^= hash >> 29;
        }
        return hash;
    }
    bool operator==(const Bits& other) const {
        return used_ == other.used_ && std::equal(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(used_), other.words_.begin());
    }

  private:
    std::array<std::uint64_t, capacity / 64> words_{};
    std::size_t used_ = 0;  // words from here on are zero
};

}  // namespace dwopt::indexing
