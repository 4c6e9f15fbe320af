// Shortened words are worth more than absent numbers only to a point: a flexible column is squeezed to what is still
// comfortable to read first, then columns that stack go under their rows, then ranked columns go, and only when none is
// left are flexible ones squeezed to `least`.
#include "table_layout.hpp"

#include "unicode.hpp"

#include <algorithm>
#include <cstddef>

namespace dwopt::report {
namespace {

constexpr int comfortable = 28;
constexpr int comfortable_stack = 44;  // a query cut shorter looks like the next one
constexpr int least = 10;

std::vector<int> natural_widths(const TableBlock& table) {
    std::vector<int> widths;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        int widest = display_width(table.columns[i].title);
        for (const auto& row : table.rows) widest = std::max(widest, display_width(row[i].text));
        widths.push_back(widest);
    }
    return widths;
}

// The width of the whole table when no flexible column is wider than `cap`.
int total(const TableBlock& table, const std::vector<int>& widths, int cap) {
    int sum = 0, shown = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] < 0) continue;
        sum += table.columns[i].flexible ? std::min(widths[i], cap) : widths[i];
        ++shown;
    }
    return sum + column_gap * std::max(shown - 1, 0);
}

// Takes out the last column of the highest rank.
bool leave_one_out(const TableBlock& table, std::vector<int>& widths) {
    std::size_t victim = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] < 0 || table.columns[i].rank == 0) continue;
        if (victim == widths.size() || table.columns[i].rank >= table.columns[victim].rank) victim = i;
    }
    if (victim == widths.size()) return false;
    widths[victim] = left_out;
    return true;
}

}  // namespace

std::vector<int> layout(const TableBlock& table, int room) {
    std::vector<int> widths = natural_widths(table);
    if (room <= 0 || widths.empty()) return widths;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (table.columns[i].stack && total(table, widths, comfortable_stack) > room) widths[i] = below;
    }
    while (total(table, widths, comfortable) > room && leave_one_out(table, widths)) {
    }
    int cap = std::max(0, *std::max_element(widths.begin(), widths.end()));
    while (cap > least && total(table, widths, cap) > room) --cap;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (table.columns[i].flexible) widths[i] = std::min(widths[i], cap);
    }
    // A common cap leaves a few columns over when it moved several at once: the last flexible column takes them.
    for (std::size_t i = widths.size(); i-- > 0;) {
        if (!table.columns[i].flexible || widths[i] < cap) continue;
        const int whole = natural_widths(table)[i];
        widths[i] = std::clamp(widths[i] + room - total(table, widths, whole), widths[i], std::max(whole, widths[i]));
        break;
    }
    return widths;
}

}  // namespace dwopt::report
