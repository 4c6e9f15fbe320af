// Bars are a table, so that every value is also text to read aloud; each bar is an SVG as wide as its share of the
// largest. A line is an SVG without proportions under which labels stand as HTML: its strokes do not scale.
#include "charts.hpp"

#include "html_escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwopt::report {
namespace {

constexpr double wide = 1000, high = 160;  // of the line's coordinates; the height is in pixels

// Digits after the point that tell values of this size apart; one number for a whole axis, so that points line up.
int decimals(double size) {
    return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
}

std::string number(double value, int digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    for (std::size_t at = std::min(text.find('.'), text.size()); at > 3 && text[at - 4] != '-'; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

std::string with_unit(double value, const ChartBlock& chart, double top) {
    return number(value, decimals(top)) + (chart.unit.empty() ? "" : " " + chart.unit);
}

// What a step of the axis needs: 0.05 two digits, 20 none.
int step_decimals(double step) {
    return std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
}

double largest(const ChartBlock& chart) {
    double top = 0;
    for (const auto& [label, value] : chart.points) {
        if (std::isfinite(value)) top = std::max(top, value);
    }
    return top;
}

std::string bars(const ChartBlock& chart, double top) {
    std::string out = "<table class=\"bars\"><caption>" + html(chart.caption) + "</caption>\n";
    for (const auto& [label, value] : chart.points) {
        const double share = std::isfinite(value) ? std::clamp(value / top * 100, 0.0, 100.0) : 0;
        out += fmt::format(
            "<tr><th scope=\"row\">{}</th><td class=\"bar\"><svg aria-hidden=\"true\"><rect width=\"{:.2f}%\" "
            "height=\"100%\"/></svg></td><td class=\"num\">{}</td></tr>\n",
            html(label), share, html(std::isfinite(value) ? with_unit(value, chart, top) : "unknown"));
    }
    return out + "</table>\n";
}

struct Point {
    double x, y;
    std::size_t index;  // in the chart's list
};

std::vector<Point> placed(const ChartBlock& chart, double top) {
    const auto& at = chart.positions;
    const bool timed = at.size() == chart.points.size() && at.size() > 1 && at.back() > at.front();
    const double steps = std::max<double>(static_cast<double>(chart.points.size()) - 1, 1);
    std::vector<Point> points;
    for (std::size_t i = 0; i < chart.points.size(); ++i) {
        const double value = chart.points[i].second;
        if (!std::isfinite(value)) continue;
        const double along = timed ? (at[i] - at.front()) / (at.back() - at.front()) : static_cast<double>(i) / steps;
        points.push_back({along * wide, high - std::clamp(value / top, 0.0, 1.0) * high, i});
    }
    return points;
}

// Labels at both ends and at two thirds between; those in between only where a point stands near enough.
std::string x_labels(const ChartBlock& chart, const std::vector<Point>& points) {
    std::string out = "<div class=\"x\">";
    for (const double third : {0.0, 1.0, 2.0, 3.0}) {
        const double x = third / 3 * wide;
        const auto near = std::min_element(points.begin(), points.end(), [&](const Point& a, const Point& b) {
            return std::abs(a.x - x) < std::abs(b.x - x);
        });
        const bool end = third == 0 || third == 3;
        if (!end && (points.size() < 8 || std::abs(near->x - x) > wide / 40)) continue;
        out += fmt::format("<span{}>{}</span>", end ? "" : " class=\"mid\"", html(chart.points[near->index].first));
    }
    return out + "</div>";
}

std::string line(const ChartBlock& chart, double top) {
    const auto grid = ticks(top);
    const double scale = grid.back();
    const auto points = placed(chart, scale);
    const int digits = step_decimals(grid[1]);
    std::string area, axis, path, dots;
    for (const double value : grid) {
        const double y = high - value / scale * high;
        axis +=
            fmt::format("<text x=\"100%\" y=\"{:.1f}\">{}</text>", y + 12, value == 0 ? "0" : number(value, digits));
        area += fmt::format("<path class=\"grid\" d=\"M0 {0:.1f}H{1}\"/>", y, wide);
    }
    for (const auto& point : points) path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", point.x, point.y);
    if (points.size() <= 60) {
        for (const auto& point : points) dots += fmt::format("M{:.1f} {:.1f}h.01", point.x, point.y);
    }
    double most = 0;
    std::string when;
    for (const auto& [label, value] : chart.points) {
        if (std::isfinite(value) && value >= most) most = value, when = label;
    }
    const std::string said =
        fmt::format("{}: {} points from {} to {}, at most {} ({})", chart.caption, chart.points.size(),
                    chart.points.front().first, chart.points.back().first, with_unit(most, chart, top), when);
    return fmt::format(
        "<figure class=\"line\"><figcaption>{}{}</figcaption><div class=\"plot\"><svg class=\"y\" "
        "width=\"{}\" aria-hidden=\"true\">{}</svg><svg class=\"area\" viewBox=\"0 0 {} {}\" "
        "preserveAspectRatio=\"none\" "
        "role=\"img\" aria-label=\"{}\">{}<path class=\"path\" d=\"{}\"/><path class=\"dots\" "
        "d=\"{}\"/></svg>{}</div></figure>\n",
        html(chart.caption), chart.unit.empty() ? "" : " <small>" + html(chart.unit) + "</small>",
        8 * number(scale, digits).size(), axis, wide, high, html(said), area, path, dots, x_labels(chart, points));
}

}  // namespace

std::vector<double> ticks(double top) {
    const double rough = top / 4;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double times = rough / power;
    const double step = power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    std::vector<double> out;
    const auto count = static_cast<int>(std::ceil(top / step - 1e-9));
    for (int i = 0; i <= count; ++i) out.push_back(step * i);
    return out;
}

std::string chart(const ChartBlock& chart) {
    const double top = largest(chart);
    if (!(top > 1e-12)) return {};
    if (chart.kind == ChartBlock::Kind::bars) return bars(chart, top);
    return chart.points.size() > 1 ? line(chart, top) : std::string();
}

}  // namespace dwopt::report
