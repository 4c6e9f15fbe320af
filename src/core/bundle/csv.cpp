#include "csv.hpp"

#include "dwopt/error.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace dwopt::bundle {
namespace {

class Reader {
  public:
    Reader(const std::string& name, std::string_view text) : name_(name), text_(text) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }
    [[nodiscard]] std::size_t line() const { return line_; }

    std::vector<Field> row() {
        std::vector<Field> fields;
        for (;;) {
            fields.push_back(field());
            if (done()) return fields;
            const char c = text_[at_++];
            if (c == ',') continue;
            if (c == '\r' && !done() && text_[at_] == '\n') ++at_;
            ++line_;
            return fields;
        }
    }

  private:
    Field field() {
        if (done() || text_[at_] != '"') {
            const auto end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
            const auto plain = text_.substr(at_, end - at_);
            at_ = end;
            return plain.empty() ? Field{} : Field{plain};
        }
        const auto begun = line_;
        std::string value;
        for (++at_; !done(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                value += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                value += '"';
                ++at_;
            } else {
                ++at_;
                return value;
            }
        }
        throw Error(ErrorKind::usage, fmt::format("'{}' of the bundle: the quote in line {} is never closed", name_, begun));
    }

    const std::string& name_;
    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
};

}  // namespace

CsvTable::CsvTable(std::string name, std::string_view text) : name_(std::move(name)) {
    Reader reader(name_, text);
    if (reader.done()) return;
    const auto header = reader.row();
    for (std::size_t i = 0; i < header.size(); ++i) columns_.emplace(header[i].value_or(""), i);
    while (!reader.done()) {
        const auto line = reader.line();
        auto fields = reader.row();
        if (fields.size() == 1 && !fields.front()) continue;  // an empty line
        if (fields.size() != header.size()) {
            throw Error(ErrorKind::usage, fmt::format("'{}' of the bundle: line {} has {} columns, the first line {}", name_, line, fields.size(), header.size()));
        }
        rows_.push_back({line, std::move(fields)});
    }
}

void CsvTable::require(std::initializer_list<std::string_view> columns) const {
    for (const auto column : columns) {
        if (!has(column)) throw Error(ErrorKind::usage, fmt::format("'{}' of the bundle has no column '{}'", name_, column));
    }
}

const Field& CsvTable::at(std::size_t row, std::string_view column) const {
    static const Field null;
    const auto found = columns_.find(column);
    return found == columns_.end() ? null : rows_[row].fields[found->second];
}

std::string CsvTable::text(std::size_t row, std::string_view column) const { return at(row, column).value_or(""); }

double CsvTable::number(std::size_t row, std::string_view column, double if_null) const {
    const auto& field = at(row, column);
    if (!field) return if_null;
    double value = 0;
    const auto [end, failure] = std::from_chars(field->data(), field->data() + field->size(), value);
    if (failure != std::errc{} || end != field->data() + field->size() || !std::isfinite(value)) {
        throw Error(ErrorKind::usage, fmt::format("'{}' of the bundle: column '{}' in line {} is no number", name_, column, rows_[row].line));
    }
    return value;
}

std::int64_t CsvTable::integer(std::size_t row, std::string_view column, std::int64_t if_null) const {
    const double value = number(row, column, static_cast<double>(if_null));
    if (std::abs(value) > 9e15) {
        throw Error(ErrorKind::usage, fmt::format("'{}' of the bundle: column '{}' in line {} is too large", name_, column, rows_[row].line));
    }
    return static_cast<std::int64_t>(value);
}

void CsvWriter::row(const std::vector<Field>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) text_ += ',';
        if (!fields[i]) continue;
        if (!fields[i]->empty() && fields[i]->find_first_of(",\"\r\n\\") == std::string::npos) {
            text_ += *fields[i];
            continue;
        }
        text_ += '"';
        for (const char c : *fields[i]) {
            if (c == '"') text_ += '"';
            text_ += c;
        }
        text_ += '"';
    }
    text_ += '\n';
}

}  // namespace dwopt::bundle
