#include "report/render.hpp"

#include <algorithm>

namespace dwopt::report {
namespace {

std::string field(const std::string& text) {
    // A lone \. would end a COPY that reads this, so psql quotes it as well.
    if (text.find_first_of(",\"\r\n") == std::string::npos && text != "\\.") return text;
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

std::string csv(const TableBlock& table) {
    std::string out;
    const auto row = [&](std::size_t columns, const auto& value) {
        std::string line;
        for (std::size_t i = 0; i < columns; ++i) line.append(i == 0 ? "" : ",").append(field(value(i)));
        // One empty value alone would read as a blank line.
        out += (line.empty() ? "\"\"" : line) + "\n";
    };
    const auto& columns = table.columns;
    row(columns.size(), [&](std::size_t i) { return columns[i].key.empty() ? columns[i].title : columns[i].key; });
    for (const auto& cells : table.rows) {
        row(columns.size(), [&](std::size_t i) {
            if (i >= cells.size()) return std::string();
            const Cell& cell = cells[i];
            if (cell.unsaid) return std::string();
            return !cell.raw.empty() ? cell.raw : !cell.full.empty() ? cell.full : cell.text;
        });
    }
    return out;
}

// A table made for CSV goes before the ones people see.
const TableBlock* main_table(const Section& section) {
    const TableBlock* found = nullptr;
    for (const auto& block : section.blocks) {
        const auto* table = std::get_if<TableBlock>(&block);
        if (table != nullptr && table->data_only) return table;
        if (table != nullptr && found == nullptr) found = table;
    }
    return found;
}

}  // namespace

std::string render_csv(const Document& document, bool chosen) {
    std::string out;
    for (const auto& section : document.sections) {
        const TableBlock* table = main_table(section);
        if (table == nullptr) continue;
        if (!out.empty()) out += "\n";
        out += csv(*table);
        if (!chosen) break;
    }
    return out;
}

}  // namespace dwopt::report
