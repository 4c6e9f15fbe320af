// A document for people, before it becomes text, Markdown, HTML or CSV: src/core/report/ makes and renders it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dwopt {

enum class Tone { plain, strong, muted, good, bad };

struct Cell {
    std::string text;         // for people, with its unit: "43 MB"
    Tone tone = Tone::plain;
    std::string raw;          // for CSV: the bare number in the column's unit; empty: same as text
    std::string full;         // the whole of what `text` shortens (a query's text): HTML unfolds it, others leave it out
    bool unsaid = false;      // `text` only says that there is no value: CSV leaves the field empty
    double bar = -1;          // 0..1: drawn as a bar behind the text where the format can (HTML); negative: none
    Cell() = default;
    Cell(std::string shown, Tone how = Tone::plain, std::string machine = {})
        : text(std::move(shown)), tone(how), raw(std::move(machine)) {}
    Cell(const char* shown) : text(shown) {}
};

struct TableColumn {
    std::string title;        // for people: "mean"
    std::string key;          // for CSV: "mean_ms"
    enum class Align { left, right } align = Align::left;
    bool flexible = false;    // may be shortened (terminal) or wrapped (HTML) to fit the width
    bool wrap = false;        // a flexible column of sentences: the terminal folds it instead of shortening it
    bool stack = false;       // a flexible column that a narrow terminal sets under the row, on a line of its own
    bool code = false;        // SQL or names to be copied: a fixed-width face where there is one
    int rank = 0;             // 0: always there; else left out on a terminal that is too narrow, highest rank first
};

struct TableBlock {
    std::vector<TableColumn> columns;
    std::vector<std::vector<Cell>> rows;
    std::string empty;        // said instead when there are no rows
    bool data_only = false;   // for CSV alone: people read the same in the blocks beside it
};

struct Heading {              // opens a part of a section
    std::string text;
    std::string note;         // beside it, in plain letters
};

struct Facts {                // label → value, one a line; HTML sets them side by side where there is room
    std::vector<std::pair<std::string, Cell>> items;
};

struct ListBlock {
    std::vector<std::string> items;
    Tone tone = Tone::plain;
};

struct Paragraph {
    std::string text;
    Tone tone = Tone::plain;
};

struct CodeBlock {            // to be copied: never shortened or wrapped
    std::string sql;
    std::string folded;       // not empty: HTML shows this line and unfolds the code; others leave such a block out
};

struct ChartBlock {           // HTML only; other formats leave it out
    enum class Kind { bars, line } kind = Kind::bars;
    std::string caption;
    std::string unit;
    std::vector<std::pair<std::string, double>> points;  // label → value
    std::vector<double> positions;  // of a line's points along the x axis, ascending; empty: equal steps
};

using Block = std::variant<Paragraph, TableBlock, CodeBlock, ChartBlock, Heading, Facts, ListBlock>;

struct Section {
    std::string id;           // what --section names: "patterns"
    std::string title;
    std::vector<Block> blocks;
};

struct Document {
    std::string title;
    std::string subtitle;     // target and window
    std::vector<Section> sections;
    std::vector<std::string> next;  // commands to type next
};

}  // namespace dwopt
