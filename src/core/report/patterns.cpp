// Tables of patterns. One table by total time says most; the other orders exist to be asked for.
#include "analysis.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace dwopt::report {
namespace {

constexpr double block_size = 8192;

double blocks(const Usage& usage) {
    return usage.blocks_hit + usage.blocks_read;
}
double per_call(double amount, const Usage& usage) {
    return usage.calls > 0 ? amount / usage.calls : 0;
}
Bytes bytes(double amount) {
    return {static_cast<std::int64_t>(amount)};
}

// An order is a measure of a pattern and the columns that show it.
struct Order {
    std::string_view id, title, empty;
    double (*measure)(const Usage&);
    std::vector<TableColumn> (*columns)();
    std::vector<Cell> (*cells)(const Usage&);
};

const std::array<Order, 6>& orders() {
    static const std::array<Order, 6> all{{
        {"mean", "Patterns by mean time", "", [](const Usage& u) { return u.mean().value; },
         [] {
             return std::vector{number_column("mean", "mean_ms"), number_column("calls", "calls"),
                                number_column("total", "total_ms")};
         },
         [](const Usage& u) {
             return std::vector{cell(u.mean()), count_cell(u.calls), cell(u.total)};
         }},
        {"calls", "Patterns by calls", "", [](const Usage& u) { return u.calls; },
         [] {
             return std::vector{number_column("calls", "calls"), number_column("mean", "mean_ms"),
                                number_column("total", "total_ms")};
         },
         [](const Usage& u) {
             return std::vector{count_cell(u.calls), cell(u.mean()), cell(u.total)};
         }},
        {"rows", "Patterns by rows", "No pattern returned or changed a row.", [](const Usage& u) { return u.rows; },
         [] {
             return std::vector{number_column("rows", "rows"), number_column("rows/call", "rows_per_call"),
                                number_column("calls", "calls")};
         },
         [](const Usage& u) {
             return std::vector{count_cell(u.rows), count_cell(per_call(u.rows, u)), count_cell(u.calls)};
         }},
        {"blocks", "Patterns by blocks", "No pattern read a block.", blocks,
         [] {
             return std::vector{number_column("read", "blocks_bytes"), number_column("from disk", "disk_bytes"),
                                number_column("cache hit", "hit_pct"),
                                number_column("per call", "blocks_bytes_per_call")};
         },
         [](const Usage& u) {
             const double all_blocks = blocks(u);
             return std::vector{cell(bytes(all_blocks * block_size)), cell(bytes(u.blocks_read * block_size)),
                                all_blocks > 0 ? percent_cell(u.blocks_hit / all_blocks * 100) : absent(),
                                cell(bytes(per_call(all_blocks, u) * block_size))};
         }},
        {"temp", "Patterns by temporary files", "No pattern used temporary files.",
         [](const Usage& u) { return u.temp_blocks; },
         [] {
             return std::vector{number_column("temp", "temp_bytes"), number_column("per call", "temp_bytes_per_call"),
                                number_column("calls", "calls")};
         },
         [](const Usage& u) {
             return std::vector{cell(bytes(u.temp_blocks * block_size)),
                                cell(bytes(per_call(u.temp_blocks, u) * block_size)), count_cell(u.calls)};
         }},
        {"wal", "Patterns by WAL", "No pattern wrote WAL.", [](const Usage& u) { return u.wal_bytes; },
         [] {
             return std::vector{number_column("WAL", "wal_bytes"), number_column("per call", "wal_bytes_per_call"),
                                number_column("calls", "calls")};
         },
         [](const Usage& u) {
             return std::vector{cell(bytes(u.wal_bytes)), cell(bytes(per_call(u.wal_bytes, u))), count_cell(u.calls)};
         }},
    }};
    return all;
}

using Ranked = std::vector<const Pattern*>;

// The first `top` by the measure; those that measure nothing are left out.
Ranked ranked(const Workload& workload, const std::function<double(const Usage&)>& measure, int top) {
    Ranked out;
    for (const auto& pattern : workload.patterns) {
        if (measure(pattern.usage) > 0) out.push_back(&pattern);
    }
    std::stable_sort(out.begin(), out.end(),
                     [&](const Pattern* a, const Pattern* b) { return measure(a->usage) > measure(b->usage); });
    if (top > 0 && out.size() > static_cast<std::size_t>(top)) out.resize(static_cast<std::size_t>(top));
    return out;
}

Cell id_cell(const Pattern& pattern) {
    return {short_id(pattern.id), Tone::plain, pattern.id};
}

Cell text_cell(const Pattern& pattern) {
    if (pattern.hidden) return absent("text hidden from this role");
    Cell out = query_cell(pattern.text);
    if (pattern.truncated) out.text += " [cut by the server]";
    return out;
}

// Time per day against the window before. Both are divided by the days that snapshots cover.
Cell trend_cell(const Pattern& pattern, double covered_days) {
    if (pattern.previous_days <= 0 || covered_days <= 0) return absent();
    if (pattern.previous.calls <= 0) return absent("new");
    const double before = pattern.previous.total.value / pattern.previous_days;
    const double now = pattern.usage.total.value / covered_days;
    if (before <= 0) return absent();
    const double percent = (now / before - 1) * 100;
    Cell out = change_cell(percent, true);
    if (std::abs(percent) < 5) return {"steady", Tone::muted, out.raw};
    // Twenty-fold and more reads better as a factor.
    const double times = now / before;
    out.text = percent >= 900 ? fmt::format("↑ {}×", whole(times))
                              : fmt::format("{} {}", percent > 0 ? "↑" : "↓", about_percent(std::abs(percent)));
    return out;
}

// How much of the workload the rows shown stand for.
Paragraph remainder(const Workload& workload, const Ranked& shown) {
    double share = 0;
    for (const auto* pattern : shown) share += pattern->share_pct;
    const auto others = workload.patterns.size() - shown.size();
    if (others == 0) return {};
    return {fmt::format("{} more, {} of the time.", counted(static_cast<std::int64_t>(others), "pattern", "patterns"),
                        human_percent(std::max(0.0, std::round((100 - share) * 10) / 10))),
            Tone::muted};
}

Section by_total(const Workload& workload, int top) {
    const auto shown = ranked(
        workload, [](const Usage& u) { return u.total.value; }, top);
    const bool compared =
        std::any_of(shown.begin(), shown.end(), [](const Pattern* p) { return p->previous_days > 0; });
    TableBlock table;
    table.columns = {code_column("pattern", "pattern"),  number_column("share", "share_pct"),
                     number_column("total", "total_ms"), number_column("mean", "mean_ms"),
                     number_column("calls", "calls"),    number_column("rows/call", "rows_per_call", 1)};
    if (compared) table.columns.push_back(number_column("trend", "trend_pct"));
    table.columns.push_back(query_column());
    table.empty = "No statement ran in this window, or none that the role may see.";
    for (const auto* pattern : shown) {
        const Usage& usage = pattern->usage;
        std::vector<Cell> row{id_cell(*pattern),       share_cell(pattern->share_pct),
                              cell(usage.total),       cell(usage.mean()),
                              count_cell(usage.calls), count_cell(per_call(usage.rows, usage))};
        if (compared) row.push_back(trend_cell(*pattern, workload.covered_days));
        row.push_back(text_cell(*pattern));
        table.rows.push_back(std::move(row));
    }
    Section section{"patterns", "Patterns by total time", {table}};
    if (const auto rest = remainder(workload, shown); !rest.text.empty()) section.blocks.emplace_back(rest);
    return section;
}

}  // namespace

Section patterns_section(const Workload& workload, std::string_view order, int top) {
    const auto* found =
        std::find_if(orders().begin(), orders().end(), [&](const Order& each) { return each.id == order; });
    if (found == orders().end()) return by_total(workload, top);
    TableBlock table;
    table.columns = {code_column("pattern", "pattern")};
    for (auto& column : found->columns()) table.columns.push_back(std::move(column));
    table.columns.push_back(query_column());
    table.empty = found->empty.empty() ? "No statement ran in this window." : std::string(found->empty);
    for (const auto* pattern : ranked(workload, found->measure, top)) {
        std::vector<Cell> row{id_cell(*pattern)};
        for (auto& value : found->cells(pattern->usage)) row.push_back(std::move(value));
        row.push_back(text_cell(*pattern));
        table.rows.push_back(std::move(row));
    }
    return {std::string(found->id), std::string(found->title), {table}};
}

}  // namespace dwopt::report
