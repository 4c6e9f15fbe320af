#include "report/render.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dwopt;
using namespace dwopt::report;

namespace {

TableBlock rows_of(std::vector<std::vector<Cell>> rows) {
    TableBlock out;
    out.columns = {{"name", "name"}, {"mean", "mean_ms", TableColumn::Align::right}};
    out.rows = std::move(rows);
    return out;
}

Document document(std::vector<Section> sections) {
    return {"Title", "", std::move(sections), {}};
}

// RFC 4180, read back.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows{{""}};
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto& field = rows.back().back();
        if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"')
            field += text[i++];
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && text[i] == ',')
            rows.back().emplace_back();
        else if (!quoted && text[i] == '\n')
            rows.push_back({""});
        else
            field += text[i];
    }
    REQUIRE_FALSE(quoted);
    rows.pop_back();
    return rows;
}

}  // namespace

TEST_CASE("CSV reads back what went in") {
    const std::string hostile = "a,\"b\"\r\n'c';\t日本 \x1b";
    const auto rows =
        parse_csv(render_csv(document({{"s", "S", {rows_of({{hostile, {"1.27 s", Tone::plain, "1270"}}})}}})));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == std::vector<std::string>{"name", "mean_ms"});
    CHECK(rows[1] == std::vector<std::string>{hostile, "1270"});
}

TEST_CASE("CSV is one table unless sections were chosen") {
    TableBlock data = rows_of({{"machine", "2"}});
    data.data_only = true;
    const auto two = document(
        {{"a", "", {Paragraph{"none"}}}, {"b", "", {rows_of({{"x", "1"}}), data}}, {"c", "", {rows_of({{"y", "3"}})}}});
    CHECK(render_csv(two) == "name,mean_ms\nmachine,2\n");
    CHECK(render_csv(two, true) == "name,mean_ms\nmachine,2\n\nname,mean_ms\ny,3\n");
    CHECK(render_csv(document({})).empty());
}

TEST_CASE("CSV columns hold bare numbers or nothing") {
    const auto rows = parse_csv(render_csv(of_analysis(sample::analysis(), sample::target(), 0)));
    REQUIRE(rows.size() == 9);
    CHECK(rows[1][0] == "3fa9c1d2e4b50617");  // the whole id, the whole text
    CHECK(rows[1].back() == sample::workload().patterns[0].text);
    for (std::size_t row = 1; row < rows.size(); ++row) {
        for (std::size_t column = 1; column + 1 < rows[row].size(); ++column) {
            CAPTURE(rows[row][column]);
            CHECK(rows[row][column].find_first_not_of("0123456789.e+-") == std::string::npos);
        }
    }
    CHECK(rows[8].back().empty());  // hidden text is no text
}

TEST_CASE("Markdown keeps hostile names inside their cell") {
    const auto text =
        render_markdown(document({{"s", "S", {rows_of({{"a|b\n# c <img> *x* `y` $z$ [l](u) _p_ pg_stat", "1"}})}}}));
    CHECK(text.find("| a\\|b\\\\n# c &lt;img> \\*x\\* \\`y\\` \\$z\\$ \\[l\\](u) \\_p\\_ pg_stat | 1 |\n") !=
          std::string::npos);
    CHECK(text.find("| --- | ---: |\n") != std::string::npos);
}

TEST_CASE("Markdown fences are longer than what they hold, and text opens no block") {
    const auto text = render_markdown(
        document({{"s", "S", {CodeBlock{"select '```'", ""}, Paragraph{"# no heading"}, Paragraph{"1. no list"}}}}));
    CHECK(text.find("````sql\nselect '```'\n````\n") != std::string::npos);
    CHECK(text.find("\n\\# no heading\n") != std::string::npos);
    CHECK(text.find("\n1\\. no list\n") != std::string::npos);
}

TEST_CASE("Markdown code spans hold backticks and pipes") {
    TableBlock code = rows_of({{"a`b|c`", "1"}});
    code.columns[0].code = true;
    CHECK(render_markdown(document({{"s", "S", {code}}})).find("| `` a`b\\|c` `` | 1 |") != std::string::npos);
}
