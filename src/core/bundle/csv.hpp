// CSV as PostgreSQL's COPY … (FORMAT csv, HEADER) writes and reads it: an unquoted empty field is NULL, a quoted one is ''.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::bundle {

using Field = std::optional<std::string>;

class CsvTable {
  public:
    // `name` is for messages. Throws Error{usage} with the line of a quote that is never closed or a row of another length.
    CsvTable(std::string name, std::string_view text);

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] bool has(std::string_view column) const { return columns_.find(column) != columns_.end(); }
    void require(std::initializer_list<std::string_view> columns) const;  // Error{usage} naming the one that is missing
    // Columns that are not there are NULL. Numbers: Error{usage} with the line.
    [[nodiscard]] const Field& at(std::size_t row, std::string_view column) const;
    [[nodiscard]] std::string text(std::size_t row, std::string_view column) const;
    [[nodiscard]] double number(std::size_t row, std::string_view column, double if_null = 0) const;
    [[nodiscard]] std::int64_t integer(std::size_t row, std::string_view column, std::int64_t if_null = 0) const;

  private:
    struct Row {
        std::size_t line = 0;
        std::vector<Field> fields;
    };
    std::string name_;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<Row> rows_;
};

class CsvWriter {
  public:
    explicit CsvWriter(std::string_view header) : text_(std::string(header) + "\n") {}
    void row(const std::vector<Field>& fields);
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace dwopt::bundle
