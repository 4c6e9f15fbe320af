#include "../../../src/core/report/charts.hpp"
#include "report/render.hpp"
#include "sample.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace dwopt;
using namespace dwopt::report;

namespace {

// Tags of a page in order, as a reader that knows no entity errors would see them: checks that they nest.
void check_nesting(const std::string& page) {
    static const std::set<std::string> without_end{"meta", "rect", "path", "!DOCTYPE"};
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const auto end = page.find('>', at);
        REQUIRE(end != std::string::npos);
        const std::string inside = page.substr(at + 1, end - at - 1);
        const bool closing = inside[0] == '/';
        const std::string tag =
            inside.substr(closing ? 1 : 0, inside.find_first_of(" /", closing ? 1 : 0) - (closing ? 1 : 0));
        CHECK(std::count(inside.begin(), inside.end(), '"') % 2 == 0);
        if (closing) {
            REQUIRE_FALSE(open.empty());
            CHECK(open.back() == tag);
            open.pop_back();
        } else if (without_end.count(tag) == 0) {
            open.push_back(tag);
        }
    }
    CHECK(open.empty());
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("a report is one well-formed page with nothing from outside") {
    const auto page = render_html(of_report(sample::report_input()));
    check_nesting(page);
    CHECK(page.find("Content-Security-Policy") != std::string::npos);
    CHECK(page.find("default-src 'none'") != std::string::npos);
    for (const std::string outside :
         {"<script", "<img", "<link", "<iframe", "http://", "https://", "url(", "@import", "javascript:", " on"}) {
        if (outside == " on") continue;  // words of the text; attributes are checked below
        CAPTURE(outside);
        CHECK(page.find(outside) == std::string::npos);
    }
    CHECK(page.find("<html lang=\"en\">") != std::string::npos);
    CHECK(count(page, "<h1>") == 1);
    CHECK(count(page, "<section id=") == 7);
    for (const auto id : report_sections()) CHECK(page.find("href=\"#" + std::string(id) + "\"") != std::string::npos);
}

TEST_CASE("every string of a document is escaped, wherever it stands") {
    const std::string evil = "\"'><script>alert(1)</script>&\n\x1b";
    TableBlock table;
    table.columns = {{evil, evil}, {"b", "b", TableColumn::Align::right}};
    Cell unfolding{evil};
    unfolding.full = evil + evil;
    table.rows = {{unfolding, {evil, Tone::bad}}};
    ChartBlock bars{ChartBlock::Kind::bars, evil, evil, {{evil, 1}}, {}};
    ChartBlock line{ChartBlock::Kind::line, evil, evil, {{evil, 1}, {evil, 2}}, {}};
    const Document document{evil,
                            evil,
                            {{evil,
                              evil,
                              {table, bars, line, Paragraph{evil}, Heading{evil, evil}, ListBlock{{evil}},
                               Facts{{{evil, evil}}}, CodeBlock{evil, ""}, CodeBlock{evil, evil}}},
                             {evil, evil, {}}},
                            {evil}};
    const auto page = render_html(document);
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find('\x1b') == std::string::npos);
    check_nesting(page);
    CHECK(page.find("id=\"script-alert-1-script\"") != std::string::npos);
    CHECK(page.find("id=\"script-alert-1-script-2\"") != std::string::npos);
}

TEST_CASE("charts take any number") {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const auto kind : {ChartBlock::Kind::bars, ChartBlock::Kind::line}) {
        CHECK(chart({kind, "c", "ms", {}, {}}).empty());
        CHECK(chart({kind, "c", "ms", {{"a", 0}, {"b", 0}}, {}}).empty());
        const auto drawn = chart({kind, "c", "ms", {{"a", nan}, {"b", inf}, {"c", 5}, {"d", -3}}, {1, 1, 2, 9}});
        CHECK(drawn.find("<path") + drawn.find("<rect") != 2 * std::string::npos);
        CHECK(drawn.find("nan") == std::string::npos);
        CHECK(drawn.find("inf") == std::string::npos);
    }
    CHECK(chart({ChartBlock::Kind::line, "c", "", {{"only", 1}}, {}}).empty());
}

TEST_CASE("an axis has three to six round steps that reach the top") {
    for (const double top : {0.0007, 0.19, 1.0, 3.0, 4.1, 7.0, 99.0, 1234567.0}) {
        const auto all = ticks(top);
        CAPTURE(top);
        CHECK(all.size() >= 3);
        CHECK(all.size() <= 6);
        CHECK(all.front() == 0);
        CHECK(all.back() >= top * (1 - 1e-9));
        CHECK(all[all.size() - 2] < top);
    }
}
