#include "reader.hpp"

#include <cmath>

namespace dwopt::json {

void Reader::fail(std::string_view problem) const {
    throw Error(ErrorKind::usage, "plan field '" + (pointer_.empty() ? "/" : pointer_) + "' " + std::string(problem),
                "Write the plan again with 'dwopt recommend -f json -o PLAN.json'.");
}

std::optional<Reader> Reader::find(const char* key) const {
    if (!value_->is_object()) fail("is not an object");
    const auto found = value_->find(key);
    if (found == value_->end() || found->is_null()) return std::nullopt;
    return Reader(*found, pointer_ + "/" + key);
}

Reader Reader::operator[](const char* key) const {
    if (!value_->is_object()) fail("is not an object");
    const auto found = value_->find(key);
    Reader member(found == value_->end() ? *value_ : *found, pointer_ + "/" + key);
    if (found == value_->end()) member.fail("is missing");
    return member;
}

std::string Reader::text() const {
    if (!value_->is_string()) fail("is not a string");
    const auto& text = value_->get_ref<const std::string&>();
    if (text.find('\0') != std::string::npos) fail("holds a zero byte");
    return text;
}

std::string Reader::text_or_empty(const char* key) const {
    const auto member = find(key);
    return member ? member->text() : std::string();
}

double Reader::number() const {
    if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (!value_->is_number()) fail("is not a number");
    return value_->get<double>();
}

std::int64_t Reader::integer(std::int64_t low, std::int64_t high) const {
    if (!value_->is_number_integer()) fail("is not a whole number");
    const bool too_large =
        value_->is_number_unsigned() &&
        value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const std::int64_t number = too_large ? 0 : value_->get<std::int64_t>();
    if (too_large || number < low || number > high) fail("is out of range");
    return number;
}

bool Reader::flag() const {
    if (!value_->is_boolean()) fail("is neither true nor false");
    return value_->get<bool>();
}

std::vector<Reader> Reader::items() const {
    if (!value_->is_array()) fail("is not an array");
    std::vector<Reader> out;
    out.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) out.emplace_back((*value_)[i], pointer_ + "/" + std::to_string(i));
    return out;
}

std::vector<std::string> Reader::texts() const {
    std::vector<std::string> out;
    for (const auto& item : items()) out.push_back(item.text());
    return out;
}

}  // namespace dwopt::json
