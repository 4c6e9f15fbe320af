#include "memo.hpp"

#include <doctest/doctest.h>

#include <random>

using dwopt::indexing::Bits, dwopt::indexing::Memo;

TEST_CASE("a memo works out each set once, however many there are") {
    std::mt19937 dice(7);
    std::vector<Bits> sets(5000);
    for (std::size_t n = 0; n < sets.size(); ++n) {
        for (std::size_t bit = 0; bit < 13; ++bit) {
            if (n >> bit & 1) sets[n].set(bit * 37);  // every n another set, over many words
        }
    }
    Memo memo;
    int worked_out = 0;
    for (int round = 0; round < 2; ++round) {
        std::shuffle(sets.begin(), sets.end(), dice);
        double sum = 0;
        for (const auto& set : sets) {
            sum += memo.find(set, [&] {
                ++worked_out;
                return 1.0;
            });
        }
        CHECK(sum == 5000);
        CHECK(worked_out == 5000);
    }
    memo.clear();
    CHECK(memo.find(sets[0], [] { return 2.0; }) == 2.0);
}
