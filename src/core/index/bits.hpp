// A set of small numbers that grows as needed.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dwopt::indexing {

class Bits {
  public:
    void set(std::size_t n) {
        if (words_.size() <= n / 64) words_.resize(n / 64 + 1);
        words_[n / 64] |= std::uint64_t{1} << (n % 64);
    }
    [[nodiscard]] bool test(std::size_t n) const { return n / 64 < words_.size() && (words_[n / 64] >> (n % 64) & 1) != 0; }
    [[nodiscard]] bool meets(const Bits& other) const {
        for (std::size_t w = 0; w < std::min(words_.size(), other.words_.size()); ++w) {
            if (words_[w] & other.words_[w]) return true;
        }
        return false;
    }
    [[nodiscard]] bool inside(const Bits& other) const {
        for (std::size_t w = 0; w < words_.size(); ++w) {
            if (words_[w] & ~(w < other.words_.size() ? other.words_[w] : 0)) return false;
        }
        return true;
    }
    void add(const Bits& other) {
        if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
        for (std::size_t w = 0; w < other.words_.size(); ++w) words_[w] |= other.words_[w];
    }
    void clear() { words_.clear(); }
    // Each number in both sets.
    template <class Visit>
    void each_shared(const Bits& other, const Visit& visit) const {
        for (std::size_t w = 0; w < std::min(words_.size(), other.words_.size()); ++w) {
            for (std::uint64_t left = words_[w] & other.words_[w]; left; left &= left - 1) visit(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
        }
    }
    [[nodiscard]] std::size_t hash() const noexcept {
        std::size_t hash = 0xcbf29ce484222325ULL;
        for (const auto word : words_) hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL, hash ^= hash >> 29;
        return hash;
    }
    // Trailing words may be empty; sets built in the same way compare as they should.
    bool operator==(const Bits&) const = default;

  private:
    std::vector<std::uint64_t> words_;
};

}  // namespace dwopt::indexing
