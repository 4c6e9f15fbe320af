// Values as cells and words: one way to say a time, a size, a moment, a target.
#pragma once

#include "dwopt/document.hpp"
#include "dwopt/snapshot.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dwopt::report {

// Cells carry the bare number for CSV: milliseconds, bytes, counts, percent.
[[nodiscard]] Cell cell(Millis time);
[[nodiscard]] Cell cell(Bytes size);
[[nodiscard]] Cell count_cell(double count);
[[nodiscard]] Cell percent_cell(double percent);
[[nodiscard]] Cell share_cell(double percent);  // one decimal, so that a column of them lines up; with a bar
[[nodiscard]] Cell change_cell(double percent, bool more_is_bad);  // "−63 %", toned when beyond a fifth
[[nodiscard]] Cell absent(std::string said = {});                  // no value; what is said instead is for people only

[[nodiscard]] std::string bare(double value);   // shortest text that reads back the same
[[nodiscard]] std::string whole(double count);  // "1,204"
[[nodiscard]] std::string counted(std::int64_t count, std::string_view one,
                                  std::string_view many);    // "1 query", "1,204 queries"
[[nodiscard]] std::string about_percent(double percent);     // whole from 10 up, else one decimal
[[nodiscard]] std::string change(double percent);            // "−63 %", "+12 %", "±0 %"
[[nodiscard]] std::string moment(Timestamp time);            // "2026-01-01 00:00 UTC"
[[nodiscard]] std::string moment(std::string_view rfc3339);  // the same from text; what is no time stays as it is
[[nodiscard]] Cell moment_cell(const std::string& rfc3339);  // without the zone, which the column's title names
[[nodiscard]] std::string span(const Window& window);        // "2026-01-01 00:00 to 2026-01-08 00:00 UTC (7 d)"
[[nodiscard]] std::string words(const Target& target);       // "tpch on db1:5432, PostgreSQL 15.14"

// A query on one line for a table: white space and comments squeezed, long select lists as …, at most `columns` wide.
[[nodiscard]] std::string one_line(std::string_view sql, int columns = 160);
[[nodiscard]] Cell query_cell(const std::string& sql);  // one line, unfolding to all of it; said if there is no text
[[nodiscard]] std::string statement(std::string sql);   // ends in exactly one semicolon
[[nodiscard]] std::string short_id(const std::string& pattern);  // the first 8 digits, for tables
[[nodiscard]] std::string sentence(std::string text);            // ends in a full stop

// Column makers.
[[nodiscard]] TableColumn text_column(std::string title, std::string key);
[[nodiscard]] TableColumn code_column(std::string title, std::string key);
[[nodiscard]] TableColumn number_column(std::string title, std::string key, int rank = 0);
[[nodiscard]] TableColumn flexible_column(std::string title, std::string key);
[[nodiscard]] TableColumn sentence_column(std::string title, std::string key);  // flexible, folded
[[nodiscard]] TableColumn query_column();

[[nodiscard]] Section warnings_section(const std::vector<Warning>& warnings);

// Throws Error{usage} if one of `chosen` is not in `known`. Empty `chosen` gives `usual`.
[[nodiscard]] std::vector<std::string> checked(const std::vector<std::string>& chosen,
                                               std::span<const std::string_view> known,
                                               std::span<const std::string_view> usual);

}  // namespace dwopt::report
