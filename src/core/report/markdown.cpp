// GitHub Flavored Markdown (https://github.github.com/gfm/). Data is escaped sparingly: a report is read as source,
// too.
#include "report/render.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <cctype>

namespace dwopt::report {
namespace {

bool word_character(std::string_view text, std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || (text[at] & 0x80) != 0);
}

// Marks that would change what is shown. An underscore inside a word is none; $ opens mathematics on GitHub.
std::string escaped(std::string_view data) {
    const std::string text = visible(data);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool inside_word = i > 0 && word_character(text, i - 1) && word_character(text, i + 1);
        if (c == '<')
            out += "&lt;";
        else if (c == '&' && (word_character(text, i + 1) || (i + 1 < text.size() && text[i + 1] == '#')))
            out += "&amp;";
        else if (std::string_view("\\`*[]|~$").find(c) != std::string_view::npos || (c == '_' && !inside_word))
            out.append("\\").append(1, c);
        else
            out += c;
    }
    return out;
}

// At the start of a line some more signs open a block: "# ", "- ", "> ", "1. ".
std::string line_of(std::string_view data) {
    std::string text = escaped(data);
    text.erase(0, text.find_first_not_of(' '));
    if (text.empty()) return text;
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')'))
        text.insert(digits, "\\");
    else if (std::string_view("#->+=").find(text[0]) != std::string_view::npos)
        text.insert(0, "\\");
    return text;
}

std::size_t longest_run(std::string_view text, char mark) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == mark ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

// A code span; inside a table a pipe needs its backslash even there.
std::string code_span(std::string_view data) {
    std::string text;
    for (const char c : visible(data)) text.append(c == '|' ? "\\" : "").append(1, c);
    if (text.empty()) return text;
    const std::string fence(longest_run(text, '`') + 1, '`');
    const bool touching = text.front() == '`' || text.back() == '`';
    return fence + (touching ? " " : "") + text + (touching ? " " : "") + fence;
}

std::string toned(const std::string& text, Tone tone) {
    return tone == Tone::strong && !text.empty() ? "**" + text + "**" : text;
}

struct Page {
    std::string out;

    void line(const std::string& text) { out += text + "\n"; }
    void operator()(const Paragraph& paragraph) { line("\n" + toned(line_of(paragraph.text), paragraph.tone)); }
    void operator()(const Heading& heading) {
        line("\n### " + escaped(heading.text) + (heading.note.empty() ? "" : " · " + escaped(heading.note)));
    }
    void operator()(const ChartBlock&) {}
    void operator()(const ListBlock& list) {
        if (!list.items.empty()) line("");
        for (const auto& item : list.items) line("- " + line_of(item));
    }
    void operator()(const Facts& facts) {
        if (!facts.items.empty()) line("");
        for (const auto& [label, cell] : facts.items) line("- **" + escaped(label) + ":** " + escaped(cell.text));
    }
    void operator()(const CodeBlock& code) {
        if (!code.folded.empty()) return;
        const std::string fence(std::max<std::size_t>(longest_run(code.sql, '`') + 1, 3), '`');
        const std::string sql = visible(code.sql, Lines::keep);
        line("\n" + fence + "sql\n" + sql + (sql.empty() || sql.back() != '\n' ? "\n" : "") + fence);
    }
    void operator()(const TableBlock& table) {
        if (table.data_only) return;
        if (table.rows.empty()) {
            if (!table.empty.empty()) line("\n" + line_of(table.empty));
            return;
        }
        std::string head = "\n|", rule = "|";
        for (const auto& column : table.columns) {
            head += " " + escaped(column.title) + " |";
            rule += column.align == TableColumn::Align::right ? " ---: |" : " --- |";
        }
        line(head);
        line(rule);
        for (const auto& row : table.rows) {
            std::string cells = "|";
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                const std::string text = i >= row.size()                           ? ""
                                         : table.columns[i].code && !row[i].unsaid ? code_span(row[i].text)
                                                                                   : escaped(row[i].text);
                cells += " " + text + (text.empty() ? "|" : " |");
            }
            line(cells);
        }
    }
};

}  // namespace

std::string render_markdown(const Document& document) {
    Page page;
    if (!document.title.empty()) page.line("# " + escaped(document.title));
    if (!document.subtitle.empty()) page.line("\n" + line_of(document.subtitle));
    for (const auto& section : document.sections) {
        if (!section.title.empty()) page.line("\n## " + escaped(section.title));
        for (const auto& block : section.blocks) std::visit(page, block);
    }
    if (!document.next.empty()) {
        page.line("\nNext:\n\n```sh");
        for (const auto& command : document.next) page.line(visible(command));
        page.line("```");
    }
    if (!page.out.empty() && page.out.front() == '\n') page.out.erase(0, 1);
    return page.out;
}

}  // namespace dwopt::report
