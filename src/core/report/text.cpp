// Text for a terminal: titles at the margin, everything else indented by two, one rule under a table's head.
#include "report/render.hpp"
#include "table_layout.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dwopt::report {
namespace {

constexpr int margin = 2;
constexpr int longest_lead = 24;  // of a heading beside which its note is folded
constexpr int widest_line = 100;  // of running text: longer lines are hard to read

// Our own signs, for terminals that have only ASCII.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> ascii_signs{{{"…", "..."},
                                                                                     {"−", "-"},
                                                                                     {"–", "-"},
                                                                                     {"×", "x"},
                                                                                     {"→", "->"},
                                                                                     {"↑", "+"},
                                                                                     {"↓", "-"},
                                                                                     {"·", "-"},
                                                                                     {"•", "*"},
                                                                                     {"✔", "ok"},
                                                                                     {"✖", "x"},
                                                                                     {"≤", "<="},
                                                                                     {"≥", ">="},
                                                                                     {"±", "+/-"}}};

std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

class TextPage {
  public:
    explicit TextPage(const TextStyle& style) : style_(style) {}

    std::string print(const Document& document);

  private:
    void section(const Section& section);
    void block(const Paragraph& paragraph) { wrapped(said(paragraph.text), indent_, paragraph.tone); }
    void block(const TableBlock& table);
    void block(const CodeBlock& code);
    void block(const ChartBlock&) {}
    void block(const Heading& heading);
    void block(const Facts& facts);
    void block(const ListBlock& list);
    void next(const std::vector<std::string>& commands);

    void table_row(const TableBlock& table, const std::vector<Cell>& cells, const std::vector<int>& widths, bool head);
    void wrapped(std::string_view text, int indent, Tone tone, std::string_view lead = {});
    void line(std::string_view text) { out_.append(trimmed(text)).append("\n"); }
    [[nodiscard]] std::string said(std::string_view text) const;
    [[nodiscard]] std::string toned(std::string_view text, Tone tone) const;
    [[nodiscard]] std::string_view ellipsis() const { return style_.unicode ? "…" : "..."; }

    TextStyle style_;
    std::string out_;
    int indent_ = margin;  // of what comes next: deeper under a heading
};

// Data and signs as this terminal may see them.
std::string TextPage::said(std::string_view text) const {
    std::string out = visible(text);
    if (style_.unicode) return out;
    for (const auto& [sign, ascii] : ascii_signs) {
        for (auto at = out.find(sign); at != std::string::npos; at = out.find(sign, at + ascii.size())) {
            out.replace(at, sign.size(), ascii);
        }
    }
    return out;
}

std::string TextPage::toned(std::string_view text, Tone tone) const {
    text = trimmed(text);
    if (!style_.colour || tone == Tone::plain || text.empty()) return std::string(text);
    static constexpr std::array<std::string_view, 5> codes{"0", "1", "2", "32", "31"};
    return std::string("\x1b[")
        .append(codes.at(static_cast<std::size_t>(tone)))
        .append("m")
        .append(text)
        .append("\x1b[0m");
}

// Text filled into lines; `lead` stands before the first one, already as wide as the indent.
void TextPage::wrapped(std::string_view text, int indent, Tone tone, std::string_view lead) {
    const int end = style_.width > 0 ? std::min(style_.width, widest_line) : 0;
    std::string before = lead.empty() ? spaces(indent) : std::string(lead);
    for (const auto& words : folded(text, end > 0 ? std::max(end - indent, 1) : 0, false)) {
        line(before + toned(words, tone));
        before = spaces(indent);
    }
}

// One row, of as many lines as its highest cell.
void TextPage::table_row(const TableBlock& table, const std::vector<Cell>& cells, const std::vector<int>& widths,
                         bool head) {
    std::vector<std::vector<std::string>> parts;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths[i] < 0)
            parts.emplace_back();
        else if (table.columns[i].wrap)
            parts.push_back(folded(cells[i].text, widths[i], true));
        else
            parts.push_back({shorten(cells[i].text, widths[i], ellipsis())});
        height = std::max(height, parts.back().size());
    }
    for (std::size_t row = 0; row < height; ++row) {
        std::string out;
        int owed = indent_;  // spaces are written only before something, so a line never ends in them
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (widths[i] < 0) continue;
            const std::string text = row < parts[i].size() ? parts[i][row] : "";
            const int pad = std::max(widths[i] - display_width(text), 0);
            const bool right = table.columns[i].align == TableColumn::Align::right;
            if (right) owed += pad;
            if (!text.empty()) {
                out += spaces(owed) + toned(text, cells[i].tone);
                owed = 0;
            }
            owed += (right ? 0 : pad) + column_gap;
        }
        line(out);
    }
    if (head) return;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const int indent = indent_ + 2;
        if (widths[i] == below)
            line(spaces(indent) + toned(shorten(cells[i].text, style_.width - indent, ellipsis()), cells[i].tone));
    }
}

void TextPage::block(const TableBlock& original) {
    if (original.data_only) return;
    if (original.rows.empty()) {
        if (!original.empty.empty()) block(Paragraph{original.empty, Tone::muted});
        return;
    }
    TableBlock table = original;
    std::vector<Cell> head;
    for (auto& column : table.columns) {
        column.title = said(column.title);
        head.emplace_back(column.title, Tone::muted);
    }
    for (auto& row : table.rows) {
        row.resize(table.columns.size());
        for (auto& cell : row) cell.text = said(cell.text);
    }
    const auto widths = layout(table, style_.width > 0 ? std::max(style_.width - indent_, 1) : 0);
    int total = -column_gap;
    for (const int width : widths) total += width < 0 ? 0 : width + column_gap;
    std::string rule;
    for (int i = 0; i < total; ++i) rule += style_.unicode ? "─" : "-";
    const bool headed = std::any_of(head.begin(), head.end(), [](const Cell& cell) { return !cell.text.empty(); });
    if (headed) {
        table_row(table, head, widths, true);
        line(spaces(indent_) + toned(rule, Tone::muted));
    }
    for (const auto& row : table.rows) table_row(table, row, widths, false);
}

void TextPage::block(const CodeBlock& code) {
    if (!code.folded.empty()) return;
    const std::string sql = visible(code.sql, Lines::keep);
    for (std::size_t at = 0; at < sql.size();) {
        const auto stop = std::min(sql.find('\n', at), sql.size());
        const auto last = sql.find_last_not_of(" \t", stop == 0 ? 0 : stop - 1);
        const bool blank = stop == at || last == std::string::npos || last < at;
        line(blank ? std::string() : spaces(2 * margin) + sql.substr(at, last + 1 - at));
        at = stop + 1;
    }
}

// A short heading (an id) and its note share their lines; a long one has its note under it.
void TextPage::block(const Heading& heading) {
    const std::string text = said(heading.text), note = said(heading.note);
    indent_ = margin;
    const int size = display_width(text);
    const bool fits = style_.width <= 0 || indent_ + size + column_gap + display_width(note) <= style_.width;
    if (note.empty()) {
        wrapped(text, indent_, Tone::strong);
    } else if (fits || size <= longest_lead) {
        wrapped(note, indent_ + size + column_gap, Tone::plain,
                spaces(indent_) + toned(text, Tone::strong) + spaces(column_gap));
    } else {
        wrapped(text, indent_, Tone::strong);
        wrapped(note, indent_, Tone::plain);
    }
    indent_ = 2 * margin;
}

void TextPage::block(const Facts& facts) {
    int widest = 0;
    for (const auto& [label, cell] : facts.items) widest = std::max(widest, display_width(said(label)));
    for (const auto& [label, cell] : facts.items) {
        const std::string shown = said(label);
        const std::string lead = spaces(indent_) + toned(shown, Tone::muted);
        const std::string text = said(cell.text);
        const int gap = widest - display_width(shown) + column_gap;
        if (text.empty())
            line(lead);
        else
            wrapped(text, indent_ + widest + column_gap, cell.tone, lead + spaces(gap));
    }
}

void TextPage::block(const ListBlock& list) {
    const std::string bullet = spaces(indent_) + (style_.unicode ? "• " : "* ");
    for (const auto& item : list.items) {
        if (!item.empty()) wrapped(said(item), indent_ + 2, list.tone, bullet);
    }
}

// Whether a block stands close under the one before. What a heading opens does, but for tables and code after facts.
bool belongs(const Block& before, const Block& after, bool headed) {
    if (std::holds_alternative<Heading>(after)) return false;
    if (std::holds_alternative<Paragraph>(before) && std::holds_alternative<Paragraph>(after)) return true;
    if (!headed) return false;
    return !std::holds_alternative<Facts>(before) &&
           (std::holds_alternative<Heading>(before) || !std::holds_alternative<TableBlock>(after));
}

void TextPage::section(const Section& section) {
    indent_ = margin;
    if (!section.title.empty()) line("\n" + toned(said(section.title), Tone::strong));
    const Block* before = nullptr;
    for (const auto& each : section.blocks) {
        const std::size_t start = out_.size();
        std::visit([this](const auto& what) { block(what); }, each);
        if (out_.size() == start) continue;
        const bool close = before != nullptr && belongs(*before, each, indent_ > margin);
        const bool opening = before == nullptr && !section.title.empty();
        if (!close && !opening) out_.insert(start, "\n");
        before = &each;
    }
}

void TextPage::next(const std::vector<std::string>& commands) {
    std::string lead = "next:  ";
    for (const auto& command : commands) {
        line((lead == "next:  " ? "\n" + toned("next:", Tone::muted) + "  " : lead) + said(command));
        lead.assign(lead.size(), ' ');
    }
}

std::string TextPage::print(const Document& document) {
    if (!document.title.empty()) wrapped(said(document.title), 0, Tone::strong);
    if (!document.subtitle.empty()) wrapped(said(document.subtitle), 0, Tone::muted);
    for (const auto& each : document.sections) section(each);
    next(document.next);
    if (!out_.empty() && out_.front() == '\n') out_.erase(0, 1);
    return std::move(out_);
}

}  // namespace

std::string render_text(const Document& document, const TextStyle& style) {
    return TextPage(style).print(document);
}

}  // namespace dwopt::report
