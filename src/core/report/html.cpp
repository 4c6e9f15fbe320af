// One page, written front to back. Every byte of data passes html() or html_lines().
#include "charts.hpp"
#include "html_escape.hpp"
#include "html_style.hpp"
#include "report/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace dwopt::report {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

std::string_view tone_class(Tone tone) {
    static constexpr std::array<std::string_view, 5> names{"", "strong", "muted", "good", "bad"};
    return names.at(static_cast<std::size_t>(tone));
}

std::string with_class(std::string_view names) {
    return names.empty() ? std::string() : fmt::format(" class=\"{}\"", names);
}

// "silver.orders (a, b)" → "silver-orders-a-b": good enough for a fragment; the caller makes it unique.
std::string fragment(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            out += c;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out.empty() ? "part" : out;
}

std::string cell_content(const Cell& cell) {
    if (cell.full.empty() || cell.full == cell.text) return html(cell.text);
    return "<details><summary>" + html(cell.text) + "</summary><pre>" + html_lines(cell.full) + "</pre></details>";
}

std::string cell_classes(const TableColumn& column, Tone tone, bool barred) {
    std::string names;
    const auto add = [&](std::string_view name) {
        if (!name.empty()) names.append(names.empty() ? "" : " ").append(name);
    };
    if (column.align == TableColumn::Align::right) add("num");
    if (column.flexible) add("flex");
    if (column.code) add("code");
    if (barred) add("barred");
    add(tone_class(tone));
    return with_class(names);
}

struct Page {
    std::string out;
    std::string section_title;

    void operator()(const Paragraph& paragraph) {
        out += "<p" + with_class(tone_class(paragraph.tone)) + ">" + html(paragraph.text) + "</p>\n";
    }
    void operator()(const Heading& heading) {
        out += "<h3>" + html(heading.text) +
               (heading.note.empty() ? "" : " <small>" + html(heading.note) + "</small>") + "</h3>\n";
    }
    void operator()(const ChartBlock& block) { out += chart(block); }
    void operator()(const CodeBlock& code) {
        const std::string pre = "<pre>" + html_lines(code.sql) + "</pre>";
        out +=
            (code.folded.empty() ? pre : "<details><summary>" + html(code.folded) + "</summary>" + pre + "</details>") +
            "\n";
    }
    void operator()(const ListBlock& list) {
        out += "<ul class=\"list" + (list.tone == Tone::plain ? "" : " " + std::string(tone_class(list.tone))) + "\">";
        for (const auto& item : list.items) out += "<li>" + html(item) + "</li>";
        out += "</ul>\n";
    }
    void operator()(const Facts& facts) {
        out += "<dl>";
        for (const auto& [label, cell] : facts.items) {
            out += "<div><dt>" + html(label) + "</dt><dd" + with_class(tone_class(cell.tone)) + ">" + html(cell.text) +
                   "</dd></div>";
        }
        out += "</dl>\n";
    }
    void operator()(const TableBlock& table);
    void blocks(const std::vector<Block>& all);
};

// Charts that follow one another stand side by side where there is room.
void Page::blocks(const std::vector<Block>& all) {
    bool beside = false;
    for (const auto& block : all) {
        const bool is_chart = std::holds_alternative<ChartBlock>(block);
        if (is_chart != beside) out += is_chart ? "<div class=\"charts\">\n" : "</div>\n";
        beside = is_chart;
        std::visit(*this, block);
    }
    if (beside) out += "</div>\n";
}

bool is_barred(const TableBlock& table, std::size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(),
                       [&](const auto& row) { return column < row.size() && row[column].bar >= 0; });
}

void Page::operator()(const TableBlock& table) {
    if (table.data_only) return;
    if (table.rows.empty()) {
        if (!table.empty.empty()) (*this)(Paragraph{table.empty, Tone::muted});
        return;
    }
    const bool flexible =
        std::any_of(table.columns.begin(), table.columns.end(), [](const TableColumn& c) { return c.flexible; });
    const bool headed =
        std::any_of(table.columns.begin(), table.columns.end(), [](const TableColumn& c) { return !c.title.empty(); });
    // A box that scrolls must be reachable from the keyboard and say what it is.
    out += fmt::format("<div class=\"box\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table class=\"data{}\">{}",
                       html(section_title), flexible ? " flexible" : "", headed ? "<thead><tr>" : "");
    for (std::size_t i = 0; headed && i < table.columns.size(); ++i) {
        const bool right = table.columns[i].align == TableColumn::Align::right;
        const bool code = table.columns[i].flexible && table.columns[i].code;
        const std::string names = std::string(right  ? "num"
                                              : code ? "wide"
                                                     : "") +
                                  (is_barred(table, i) ? " barred" : "");
        out += fmt::format("<th scope=\"col\"{}>{}</th>", with_class(names), html(table.columns[i].title));
    }
    out += headed ? "</tr></thead><tbody>\n" : "<tbody>\n";
    for (const auto& row : table.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const Cell cell = i < row.size() ? row[i] : Cell();
            const bool barred = cell.bar >= 0;
            out += "<td" + cell_classes(table.columns[i], cell.tone, barred) + ">" + cell_content(cell);
            if (barred) {
                out += fmt::format("<svg aria-hidden=\"true\"><rect width=\"{:.1f}%\" height=\"100%\"/></svg>",
                                   std::min(cell.bar, 1.0) * 100);
            }
            out += "</td>";
        }
        out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
}

// One id per section, unique on the page.
std::vector<std::string> section_ids(const Document& document) {
    std::vector<std::string> ids;
    for (const auto& section : document.sections) {
        const std::string base = fragment(section.id.empty() ? section.title : section.id);
        std::string id = base;
        for (int n = 2; std::find(ids.begin(), ids.end(), id) != ids.end(); ++n) id = fmt::format("{}-{}", base, n);
        ids.push_back(id);
    }
    return ids;
}

std::string contents(const Document& document, const std::vector<std::string>& ids) {
    if (document.sections.size() < 2) return {};
    std::string out = "<nav aria-label=\"Contents\"><ul>";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto& title = document.sections[i].title;
        if (!title.empty()) out += "<li><a href=\"#" + ids[i] + "\">" + html(title) + "</a></li>";
    }
    return out + "</ul></nav>\n";
}

std::string commands(const std::vector<std::string>& next) {
    if (next.empty()) return {};
    std::string out = "<footer><p>Next</p><pre>";
    for (const auto& command : next) out += html(command) + "\n";
    return out + "</pre></footer>\n";
}

}  // namespace

std::string render_html(const Document& document) {
    const auto ids = section_ids(document);
    Page page;
    page.out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<div class=\"page\">\n<header><h1>{}</h1>",
        policy, html(document.title), html_style, html(document.title));
    if (!document.subtitle.empty()) page.out += "<p>" + html(document.subtitle) + "</p>";
    page.out += "</header>\n" + contents(document, ids) + "<main>\n";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto& section = document.sections[i];
        page.section_title = section.title.empty() ? document.title : section.title;
        page.out += "<section id=\"" + ids[i] + "\">\n";
        if (!section.title.empty()) page.out += "<h2>" + html(section.title) + "</h2>\n";
        page.blocks(section.blocks);
        page.out += "</section>\n";
    }
    page.out += "</main>\n" + commands(document.next) + "</div>\n</body>\n</html>\n";
    return page.out;
}

}  // namespace dwopt::report
