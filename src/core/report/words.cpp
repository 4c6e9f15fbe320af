#include "words.hpp"

#include "dwopt/error.hpp"
#include "unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwopt::report {

Cell cell(Millis time) {
    return {human(time), Tone::plain, bare(time.value)};
}
Cell cell(Bytes size) {
    return {human(size), Tone::plain, fmt::format("{}", size.value)};
}
Cell count_cell(double count) {
    return {count < 10000 ? whole(count) : human_count(count), Tone::plain, bare(count)};
}
Cell percent_cell(double percent) {
    return {human_percent(percent), Tone::plain, bare(percent)};
}

Cell share_cell(double percent) {
    Cell out{percent > 0 && percent < 0.05 ? "<0.1 %" : fmt::format("{:.1f} %", percent), Tone::plain, bare(percent)};
    out.bar = percent / 100;
    return out;
}

Cell change_cell(double percent, bool more_is_bad) {
    const Tone tone = std::abs(percent) < 20 ? Tone::plain : (percent > 0) == more_is_bad ? Tone::bad : Tone::good;
    return {change(percent), tone, bare(percent)};
}

Cell absent(std::string said) {
    Cell out{std::move(said), Tone::muted};
    out.unsaid = true;
    return out;
}

std::string bare(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string whole(double count) {
    if (!std::isfinite(count)) return "unknown";
    if (std::abs(count) < 1 && count != 0) return human_count(count);
    std::string text = fmt::format("{:.0f}", count);
    const std::size_t sign = text[0] == '-' ? 1 : 0;
    for (std::size_t at = text.size(); at > sign + 3;) text.insert(at -= 3, ",");
    return text;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", whole(static_cast<double>(count)), count == 1 ? one : many);
}

std::string about_percent(double percent) {
    return human_percent(std::abs(percent) >= 10 ? std::round(percent) : std::round(percent * 10) / 10);
}

std::string change(double percent) {
    if (!std::isfinite(percent)) return {};
    const std::string text = about_percent(std::abs(percent));
    if (text == "0 %") return "±0 %";
    return (percent < 0 ? "−" : "+") + text;
}

std::string moment(std::string_view text) {
    if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return std::string(text);
    return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

std::string moment(Timestamp time) {
    return moment(rfc3339(time));
}

Cell moment_cell(const std::string& text) {
    const std::string shown = moment(text);
    return {shown == text ? shown : shown.substr(0, 16), Tone::plain, text};
}

std::string span(const Window& window) {
    const std::string from = moment(window.from), to = moment(window.to);
    return fmt::format("{} to {} ({})", from.substr(0, 16), from.substr(0, 10) == to.substr(0, 10) ? to.substr(11) : to,
                       human(Millis{window.days() * 86400e3}));
}

std::string words(const Target& target) {
    std::string out = target.database;
    if (!target.host.empty()) {
        const bool socket = target.host[0] == '/';
        out.append(out.empty() ? "" : " on ").append(socket ? "local socket " : "").append(target.host);
        if (target.port > 0) out += fmt::format(":{}", target.port);
    }
    if (target.server_version_num > 0) {
        out += fmt::format("{}PostgreSQL {}.{}", out.empty() ? "" : ", ", target.server_version_num / 10000,
                           target.server_version_num % 10000);
    }
    return out;
}

Cell query_cell(const std::string& sql) {
    if (sql.empty()) return absent("text not available");
    Cell out(one_line(sql), Tone::plain, sql);
    out.full = sql;
    return out;
}

std::string statement(std::string sql) {
    const auto last = sql.find_last_not_of("; \t\r\n");
    sql.erase(last == std::string::npos ? 0 : last + 1);
    return sql.empty() ? sql : sql + ";";
}

std::string short_id(const std::string& pattern) {
    return std::string(pattern.substr(0, 8));
}

std::string sentence(std::string text) {
    if (!text.empty() && std::string_view(".!?:;").find(text.back()) == std::string_view::npos) text += '.';
    return text;
}

TableColumn text_column(std::string title, std::string key) {
    return {std::move(title), std::move(key)};
}

TableColumn code_column(std::string title, std::string key) {
    TableColumn column{std::move(title), std::move(key)};
    column.code = true;
    return column;
}

TableColumn number_column(std::string title, std::string key, int rank) {
    TableColumn column{std::move(title), std::move(key), TableColumn::Align::right};
    column.rank = rank;
    return column;
}

TableColumn flexible_column(std::string title, std::string key) {
    return {std::move(title), std::move(key), TableColumn::Align::left, true};
}

TableColumn sentence_column(std::string title, std::string key) {
    return {std::move(title), std::move(key), TableColumn::Align::left, true, true};
}

TableColumn query_column() {
    TableColumn column = flexible_column("query", "query");
    column.code = true;
    column.stack = true;
    return column;
}

Section warnings_section(const std::vector<Warning>& warnings) {
    Section section{"warnings", "Warnings", {}};
    ListBlock list;
    for (const auto& warning : warnings) {
        list.items.push_back(sentence(warning.message) + (warning.hint.empty() ? "" : " " + sentence(warning.hint)));
    }
    section.blocks.emplace_back(list);
    return section;
}

std::vector<std::string> checked(const std::vector<std::string>& chosen, std::span<const std::string_view> known,
                                 std::span<const std::string_view> usual) {
    if (chosen.empty()) return {usual.begin(), usual.end()};
    for (const auto& name : chosen) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string all;
        for (const auto each : known) all.append(all.empty() ? "" : ", ").append(each);
        throw Error(ErrorKind::usage, fmt::format("unknown section '{}'", name),
                    fmt::format("The sections are {}.", all));
    }
    std::vector<std::string> out;  // a section named twice is shown once
    for (const auto& name : chosen) {
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return out;
}

}  // namespace dwopt::report
