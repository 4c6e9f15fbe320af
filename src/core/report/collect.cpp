#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace dwopt::report {
namespace {

struct Words {
    std::string_view one, many;
};

Words words(Family family) {
    switch (family) {
        case Family::statement: return {"statement", "statements"};
        case Family::table: return {"table", "tables"};
        case Family::index: return {"index", "indexes"};
        case Family::database: return {"database", "database"};
        case Family::server: return {"server", "server"};
        case Family::kcache: return {"kernel counter", "kernel counters"};
        case Family::wait: return {"wait", "waits"};
        case Family::replication: return {"replica", "replicas"};
        case Family::qual: return {"predicate", "predicates"};
        case Family::standby: return {"use on standbys", "uses on standbys"};
    }
    return {"other", "others"};
}

std::string_view cause(Discontinuity::Cause cause) {
    switch (cause) {
        case Discontinuity::Cause::reset: return "its counters were reset";
        case Discontinuity::Cause::restart: return "the server was restarted";
        case Discontinuity::Cause::failover: return "the server was failed over";
        case Discontinuity::Cause::eviction: return "the server evicted entries";
    }
    return "the counters are not continuous";
}

ListBlock gaps(const std::vector<Discontinuity>& discontinuities) {
    ListBlock list;
    for (const auto& gap : discontinuities) {
        const std::string evicted = gap.count > 0 ? fmt::format(" ({})", whole(static_cast<double>(gap.count))) : "";
        list.items.push_back(fmt::format("{}: {}{}; only what it counted since is in this window.", words(gap.family).many,
                                         cause(gap.cause), evicted));
    }
    return list;
}

TableBlock for_csv(const CollectSummary& summary) {
    TableBlock table{{text_column("family", "family"), number_column("moved", "moved_rows")}, {}, {}, true};
    for (const auto& each : summary.moved) {
        table.rows.push_back({std::string(name(each.family)), count_cell(static_cast<double>(each.rows))});
    }
    return table;
}

std::string activity(const CollectSummary& summary) {
    std::string out;
    for (const auto& each : summary.moved) {
        const auto [one, many] = words(each.family);
        if (each.rows > 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", counted(each.rows, one, many));
    }
    return out.empty() ? "nothing moved" : out;
}

}  // namespace

Document of_collect(const CollectSummary& summary) {
    Document document{
        fmt::format("Snapshot {} of {}", summary.snapshot, words(summary.target)), span(summary.window), {}, {}};
    Facts facts;
    const auto fact = [&](std::string label, Cell value) {
        facts.items.emplace_back(std::move(label), std::move(value));
    };
    fact("activity", activity(summary));
    fact("new", fmt::format("{}, {}; {} known", counted(summary.new_statements, "statement", "statements"),
                            counted(summary.new_patterns, "pattern", "patterns"),
                            counted(summary.patterns, "pattern", "patterns")));
    if (summary.tables > 0) {
        fact("catalog", fmt::format("{}, {}", counted(summary.tables, "table", "tables"),
                                    counted(summary.indexes, "index", "indexes")));
    }
    fact("server cost",
         fmt::format("{}, {}", counted(summary.cost.statements, "statement", "statements"), human(summary.cost.time)));
    fact("workspace",
         fmt::format("{}, {}{}", human(summary.workspace), summary.growth.value < 0 ? "" : "+", human(summary.growth)));
    if (summary.elapsed.value > 0) fact("took", cell(summary.elapsed));
    Section section{"snapshot", "", {facts, for_csv(summary)}};
    if (!summary.discontinuities.empty()) section.blocks.emplace_back(gaps(summary.discontinuities));
    if (summary.first) {
        section.blocks.emplace_back(
            Paragraph{"This is the first snapshot: its window begins where the server's own counters do. "
                      "A second one shows what the warehouse does in between.",
                      Tone::muted});
    }
    document.sections.push_back(section);
    document.next = {"dwopt analyze", "dwopt recommend"};
    return document;
}

}  // namespace dwopt::report
