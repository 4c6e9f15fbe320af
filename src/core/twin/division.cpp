// Shares come from the planner's own estimate of each partition's bound.
#include "division.hpp"

#include "column_cut.hpp"
#include "model/identifier.hpp"
#include "pq/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwopt::twin {
namespace {

// Two columns that both follow the physical order this closely follow each other: their correlation is at least 2 r² - 1.
constexpr double follows = 0.98;

struct Part {
    std::string bound, condition;  // condition empty: the default partition
    RowsPart rows;
};

class Level {
  public:
    Level(WhatIfSchema& schema, pq::Connection& planner, const RelationName& table, const PartitionLevel& level)
        : schema_(schema), planner_(planner), table_(table), level_(level), name_(model::quote_identifier(level.column)), key_(planner, table, level.column) {}

    std::vector<Slice> slices() {
        if (level_.method == PartitionMethod::hash) return hashed();
        name_parts();
        estimate_shares();
        std::vector<RowsPart> rows;
        for (const auto& part : parts_) {
            rows.push_back(part.rows);
            slices_.push_back({part.bound, part.rows.share, {}});
        }
        if (key_.known()) add(key_.within(rows));
        if (level_.method == PartitionMethod::range) cut_followers();
        return std::move(slices_);
    }

  private:
    void add(std::vector<ColumnStatistics> cuts) {
        for (std::size_t n = 0; n < cuts.size(); ++n) slices_[n].columns.push_back(std::move(cuts[n]));
    }

    void name_parts() {
        for (const auto& given : level_.partitions) {
            Part part{{}, {}, {given.from, given.to, given.values, false, given.nulls, 0, level_.method == PartitionMethod::list}};
            if (level_.method == PartitionMethod::range) {
                part.bound = fmt::format("FOR VALUES FROM ({}) TO ({})", given.from ? literal(*given.from) : "MINVALUE", given.to ? literal(*given.to) : "MAXVALUE");
                if (given.from) part.condition = name_ + " >= " + literal(*given.from);
                if (given.to) part.condition += (given.from ? " AND " : "") + name_ + " < " + literal(*given.to);
                if (part.condition.empty()) part.condition = name_ + " IS NOT NULL";
            } else {
                std::string values;
                for (const auto& value : given.values) values += (values.empty() ? "" : ", ") + literal(value);
                part.bound = "FOR VALUES IN (" + values + (given.nulls ? values.empty() ? "NULL" : ", NULL" : "") + ")";
                if (!values.empty()) part.condition = name_ + " IN (" + values + ")";
                if (given.nulls) part.condition += (values.empty() ? "" : " OR ") + name_ + " IS NULL";
            }
            parts_.push_back(std::move(part));
        }
        if (level_.method == PartitionMethod::range && !level_.partitions.empty()) {
            if (const auto& first = level_.partitions.front().from) below_ = rows_where(name_ + " < " + literal(*first));
        }
        if (level_.rest) parts_.push_back({"DEFAULT", {}, rest()});
    }

    // Of a range's default partition the larger end stands for all of it.
    RowsPart rest() {
        RowsPart rest;
        rest.nulls = true;
        if (level_.method != PartitionMethod::range || level_.partitions.empty()) {
            rest.others = true;
            for (const auto& part : parts_) rest.values.insert(rest.values.end(), part.rows.values.begin(), part.rows.values.end());
            return rest;
        }
        const auto& last = level_.partitions.back().to;
        if (below_ >= (last ? rows_where(name_ + " >= " + literal(*last)) : 0)) rest.high = level_.partitions.front().from;
        else rest.low = last;
        return rest;
    }

    double rows_where(const std::string& condition) {
        const auto plan = planner_.query(fmt::format("EXPLAIN (FORMAT JSON) SELECT FROM {}{}", model::qualified(table_), condition.empty() ? "" : " WHERE " + condition)).text(0, 0);
        return pq::read_plan(plan).rows;
    }

    void estimate_shares() {
        const double all = std::max(1.0, rows_where(""));
        double sum = 0;
        for (auto& part : parts_) {
            if (!part.condition.empty()) sum += part.rows.share = std::clamp(rows_where(part.condition) / all, 0.0, 1.0);
        }
        if (level_.rest) parts_.back().rows.share = std::max(0.0, 1 - sum);
        for (auto& part : parts_) {
            if ((!level_.rest || sum > 1) && sum > 0) part.rows.share /= sum;
        }
        below_ /= all;
    }

    void cut_followers() {
        const double order = key_.whole().correlation.value_or(0);
        if (std::abs(order) < follows) return;
        const auto found = planner_.query("select attname, correlation from pg_catalog.pg_stats where schemaname = $1 and tablename = $2 and attname <> $3 "
                                          "and pg_catalog.abs(correlation) >= $4 and histogram_bounds is not null and not inherited",
                                          {table_.schema, table_.name, level_.column, fmt::format("{}", follows)});
        for (std::size_t row = 0; row < found.rows(); ++row) cut_follower(found.text(row, 0), found.number(row, 1) * order > 0);
    }

    void cut_follower(const std::string& column, bool upwards) {
        ColumnCut follower(planner_, table_, column);
        std::vector<double> ends{std::min(1.0, below_)};
        for (const auto& part : level_.partitions) ends.push_back(std::min(1.0, ends.back() + parts_[static_cast<std::size_t>(&part - level_.partitions.data())].rows.share));
        if (!upwards) {
            for (auto& end : ends) end = 1 - end;
        }
        const auto values = follower.quantiles(ends);
        if (values.empty()) return;
        std::vector<RowsPart> rows;
        for (std::size_t n = 0; n < level_.partitions.size(); ++n) {
            const auto& low = values[upwards ? n : n + 1];
            const auto& high = values[upwards ? n + 1 : n];
            rows.push_back({low, high, {}, false, true, parts_[n].rows.share});
        }
        auto cuts = follower.within(rows);
        for (std::size_t n = 0; n < cuts.size(); ++n) {
            cuts[n].null_frac = follower.whole().null_frac;
            slices_[n].columns.push_back(std::move(cuts[n]));
        }
    }

    std::vector<Slice> hashed() {
        std::vector<RowsPart> rows;
        const double nulls = key_.whole().null_frac, rest = key_.known() ? 1 - nulls - key_.common_mass() : 1;
        for (int r = 0; r < level_.modulus; ++r) {
            rows.push_back({{}, {}, {}, false, r == 0, rest / level_.modulus + (r == 0 ? nulls : 0)});  // NULL goes to 0
            slices_.push_back({fmt::format("FOR VALUES WITH (MODULUS {}, REMAINDER {})", level_.modulus, r), rows.back().share, {}});
        }
        if (!key_.known()) return std::move(slices_);
        // Only the server knows where it puts a value; it is asked through a table divided like that.
        const std::string scratch = fmt::format("{}.hashed", objects_schema);
        schema_.owner().execute(fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} (LIKE {1}) PARTITION BY HASH ({2})", scratch, model::qualified(table_), name_));
        add(key_.within(rows, scratch, level_.modulus));
        schema_.owner().execute("DROP TABLE " + scratch);
        for (std::size_t n = 0; n < slices_.size(); ++n) slices_[n].share += key_.common_in()[n];
        return std::move(slices_);
    }

    [[nodiscard]] std::string literal(const std::string& text) const { return planner_.literal(text); }

    WhatIfSchema& schema_;
    pq::Connection& planner_;
    const RelationName& table_;
    const PartitionLevel& level_;
    std::string name_;
    ColumnCut key_;
    std::vector<Part> parts_;
    std::vector<Slice> slices_;
    double below_ = 0;  // rows below the first range, then their share
};

}  // namespace

std::vector<Slice> slices_of(WhatIfSchema& schema, pq::Connection& planner, const RelationName& table, const PartitionLevel& level) {
    return Level(schema, planner, table, level).slices();
}

}  // namespace dwopt::twin
