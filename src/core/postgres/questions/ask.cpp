#include "ask.hpp"

#include <algorithm>

namespace dwopt::postgres {
namespace {

template <class Number>
std::string number_array(const std::vector<Number>& numbers) {
    std::string out = "{";
    for (const Number number : numbers) {
        if (out.size() > 1) out += ',';
        out += std::to_string(number);
    }
    return out + "}";
}

}  // namespace

pq::Result ask(pq::Connection& connection, std::string_view sql, const std::vector<std::optional<std::string>>& parameters) {
    std::string text(mark);
    text += sql.substr(std::min(sql.find_first_not_of(" \n"), sql.size()));
    return connection.query(text, parameters);
}

Transaction::Transaction(pq::Connection& connection) : connection_(connection) { connection_.execute(fmt::format("{}BEGIN", mark)); }

Transaction::~Transaction() {
    try {
        connection_.execute(fmt::format("{}ROLLBACK", mark));
    } catch (const std::exception&) {  // the line is lost, as the next question will say
    }
}

std::string array_literal(const std::vector<Oid>& oids) { return number_array(oids); }
std::string array_literal(const std::vector<std::int64_t>& numbers) { return number_array(numbers); }

std::string array_literal(const std::vector<std::string>& texts) {
    std::string out = "{";
    for (const std::string& text : texts) {
        if (out.size() > 1) out += ',';
        out += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + "}";
}

std::vector<double> values_at(const pq::Result& result, std::size_t row, int first, Family family) {
    std::vector<double> values(columns(family).size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = result.number(row, first + static_cast<int>(i));
    return values;
}

void sort_by_key(std::vector<CounterRow>& rows) {
    std::sort(rows.begin(), rows.end(), [](const CounterRow& a, const CounterRow& b) { return a.key < b.key; });
}

}  // namespace dwopt::postgres
