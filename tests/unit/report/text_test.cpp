#include "../../../src/core/report/unicode.hpp"
#include "report/render.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace dwopt;
using namespace dwopt::report;

namespace {

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

std::vector<Document> every_document() {
    return {of_collect(sample::collected()),
            of_analysis(sample::analysis(), sample::target()),
            of_analysis(sample::analysis(), sample::target(), 3, {"mean", "calls", "rows", "blocks", "temp", "wal"}),
            of_advice(sample::advice(), sample::target()),
            of_recommendation(sample::recommendations()[0], {}, sample::target()),
            of_plan(sample::deployments(), Direction::apply, true),
            of_plan(sample::deployments(), Direction::rollback, false),
            of_outcomes(sample::outcomes(), Direction::apply),
            of_capabilities(sample::capabilities(), sample::target()),
            of_report(sample::report_input()),
            of_report({}),
            of_analysis({}, {}),
            of_advice({}, {}),
            of_collect({})};
}

Document one_table(TableBlock table) {
    return {"", "", {{"t", "", {std::move(table)}}}, {}};
}

TableBlock sizes() {
    TableBlock table;
    table.columns = {{"table", "table"}, {"size", "size_bytes", TableColumn::Align::right}, {"note", "note"}};
    table.rows = {{"日本語", "43 MB", "a"}, {"orders", "1.2 GB", ""}};
    return table;
}

}  // namespace

TEST_CASE("columns line up by what is seen") {
    CHECK(render_text(one_table(sizes()), {80, false, true}) ==
          "  table     size  note\n"
          "  ────────────────────\n"
          "  日本語   43 MB  a\n"
          "  orders  1.2 GB\n");
}

TEST_CASE("no document has trailing spaces, controls or lines beyond the width") {
    for (const auto& document : every_document()) {
        for (const int width : {60, 80, 120, 200}) {
            for (const auto& line : lines(render_text(document, {width, false, true}))) {
                CAPTURE(line);
                CHECK((line.empty() || line.back() != ' '));
                CHECK(line.find('\x1b') == std::string::npos);
                CHECK(visible(line) == line);
                // Statements and commands are to be copied, so they are never cut.
                const bool sql =
                    line.rfind("    ", 0) == 0 && (line.find(';') != std::string::npos || line.rfind("    --", 0) == 0);
                CHECK((sql || display_width(line) <= width));
            }
        }
    }
}

TEST_CASE("colour adds tones and nothing else") {
    for (const auto& document : every_document()) {
        std::string coloured = render_text(document, {80, true, true}), bare;
        for (std::size_t i = 0; i < coloured.size(); ++i) {
            if (coloured[i] == '\x1b')
                i = coloured.find('m', i);
            else
                bare += coloured[i];
        }
        CHECK(bare == render_text(document, {80, false, true}));
    }
}

TEST_CASE("ASCII terminals get our signs in ASCII") {
    auto document = of_capabilities(sample::capabilities(), sample::target());
    const auto text = render_text(document, {80, true, false});
    for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
    CHECK(text.find("ok ok") != std::string::npos);
}

TEST_CASE("a narrow terminal drops ranked columns, then shortens, and stacks queries") {
    TableBlock table;
    table.columns = {{"id", "id"}, {"what", "what", TableColumn::Align::left, true}, {"extra", "extra"}};
    table.columns[2].rank = 1;
    table.rows = {{"a1", std::string(50, 'w'), "more to read"}};
    CHECK(render_text(one_table(table), {90, false, true}).find("more to read") != std::string::npos);
    const auto narrow = render_text(one_table(table), {40, false, true});
    CHECK(narrow.find("extra") == std::string::npos);
    CHECK(narrow.find("www…\n") != std::string::npos);

    table.columns[1].stack = true;
    CHECK(lines(render_text(one_table(table), {40, false, true}))[3] == "    " + std::string(35, 'w') + "…");
    CHECK(render_text(one_table(table), {0, false, true}).find(std::string(50, 'w')) != std::string::npos);
}

TEST_CASE("an escape sequence in a name stays data") {
    TableBlock table = sizes();
    table.rows = {{"\x1b]0;owned\x07", "1\n2", "\u202e"}};
    Document document = one_table(table);
    document.title = "\x1b[2J";
    document.sections[0].blocks.emplace_back(CodeBlock{"DROP INDEX \"a\x1b[1m\nb\"", ""});
    document.next = {"dwopt apply \x1b[0m"};
    const auto text = render_text(document, {80, false, true});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\\x1b]0;owned\\x07") != std::string::npos);
    CHECK(text.find("1\\n2") != std::string::npos);
}

TEST_CASE("an empty document is empty, an empty table says so") {
    CHECK(render_text({}, {80, false, true}).empty());
    TableBlock table = sizes();
    table.rows.clear();
    table.empty = "None found.";
    CHECK(render_text(one_table(table), {80, false, true}) == "  None found.\n");
}
