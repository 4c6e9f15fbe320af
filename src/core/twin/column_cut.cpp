// Statistics are cut to a part: common values that belong there, and the histogram between the part's edges. With few of its
// bounds inside, only the edges stay: the outer bins are cut bins, and counting them like whole ones would err more than taking the
// values for evenly spread.
#include "column_cut.hpp"

#include "json/json.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace dwopt::twin {
namespace {

using json::Json;

constexpr const char* base_question = R"sql(
select pg_catalog.format_type(a.atttypid, null), a.atttypid in (20, 21, 23, 1082),
  case when a.atttypid in (20, 21, 23, 700, 701, 1700) then 'n' when a.atttypid = 1082 then 'd' when a.atttypid in (1114, 1184) then 't' end,
  (select pg_catalog.sum(greatest(p.reltuples, 0)) from pg_catalog.pg_class p where p.relkind in ('r', 'm') and p.oid in (select c.oid union select t.relid from pg_catalog.pg_partition_tree(c.oid) t)),
  s.null_frac, s.avg_width, s.n_distinct, s.correlation, pg_catalog.cardinality(s.most_common_freqs), (select pg_catalog.sum(f) from pg_catalog.unnest(s.most_common_freqs) f)
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
where n.nspname = $1 and c.relname = $2 and a.attname = $3 and a.attnum > 0 and not a.attisdropped order by s.inherited desc nulls last limit 1)sql";

// {0} the column's type, {1} what makes a common value `v` belong to part `p`, {2} 1 where the values are whole numbers or days, so
// that the last one below `hi` is known.
constexpr const char* cut_question = R"sql(
with k as (
  select most_common_vals::text::{0}[] as mcv, most_common_freqs as mcf, histogram_bounds::text::{0}[] as hist
  from pg_catalog.pg_stats where schemaname = $1 and tablename = $2 and attname = $3 order by inherited desc limit 1
), p as (
  select n, lo::{0} as lo, hi::{0} as hi, vals::{0}[] as vals, others, listed from pg_catalog.json_to_recordset($4) as g(n int, lo text, hi text, vals text[], others bool, listed bool)
)
select p.n, m.vals::text, m.freqs::text, m.found, m.mass,
  case when listed then null when lo is null and hi is null then hist::text
    when e.low < e.high then (case when inner_count >= 4 then e.low || h.bounds || e.high else array[e.low, e.high] end)::text end,
  {3}
from p left join k on true,
lateral (select pg_catalog.array_agg(v order by i) as vals, pg_catalog.array_agg(f order by i) as freqs, pg_catalog.count(*) as found, pg_catalog.sum(f) as mass
  from rows from (pg_catalog.unnest(k.mcv), pg_catalog.unnest(k.mcf)) with ordinality as u(v, f, i) where {1}) m,
lateral (select case when lo > hist[1] then lo else hist[1] end as low,
  case when hi{2} < hist[pg_catalog.array_upper(hist, 1)] then hi{2} else hist[pg_catalog.array_upper(hist, 1)] end as high) e,
lateral (select pg_catalog.array_agg(v order by i) as bounds, pg_catalog.count(*) as inner_count
  from pg_catalog.unnest(k.hist) with ordinality as u(v, i) where v > e.low and v < e.high) h
order by p.n)sql";

constexpr const char* belongs_by_value = "case when listed then (v = any (p.vals)) <> others else (lo is null or v >= lo) and (hi is null or v < hi) end";

// {0} the type, {1} what makes the step between two bounds one that can be added.
constexpr const char* quantile_question = R"sql(
with k as (
  select histogram_bounds::text::{0}[] as h from pg_catalog.pg_stats where schemaname = $1 and tablename = $2 and attname = $3 order by inherited desc limit 1
), w as (
  select n, q::float8 * (pg_catalog.array_upper(h, 1) - 1) as place, h from k, pg_catalog.json_array_elements_text($4) with ordinality as g(q, n)
), b as (
  select n, place, h, least(pg_catalog.floor(place), pg_catalog.array_upper(h, 1) - 2)::int as bin from w
)
select ((h[bin + 1] + ((h[bin + 2] - h[bin + 1]) * (place - bin)){1})::{0})::text from b order by n)sql";

std::string scaled(const std::string& frequencies, double factor) {
    if (frequencies.empty()) return {};
    std::string list;
    const auto parsed = json::parse("[" + frequencies.substr(1, frequencies.size() - 2) + "]", "frequencies");
    for (const auto& f : parsed) list += fmt::format("{}{}", list.empty() ? "" : ",", std::min(1.0, f.get<double>() * factor));
    return "{" + list + "}";
}

std::string parts_json(const std::vector<RowsPart>& parts) {
    Json rows = Json::array();
    for (std::size_t n = 0; n < parts.size(); ++n) {
        const auto& part = parts[n];
        Json row{{"n", n}, {"vals", part.values}, {"others", part.others}, {"listed", part.listed || part.others}};
        if (part.low) row["lo"] = *part.low;
        if (part.high) row["hi"] = *part.high;
        rows.push_back(std::move(row));
    }
    return json::compact(rows);
}

}  // namespace

ColumnCut::ColumnCut(pq::Connection& planner, const RelationName& table, const std::string& column) : planner_(&planner), table_(table) {
    const auto found = planner.query(base_question, {table.schema, table.name, column});
    if (found.rows() == 0) throw Error(ErrorKind::failed, fmt::format("{} has no column {}", model::qualified(table), model::quote_identifier(column)));
    type_ = found.text(0, 0);
    counted_ = found.boolean(0, 1);
    if (const auto kind = found.text(0, 2); !kind.empty()) kind_ = kind.front();
    rows_ = std::max(1.0, found.number(0, 3));
    known_ = found.at(0, 4).has_value();
    whole_.column = column;
    whole_.null_frac = found.number(0, 4);
    whole_.avg_width = found.number(0, 5);
    whole_.n_distinct = found.number(0, 6);
    if (found.at(0, 7)) whole_.correlation = found.number(0, 7);
    common_ = found.number(0, 8);
    common_mass_ = found.number(0, 9);
}

std::vector<ColumnStatistics> ColumnCut::within(const std::vector<RowsPart>& parts, const std::string& hashed, int modulus) {
    const std::string belongs = hashed.empty() ? belongs_by_value : fmt::format("pg_catalog.satisfies_hash_partition('{}'::regclass, {}, p.n, v)", hashed, modulus);
    const auto found = planner_->query(fmt::format(fmt::runtime(cut_question), type_, belongs, counted_ ? " - 1" : "", counted_ ? kind_ == 'd' ? "(e.high - e.low + 1)::float8" : "e.high::float8 - e.low::float8 + 1" : "null"),
                                       {table_.schema, table_.name, whole_.column, parts_json(parts)});
    std::vector<ColumnStatistics> cuts(parts.size());
    common_in_.assign(parts.size(), 0);
    for (std::size_t row = 0; row < found.rows(); ++row) {
        const auto n = static_cast<std::size_t>(found.integer(row, 0));
        auto part = parts[n];
        common_in_[n] = found.number(row, 4);
        if (!hashed.empty()) part.share += common_in_[n];
        cuts[n] = cut(part, found, row);
    }
    return cuts;
}

ColumnStatistics ColumnCut::cut(const RowsPart& part, const pq::Result& found, std::size_t row) {
    ColumnStatistics key = whole_;
    const double share = std::max(part.share, 1 / rows_), inside = found.number(row, 3), mass = found.number(row, 4);
    key.null_frac = part.nulls ? std::min(1.0, whole_.null_frac / share) : 0;
    key.most_common_vals = found.text(row, 1);
    key.most_common_freqs = scaled(found.text(row, 2), 1 / share);
    key.histogram_bounds = found.text(row, 5);

    // Values that are not common are as many as the rows that hold them.
    const double of_all = whole_.n_distinct < 0 ? -whole_.n_distinct * rows_ : whole_.n_distinct;
    const double rest = 1 - whole_.null_frac - common_mass_, rest_in = share - mass - (part.nulls ? whole_.null_frac : 0);
    double distinct = inside + std::max(0.0, of_all - common_) * (rest > 0 ? std::clamp(rest_in / rest, 0.0, 1.0) : 0);
    if (found.at(row, 6)) distinct = std::min(distinct, found.number(row, 6));
    if (part.listed && !part.others) {
        distinct = static_cast<double>(part.values.size());
        if (part.values.size() == 1 && inside == 0) {
            key.most_common_vals = planner_->query("select array[$1]::text", {part.values.front()}).text(0, 0);
            key.most_common_freqs = fmt::format("{{{}}}", 1 - key.null_frac);
        }
    }
    const double rows = std::max(1.0, rows_ * share);
    distinct = std::clamp(distinct, 1.0, rows);
    if (whole_.n_distinct != 0) key.n_distinct = whole_.n_distinct < 0 ? -distinct / rows : distinct;
    return key;
}

std::vector<std::string> ColumnCut::quantiles(const std::vector<double>& shares) {
    if (kind_ == 0) return {};
    const auto found = planner_->query(fmt::format(fmt::runtime(quantile_question), type_, kind_ == 'd' ? "::int" : ""),
                                       {table_.schema, table_.name, whole_.column, json::compact(Json(shares))});
    std::vector<std::string> values;
    for (std::size_t row = 0; row < found.rows(); ++row) {
        if (!found.at(row, 0)) return {};
        values.push_back(found.text(row, 0));
    }
    return values;
}

}  // namespace dwopt::twin
