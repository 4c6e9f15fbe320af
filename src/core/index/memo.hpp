// Guesses already worked out, by set: looked up millions of times, so a lookup touches one line of memory in most cases.
//
// Sets are told apart by their 64-bit hash alone. Were two ever to share one, a guess would be wrong, as guesses may be: what is chosen
// by them is planned before it is believed.
#pragma once

#include "bits.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dwopt::indexing {

class Memo {
  public:
    // What is known of that set; else what `work_out()` says, kept from then on.
    template <class WorkOut>
    double find(const Bits& set, const WorkOut& work_out) {
        if (2 * (size_ + 1) > entries_.size()) grow();
        const std::uint64_t key = set.hash() | 1;  // 0: free
        Entry& entry = at(key);
        if (entry.key == key) return entry.value;
        ++size_;
        entry.key = key;
        return entry.value = work_out();
    }
    void clear() {
        entries_.clear();
        size_ = 0;
    }

  private:
    struct Entry {
        std::uint64_t key = 0;
        double value = 0;
    };

    Entry& at(std::uint64_t key) {
        std::size_t n = key >> 1 & (entries_.size() - 1);
        while (entries_[n].key != 0 && entries_[n].key != key) n = (n + 1) & (entries_.size() - 1);
        return entries_[n];
    }

    void grow() {
        std::vector<Entry> old(std::max<std::size_t>(64, 2 * entries_.size()));
        old.swap(entries_);
        for (const auto& entry : old) {
            if (entry.key != 0) at(entry.key) = entry;
        }
    }

    std::vector<Entry> entries_;  // a power of two of them
    std::size_t size_ = 0;
};

}  // namespace dwopt::indexing
