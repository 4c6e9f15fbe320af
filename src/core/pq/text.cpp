#include "text.hpp"

#include <cstdint>

namespace dwopt::pq {
namespace {

// Length of the valid sequence at the start of `text`, 0 if there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool too_high = first == 0xF4 && byte(1) > 0x8F;
        return tail(1) && tail(2) && tail(3) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Removes " at character 15", which the terse form appends.
std::string_view without_position(std::string_view text) {
    const std::size_t digits = text.find_last_not_of("0123456789");
    if (digits == text.npos || digits + 1 == text.size()) return text;
    constexpr std::string_view marker = " at character ";
    const std::string_view head = text.substr(0, digits + 1);
    if (head.size() < marker.size() || head.substr(head.size() - marker.size()) != marker) return text;
    return head.substr(0, head.size() - marker.size());
}

}  // namespace

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string sanitised_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        } else {
            out += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return out;
}

ErrorKind kind_of(std::string_view sqlstate) {
    if (sqlstate == "42501") return ErrorKind::privilege;
    for (const std::string_view prefix : {"08", "28", "3D000", "57P", "53300"}) {
        if (starts_with(sqlstate, prefix)) return ErrorKind::connection;
    }
    return ErrorKind::failed;
}

std::string primary_message(std::string_view raw) {
    // The severity is a word in the server's language followed by a colon and two blanks.
    const std::size_t severity = raw.find(":  ");
    if (severity != raw.npos && severity < 20 && raw.substr(0, severity).find_first_of(" \"") == raw.npos) {
        raw.remove_prefix(severity + 3);
    }
    for (const std::string_view field : {"\nDETAIL:", "\nHINT:", "\nCONTEXT:", "\nLINE ", "\nQUERY:", "\nSTATEMENT:"}) {
        raw = raw.substr(0, raw.find(field));
    }
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == ' ')) raw.remove_suffix(1);
    return sanitised_utf8(without_position(raw));
}

std::string connect_message(std::string_view raw) {
    std::string out;
    while (!raw.empty()) {
        const std::size_t end = raw.find('\n');
        std::string_view line = raw.substr(0, end);
        raw = end == raw.npos ? std::string_view() : raw.substr(end + 1);
        if (line.empty() || line.front() == '\t') continue;  // libpq's questions to the user ("Is the server running …?")
        if (!out.empty()) out += "; ";
        out += line;
    }
    return sanitised_utf8(out);
}

}  // namespace dwopt::pq
