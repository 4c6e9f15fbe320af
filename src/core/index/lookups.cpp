#include "lookups.hpp"

#include "statistics.hpp"

#include <algorithm>

namespace dwopt::indexing {
namespace {

struct Open {  // a node whose children are being read
    const PlanNode* node = nullptr;
    double loops = 1;
    bool nested = false;
    int children = 0;
    double outer_rows = 1;
    bool cut = false;  // a limit above may stop it
    [[nodiscard]] bool reads_first(const PlanNode& child) const { return node->startup >= child.cost; }  // all of it, as a sort does
};

// EXPLAIN says of the heap scan alone which table a bitmap is of.
PlanNode of_table(PlanNode bitmap, const PlanNode& heap) {
    if (bitmap.relation.empty()) bitmap.relation = heap.relation;
    return bitmap;
}

// Above the last of those, with others that join bitmaps between.
const PlanNode* heap_of(const std::vector<Open>& open) {
    const auto found = std::find_if(open.rbegin(), open.rend(), [](const Open& one) { return one.node->type == "Bitmap Heap Scan"; });
    return found == open.rend() ? open.back().node : found->node;
}

// Of a table of so many, where rows lie anywhere (Mackert and Lohman).
double pages_with(double rows, double pages) { return std::min(pages, 2 * pages * rows / (2 * pages + rows)); }

}  // namespace

double fetches_of(const View& view, const RelationName& table, const std::vector<IndexKey>& keys, double entries, const PlanNode& node) {
    const bool walked = node.searched == 0;
    const double rows = std::max(1.0, walked ? std::max(node.rows, entries) : node.rows);
    const auto* known = view.table(table);
    std::vector<std::string> columns;
    for (const auto& key : keys) {
        if (key.column.empty()) break;
        columns.push_back(key.column);
    }
    if (!known || columns.empty()) return rows;
    const auto searched = std::min(columns.size(), static_cast<std::size_t>(node.searched));
    const auto behind_one = [&](std::size_t n) { return entries / distinct_combinations(view, *known, {columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(n)}); };
    const double found = searched == 0 ? rows : std::max(rows, behind_one(searched));
    const double pages = view.pages(*known);
    const double equal = columns.size() == keys.size() ? std::clamp(behind_one(columns.size()), 1.0, found) : 1;
    const bool sorted = node.type == "Bitmap Index Scan";
    const double apart = sorted ? pages_with(found, pages) : found / equal * pages_with(equal, pages);
    const double together = std::max(1.0, walked ? pages_with(found, pages) : found * pages / std::max(1.0, view.rows(*known)));
    const auto* statistics = view.statistics(table, columns.front());
    const double correlation = statistics ? statistics->correlation.value_or(0) : 0;
    return apart + correlation * correlation * (std::min(apart, together) - apart);
}

double single_fetches(const std::vector<PlanNode>& nodes, const std::function<double(const PlanNode&)>& fetches,
                      const std::function<double(const PlanNode&)>& pages) {
    double sum = 0;
    std::vector<Open> open;  // by depth
    for (const auto& node : nodes) {
        open.resize(static_cast<std::size_t>(node.depth) + 1);
        Open& own = open.back();
        own = {&node, 1, node.type == "Nested Loop" || node.type.starts_with("Nested Loop "), 0, 1, node.type == "Limit"};
        if (node.depth > 0) {
            Open& parent = open[open.size() - 2];
            const bool bitmap = parent.node->type == "Bitmap Heap Scan" && parent.loops <= 1 && node.part.empty();
            const double all = bitmap ? pages(*parent.node) : 0;
            if (bitmap && !parent.cut) sum += node.type == "Bitmap Index Scan" ? std::min(all, fetches(of_table(node, *parent.node))) : pages_with(node.rows, all);
            const bool inner = node.part.empty() && parent.nested && parent.children == 1;
            own.loops = parent.loops * (inner && node.type != "Memoize" ? parent.outer_rows : 1);
            if (node.part.empty() && parent.children++ == 0) parent.outer_rows = std::max(1.0, node.rows);
            own.cut = own.cut || (parent.cut && !parent.reads_first(node));
        }
        if (own.loops <= 1) {
            if (node.type == "Index Scan" && !own.cut) sum += fetches(node);
            continue;
        }
        if (node.type == "Index Scan") sum += own.loops * fetches(node);
        if (node.type == "Bitmap Index Scan") sum += own.loops * fetches(of_table(node, *heap_of(open)));
        if (node.type == "Index Only Scan") sum += own.loops * search_alone;
    }
    return sum;
}

}  // namespace dwopt::indexing
