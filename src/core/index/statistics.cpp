#include "statistics.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace dwopt::indexing {
namespace {

struct FixedType {
    std::string_view name;
    int size;
    int alignment;
};

// pg_type.typlen and typalign of the common fixed-width types, by format_type() without its modifier.
constexpr std::array fixed_types{
    FixedType{"boolean", 1, 1}, FixedType{"\"char\"", 1, 1}, FixedType{"smallint", 2, 2}, FixedType{"integer", 4, 4},
    FixedType{"bigint", 8, 8}, FixedType{"real", 4, 4}, FixedType{"double precision", 8, 8}, FixedType{"date", 4, 4},
    FixedType{"timestamp without time zone", 8, 8}, FixedType{"timestamp with time zone", 8, 8},
    FixedType{"time without time zone", 8, 8}, FixedType{"time with time zone", 12, 8}, FixedType{"interval", 16, 8},
    FixedType{"uuid", 16, 1}, FixedType{"oid", 4, 4}, FixedType{"money", 8, 8}, FixedType{"macaddr", 6, 4},
    FixedType{"xid8", 8, 8}, FixedType{"pg_lsn", 8, 8}, FixedType{"name", 64, 1}};

const FixedType* fixed_type(std::string_view type) {
    const std::string base = base_type(type);
    const auto at = std::find_if(fixed_types.begin(), fixed_types.end(), [&](const FixedType& t) { return t.name == base; });
    return at == fixed_types.end() ? nullptr : at;
}

// numeric on disk: one byte of length, two of header, two for every four decimal digits to either side of the point;
// leading and trailing groups of zeros are not stored.
double numeric_size(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    const auto point = text.find('.');
    std::string whole(text.substr(0, point));
    std::string fraction(point == std::string_view::npos ? std::string_view{} : text.substr(point + 1));
    whole.insert(0, (4 - whole.size() % 4) % 4, '0');
    fraction.append((4 - fraction.size() % 4) % 4, '0');
    const std::string digits = whole + fraction;
    std::size_t first = 0, last = digits.size();
    while (first < last && digits.compare(first, 4, "0000") == 0) first += 4;
    while (first < last && digits.compare(last - 4, 4, "0000") == 0) last -= 4;
    return 3.0 + static_cast<double>(last - first) / 2.0;
}

double varlena_size(double bytes) { return bytes <= 126 ? bytes + 1 : bytes + 4; }

// In a text's type: of character varying(20), 20 characters of up to four bytes. None of text.
std::optional<double> most_bytes(std::string_view type) {
    const auto open = type.find('(');
    return open == std::string_view::npos ? std::nullopt : std::optional(4 * std::strtod(std::string(type.substr(open + 1)).c_str(), nullptr) + 4);
}

// Of a text's values. ANALYZE keeps none of more than a kilobyte (WIDTH_THRESHOLD in analyze.c), which only the average tells of, and has not
// read them all: a few times the largest kept is taken to be enough.
double largest_text(const Column& column, const ColumnStatistics* statistics, const ValueWidth& width, double kept) {
    constexpr double unseen = 4, unseen_of_mean = 10, any = 1e9, clearly = 1.3;
    const auto limit = most_bytes(column.type);
    if (!statistics || kept <= 0) return std::min(unseen_of_mean * width.mean(), limit.value_or(any));
    double frequent = 0, known = 0;  // share of the rows; their mean
    const auto values = array_elements(statistics->most_common_vals), shares = array_elements(statistics->most_common_freqs);
    for (std::size_t i = 0; i < std::min(values.size(), shares.size()); ++i) {
        const double share = std::strtod(shares[i].c_str(), nullptr) / std::max(1e-9, 1 - statistics->null_frac);
        frequent += share;
        known += share * varlena_size(static_cast<double>(values[i].size()));
    }
    known += std::max(0.0, 1 - frequent) * width.mean();
    const bool larger = statistics->avg_width > clearly * known + 8;
    return std::min(larger ? any : unseen * kept, limit.value_or(any));
}

}  // namespace

std::string base_type(std::string_view type) {
    std::string base(type);
    const auto open = base.find('('), close = base.find(')');
    if (open != std::string::npos && close != std::string::npos && open < close) base.erase(open, close - open + 1);
    return base;
}

std::vector<std::string> array_elements(std::string_view literal) {
    std::vector<std::string> elements;
    if (literal.size() < 2 || literal.front() != '{') return elements;
    std::string element;
    bool quoted = false, was_quoted = false;
    for (std::size_t i = 1; i < literal.size(); ++i) {
        const char c = literal[i];
        if (c == '\\' && i + 1 < literal.size()) {
            element += literal[++i];
        } else if (c == '"') {
            quoted = !quoted;
            was_quoted = true;
        } else if (!quoted && (c == ',' || c == '}')) {
            if (was_quoted || (!element.empty() && element != "NULL")) elements.push_back(element);
            element.clear();
            was_quoted = false;
            if (c == '}') break;
        } else {
            element += c;
        }
    }
    return elements;
}

double distinct_values(const ColumnStatistics* statistics, double rows) {
    if (!statistics || statistics->n_distinct == 0) return std::min(200.0, std::max(rows, 1.0));
    const double n = statistics->n_distinct > 0 ? statistics->n_distinct : -statistics->n_distinct * rows;
    return std::clamp(n, 1.0, std::max(rows, 1.0));
}

double distinct_combinations(const View& view, const Table& table, const std::vector<std::string>& columns) {
    const double rows = std::max(view.rows(table), 1.0);
    double product = 1, most = 1;
    for (const auto& column : columns) {
        const double n = distinct_values(view.statistics(table.name, column), rows);
        product *= n;
        most = std::max(most, n);
    }
    return columns.size() < 2 ? product : std::min(product, std::max(most, rows * 0.1));
}

namespace {

// ANALYZE extrapolates what its sample does not show, several times too low where equal values lie together, as the lines of an order
// do. Of a key that such a column refers to, most rows are referred to.
double distinct_on_disk(const View& view, const Table& table, const std::string& column) {
    const auto* statistics = view.statistics(table.name, column);
    const double rows = std::max(view.rows(table), 1.0), estimate = distinct_values(statistics, rows);
    const double sampled = 300 * view.setting("default_statistics_target", 100);
    const bool together = statistics && std::abs(statistics->correlation.value_or(0)) > 0.5;
    const auto referred = view.most_combinations(table, {column});
    if (!together || estimate < sampled / 3 || !referred || *referred < 1) return estimate;
    return std::max(estimate, *referred * -std::expm1(-rows / *referred));
}

}  // namespace

double distinct_entries(const View& view, const Table& table, const std::vector<std::string>& columns, double rows) {
    double product = 1, most = 1;
    for (const auto& column : columns) {
        const auto* statistics = view.statistics(table.name, column);
        const double all = std::max(view.rows(table), 1.0), n = distinct_on_disk(view, table, column);
        // Of values that N rows have, those that n of them show: drawn without putting back.
        const double holding = std::max(1.0, all * (1 - (statistics ? statistics->null_frac : 0))), share = std::min(1.0, rows / holding);
        const double shown = share < 1 ? n * (1 - std::pow(1 - share, std::max(1.0, holding / n))) : n;
        product *= shown;
        most = std::max(most, shown);
    }
    if (columns.size() < 2) return product;
    auto sorted = columns;
    std::sort(sorted.begin(), sorted.end());
    const double drawn = product * -std::expm1(-rows / product);
    return std::max(most, std::min(drawn, view.most_combinations(table, sorted).value_or(drawn)));
}

std::optional<double> share_kept(const ColumnStatistics* statistics, PredicateKind kind) {
    if (!statistics) return std::nullopt;
    if (kind == PredicateKind::is_null) return statistics->null_frac;
    if (kind == PredicateKind::is_not_null) return 1 - statistics->null_frac;
    if (kind != PredicateKind::is_true && kind != PredicateKind::is_false) return std::nullopt;
    const auto values = array_elements(statistics->most_common_vals);
    const auto shares = array_elements(statistics->most_common_freqs);
    const std::string wanted = kind == PredicateKind::is_true ? "t" : "f";
    double others = 0;
    for (std::size_t i = 0; i < values.size() && i < shares.size(); ++i) {
        const double share = std::strtod(shares[i].c_str(), nullptr);
        if (values[i] == wanted) return share;
        others += share;
    }
    if (values.empty()) return std::nullopt;
    return std::max(0.0, 1 - statistics->null_frac - others);
}

std::string predicate_sql(std::string_view column, PredicateKind kind) {
    const std::string name = model::quote_identifier(column);
    switch (kind) {
        case PredicateKind::is_null: return name + " IS NULL";
        case PredicateKind::is_not_null: return name + " IS NOT NULL";
        case PredicateKind::is_true: return name;
        case PredicateKind::is_false: return "NOT " + name;
        default: return {};
    }
}

double ValueWidth::mean() const {
    return std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(sizes.size());
}

ValueWidth value_width(const Column& column, const ColumnStatistics* statistics) {
    if (const auto* fixed = fixed_type(column.type)) {
        return {{static_cast<double>(fixed->size)}, fixed->alignment, static_cast<double>(fixed->size)};
    }
    ValueWidth width;
    const bool numeric = base_type(column.type) == "numeric";
    double kept = 0;  // of the values ANALYZE kept, the largest
    if (statistics && (numeric || column.type_category == 'S')) {
        // The histogram's bounds are evenly spread over the rows that are no most common value: a fair sample of sizes.
        const bool has_histogram = !statistics->histogram_bounds.empty();
        for (const auto& value : array_elements(has_histogram ? statistics->histogram_bounds : statistics->most_common_vals)) {
            width.sizes.push_back(numeric ? numeric_size(value) : varlena_size(static_cast<double>(value.size())));
        }
        for (const auto& value : array_elements(statistics->most_common_vals)) {
            kept = std::max(kept, static_cast<double>(value.size()));
        }
        if (!width.sizes.empty()) kept = std::max(kept, *std::max_element(width.sizes.begin(), width.sizes.end()));
    }
    if (width.sizes.empty()) {
        // The server cuts the fraction off the average width; put half a byte back.
        width.sizes = {statistics && statistics->avg_width > 0 ? statistics->avg_width + 0.5 : 32.0};
    }
    width.largest = column.type_category == 'S' ? largest_text(column, statistics, width, kept) : std::max(kept, *std::max_element(width.sizes.begin(), width.sizes.end()));
    return width;
}

const ValueWidth& column_width(const View& view, const Table& table, const Column& column) {
    auto& kept = view.widths()[&column];
    if (!kept) kept = std::make_shared<const ValueWidth>(value_width(column, view.statistics(table.name, column.name)));
    return *kept;
}

double mean_width(const View& view, const Table& table, std::string_view column) {
    const auto* found = View::column(table, column);
    return found ? column_width(view, table, *found).mean() : 32.0;
}

}  // namespace dwopt::indexing
