#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dwopt::report {
namespace {

using State = Capability::State;

Cell state_cell(State state) {
    switch (state) {
        case State::ok: return {"✔ ok", Tone::good, "ok"};
        case State::limited: return {"! limited", Tone::strong, "limited"};
        case State::missing: return {"✖ missing", Tone::bad, "missing"};
    }
    return absent();
}

std::int64_t number_of(const std::vector<Capability>& capabilities, State state) {
    return std::count_if(capabilities.begin(), capabilities.end(),
                         [&](const Capability& each) { return each.state == state; });
}

TableBlock for_csv(const std::vector<Capability>& capabilities) {
    TableBlock table{
        {text_column("state", "state"), text_column("capability", "capability"), text_column("detail", "detail"),
         text_column("without", "without"), text_column("remedy", "remedy")},
        {},
        {}};
    table.data_only = true;
    for (const auto& each : capabilities) {
        table.rows.push_back({state_cell(each.state), each.name, each.detail, each.without, each.remedy});
    }
    return table;
}

}  // namespace

Document of_capabilities(const std::vector<Capability>& capabilities, const Target& target) {
    const auto ok = number_of(capabilities, State::ok), limited = number_of(capabilities, State::limited);
    const auto missing = number_of(capabilities, State::missing);
    Document document{"Checked " + words(target), "", {}, {}};
    document.subtitle = limited + missing == 0 ? "Everything dwopt can use is there."
                                               : fmt::format("{} ok, {} limited, {} missing.", ok, limited, missing);
    TableBlock table{{text_column("", "state"), text_column("", "capability"), sentence_column("", "detail")}, {}, {}};
    for (const auto& each : capabilities)
        table.rows.push_back({state_cell(each.state), each.name, {each.detail, Tone::muted}});
    document.sections.push_back({"capabilities", "", {table, for_csv(capabilities)}});

    Section remedies{"remedies", "What would help", {}};
    for (const auto& each : capabilities) {
        if (each.state == State::ok || (each.without.empty() && each.remedy.empty())) continue;
        remedies.blocks.emplace_back(
            Heading{each.name, std::string(each.state == State::limited ? "limited" : "missing")});
        if (!each.without.empty()) remedies.blocks.emplace_back(Paragraph{sentence(each.without)});
        if (!each.remedy.empty()) remedies.blocks.emplace_back(CodeBlock{each.remedy, ""});
    }
    if (!remedies.blocks.empty()) document.sections.push_back(std::move(remedies));
    if (missing + limited > 0) document.next.emplace_back("dwopt doctor");
    document.next.emplace_back("dwopt collect");
    return document;
}

}  // namespace dwopt::report
