#include "pq/explain.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace dwopt::pq {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

// Reads one token after the other. The server escapes only control characters as \u00xx, so surrogates do not occur.
class Tokens {
  public:
    explicit Tokens(std::string_view text) : text_(text) {}

    // The next string if one begins here (after white space).
    std::optional<std::string> string() {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != '"') return std::nullopt;
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) escaped(value);
            else value += text_[at_];
        }
        ++at_;
        return value;
    }
    std::optional<double> number() {
        skip_space();
        double value = 0;
        if (at_ >= text_.size()) return std::nullopt;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc{}) return std::nullopt;
        at_ = static_cast<std::size_t>(end - text_.data());
        return value;
    }
    bool take(char c) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    char next() { return text_[at_++]; }
    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

  private:
    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
    }
    void escaped(std::string& value) {
        const char c = text_[++at_];
        switch (c) {
            case 'n': value += '\n'; break;
            case 't': value += '\t'; break;
            case 'r': value += '\r'; break;
            case 'b': value += '\b'; break;
            case 'f': value += '\f'; break;
            case 'u': {
                std::uint32_t code = 0;
                const auto hex = text_.substr(at_ + 1, 4);
                std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
                append_utf8(value, code);
                at_ += hex.size();
                break;
            }
            default: value += c;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// "Hash Join" and "Semi" → "Hash Semi Join", as EXPLAIN's text form has it.
void join_type(std::string& type, const std::string& join) {
    if (join == "Inner") return;
    const auto at = type.rfind(" Join");
    type = (at == std::string::npos ? type : type.substr(0, at)) + " " + join + " Join";
}

// "((a = 1) AND (b > 2))" has two.
int conditions(std::string_view conjunction) {
    constexpr std::string_view between = ") AND (";
    int count = 1;
    for (auto at = conjunction.find(between); at != std::string_view::npos; at = conjunction.find(between, at + between.size())) ++count;
    return count;
}

void take_text(PlanNode& node, const std::string& key, const std::string& value) {
    if (key == "Subplan Name") node.part = value;
    else if (key == "Join Type") join_type(node.type, value);
    else if (key == "Relation Name") node.relation = value;
    else if (key == "Index Name") node.index = value;
    else if (key == "Index Cond") node.searched = conditions(value);
}

}  // namespace

PlanFacts read_plan(std::string_view json) {
    constexpr int above_the_top = 2;  // braces around the top node
    PlanFacts facts;
    Tokens tokens(json);
    int braces = 0;
    while (!tokens.done()) {
        const auto key = tokens.string();
        if (!key) {
            const char c = tokens.done() ? ' ' : tokens.next();
            braces += c == '{' ? 1 : c == '}' ? -1 : 0;
            continue;
        }
        if (!tokens.take(':')) continue;  // a value of a list
        if (*key == "Node Type") facts.nodes.emplace_back().depth = std::max(0, braces - above_the_top);
        if (facts.nodes.empty()) continue;
        // A node's own properties come before those of the nodes below it.
        auto& node = facts.nodes.back();
        if (*key == "Total Cost") {
            node.cost = Cost{tokens.number().value_or(-1)};
        } else if (*key == "Startup Cost") {
            node.startup = Cost{tokens.number().value_or(-1)};
        } else if (*key == "Plan Rows") {
            node.rows = tokens.number().value_or(-1);
        } else if (const auto value = tokens.string()) {
            if (*key == "Node Type") {
                node.type = *value;
                facts.shape += "\n" + *value;
            }
            take_text(node, *key, *value);
            if (*key == "Index Name" || *key == "Relation Name" || *key == "Join Type" || *key == "Strategy") facts.shape += " " + *value;
        }
    }
    if (!facts.nodes.empty()) {
        facts.total_cost = facts.nodes.front().cost.value;
        facts.rows = facts.nodes.front().rows;
    }
    return facts;
}

}  // namespace dwopt::pq
