#include "html_escape.hpp"

#include "unicode.hpp"

namespace dwopt::report {
namespace {

std::string escaped(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

}  // namespace

std::string html(std::string_view data) {
    return escaped(visible(data));
}
std::string html_lines(std::string_view data) {
    return escaped(visible(data, Lines::keep));
}

}  // namespace dwopt::report
