// pg_statistic from pg_stats. The view shows the five slots by what they hold, and the planner looks for a slot by its kind,
// not by its place, so every kind gets a place of its own: 1 most common values, 2 histogram, 3 correlation, 4 most common
// elements, 5 histogram of element counts. What the view does not show (operators, collations, the type of the values)
// follows from the column's type as ANALYZE would have chosen it (commands/analyze.c, utils/adt/array_typanalyze.c,
// tsearch/ts_typanalyze.c). Ranges have slots of kinds 6 and 7, which no version's view shows before 17.
#include "load.hpp"

#include "json/json.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace dwopt::twin {
namespace {

using json::Json;

// For each type in use: what compares its values, and what its elements are. A domain's values are read as those of its base type,
// since reading them as its own would run its checks, which may be anybody's, with a superuser's rights. Where a domain is part of a type
// (of an array, a composite, a range) that cannot be helped, and its values stay away.
constexpr const char* make_kinds = R"sql(
create temp table kinds as
with recursive used as (
  select distinct atttypid as typ from pg_catalog.pg_attribute where attnum > 0 and attrelid >= 16384
), based as (
  select typ, typ as base from used
  union all
  select b.typ, t.typbasetype from based b join pg_catalog.pg_type t on t.oid = b.base where t.typtype = 'd'
), base as (
  select b.typ, t.* from based b join pg_catalog.pg_type t on t.oid = b.base where t.typtype <> 'd'
), element as (
  select b.typ, b.oid as base, case when b.typcategory = 'A' then b.typelem when b.oid = 3614 then 25 else 0 end::oid as elem, b.typtype from base b
), wanted as (
  select oid as base from base union select elem from element where elem <> 0
), operators as (
  select distinct on (w.base) w.base, eq.amopopr as eq, lt.amopopr as lt
  from wanted w
  join pg_catalog.pg_type t on t.oid = w.base
  left join pg_catalog.pg_cast c on c.castsource = w.base and c.castmethod = 'b' and c.castcontext = 'i'
  join pg_catalog.pg_opclass o on o.opcmethod = 403 and o.opcdefault and o.opcintype in (w.base, c.casttarget,
       case when t.typcategory = 'A' and t.typelem <> 0 then 2277 when t.typtype = 'e' then 3500 when t.typtype = 'r' then 3831
            when t.typtype = 'm' then 4537 when t.typtype = 'c' then 2249 else 0 end)
  join pg_catalog.pg_type ot on ot.oid = o.opcintype
  join pg_catalog.pg_amop eq on eq.amopfamily = o.opcfamily and eq.amoplefttype = o.opcintype and eq.amoprighttype = o.opcintype and eq.amopstrategy = 3
  join pg_catalog.pg_amop lt on lt.amopfamily = o.opcfamily and lt.amoplefttype = o.opcintype and lt.amoprighttype = o.opcintype and lt.amopstrategy = 1
  order by w.base, o.opcintype = w.base desc, ot.typispreferred desc
)
, parts as (
  select base as typ, base as part from element
  union
  select p.typ, n.next from parts p join pg_catalog.pg_type t on t.oid = p.part, lateral (
    select t.typelem as next where t.typelem <> 0 and t.typcategory = 'A'
    union all select a.atttypid from pg_catalog.pg_attribute a where t.typrelid <> 0 and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    union all select r.rngsubtype from pg_catalog.pg_range r where r.rngtypid = t.oid) n
), guarded as (
  select distinct p.typ from parts p join pg_catalog.pg_type t on t.oid = p.part where t.typtype = 'd' or t.typtype = 'm' and t.oid >= 16384
)
select e.typ, e.base, g.typ is not null as guarded, case when g.typ is null then coalesce(o.eq, 0) else 0 end as eq, case when g.typ is null then coalesce(o.lt, 0) else 0 end as lt,
  e.elem, case when g.typ is null then coalesce(eo.eq, 0) else 0 end as elem_eq, e.base = 3614 as lexemes
from element e left join operators o on o.base = e.base left join operators eo on eo.base = e.elem left join guarded g on g.typ = e.base
)sql";

constexpr const char* insert_rows = R"sql(
with given as (
  select * from pg_catalog.json_to_recordset($1) as g(s text, t text, c text, i bool, nulls float4, width int4, distinct_values float4,
    mcv text, mcf text, hist text, corr float4, mce text, mcef text, counts text, low text, high text)
), bounded as (
  select g.*, case when low is null or hist is null then hist
    else (select ('{}'::text[] || low) || h[2:pg_catalog.array_length(h, 1) - 1] || high from (select hist::text[] as h) x)::text end as histogram
  from given g
)
insert into pg_catalog.pg_statistic
select a.attrelid, a.attnum, b.i, b.nulls, b.width, b.distinct_values,
  case when mcf is null or eq = 0 then 0 else 1 end, case when hist is null or lt = 0 then 0 else 2 end, case when corr is null or lt = 0 then 0 else 3 end,
  case when mcef is null or elem_eq = 0 then 0 else 4 end, case when counts is null or elem_eq = 0 then 0 else 5 end,
  case when mcf is null then 0 else eq end, case when hist is null then 0 else lt end, case when corr is null then 0 else lt end,
  case when mcef is null then 0 else elem_eq end, case when counts is null then 0 else elem_eq end,
  case when mcf is null then 0 else a.attcollation end, case when hist is null then 0 else a.attcollation end,
  case when corr is null then 0 else a.attcollation end,
  case when mcef is null then 0 when lexemes then 100 else a.attcollation end, case when counts is null then 0 else a.attcollation end,
  case when eq <> 0 then mcf::float4[] end, null, case when corr is not null and lt <> 0 then array[corr] end,
  case when elem_eq <> 0 then mcef::float4[] end, case when elem_eq <> 0 then counts::float4[] end,
  case when mcf is not null and eq <> 0 then pg_catalog.array_in(pg_catalog.textout(mcv), k.base, -1) end,
  case when hist is not null and lt <> 0 then pg_catalog.array_in(pg_catalog.textout(histogram), k.base, -1) end,
  null,
  case when mcef is not null and elem_eq <> 0 then pg_catalog.array_in(pg_catalog.textout(mce), k.elem, -1) end,
  null
from bounded b
join pg_catalog.pg_namespace n on n.nspname = b.s
join pg_catalog.pg_class r on r.relnamespace = n.oid and r.relname = b.t
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = b.c and a.attnum > 0 and not a.attisdropped
join kinds k on k.typ = a.atttypid
returning 1)sql";

using Bounds = std::map<std::pair<RelationName, std::string>, const ColumnBounds*>;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json row_of(const RelationName& relation, const ColumnStatistics& column, const Bounds& bounds) {
    Json row{{"s", relation.schema}, {"t", relation.name}, {"c", column.column}, {"i", column.inherited}, {"nulls", column.null_frac},
             {"width", static_cast<int>(column.avg_width)}, {"distinct_values", column.n_distinct},
             {"mcv", text_or_null(column.most_common_vals)}, {"mcf", text_or_null(column.most_common_freqs)},
             {"hist", text_or_null(column.histogram_bounds)}, {"mce", text_or_null(column.most_common_elems)},
             {"mcef", text_or_null(column.most_common_elem_freqs)}, {"counts", text_or_null(column.elem_count_histogram)}};
    if (column.most_common_vals.empty()) row["mcf"] = nullptr;
    if (column.most_common_elems.empty()) row["mcef"] = nullptr;
    if (column.correlation) row["corr"] = *column.correlation;
    if (const auto found = bounds.find({relation, column.column}); found != bounds.end()) {
        row["low"] = found->second->min;
        row["high"] = found->second->max;
    }
    return row;
}

// The same without values: width, null fraction and number of distinct values remain.
Json without_values(Json row) {
    for (const char* key : {"mcv", "mcf", "hist", "mce", "mcef", "counts", "corr"}) row[key] = nullptr;
    return row;
}

class StatisticsLoader {
  public:
    StatisticsLoader(pq::Connection& admin, const std::vector<ColumnBounds>& bounds) : admin_(admin) {
        for (const auto& bound : bounds) bounds_[{bound.table, bound.column}] = &bound;
        admin_.execute(make_kinds);
        const auto guarded = admin_.query("select distinct pg_catalog.format_type(typ, null) from kinds where guarded order by 1");
        for (std::size_t row = 0; row < guarded.rows(); ++row) {
            loaded_.warnings.push_back({"twin_statistics_partial", fmt::format("values of type {} are not in the statistics on the planner twin: it is made of domains, whose checks would have to run", guarded.text(row, 0)), ""});
        }
    }

    StatisticsLoaded load(const std::vector<RelationStatistics>& statistics) {
        constexpr std::size_t batch_bytes = 4 << 20;
        std::vector<Json> batch;
        std::size_t bytes = 0;
        for (const auto& relation : statistics) {
            for (const auto& column : relation.columns) {
                batch.push_back(row_of(relation.relation, column, bounds_));
                bytes += 300 + column.most_common_vals.size() + column.histogram_bounds.size() + column.most_common_elems.size();
                if (bytes < batch_bytes) continue;
                insert(batch);
                batch.clear();
                bytes = 0;
            }
        }
        insert(batch);
        admin_.execute("drop table kinds");
        return std::move(loaded_);
    }

  private:
    int send(const std::vector<Json>& rows) {
        return static_cast<int>(admin_.query(insert_rows, {json::compact(Json(rows))}).rows());
    }

    // One value that its type refuses fails the whole batch: then halves are tried, down to the row.
    void insert(const std::vector<Json>& rows) {
        if (rows.empty()) return;
        try {
            loaded_.columns += send(rows);
            return;
        } catch (const pq::SqlError& error) {
            if (rows.size() == 1) {
                give_up(rows.front(), pq::failure_of(error));
                return;
            }
        }
        const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
        insert({rows.begin(), middle});
        insert({middle, rows.end()});
    }

    void give_up(const Json& row, const std::string& why) {
        loaded_.warnings.push_back({"twin_statistics_partial",
                                    fmt::format("the values in the statistics of {}.{}.{} are not on the planner twin: {}",
                                                row["s"].get<std::string>(), row["t"].get<std::string>(), row["c"].get<std::string>(), why), ""});
        try {
            loaded_.columns += send({without_values(row)});
        } catch (const pq::SqlError&) {  // said above
        }
    }

    pq::Connection& admin_;
    Bounds bounds_;
    StatisticsLoaded loaded_;
};

}  // namespace

StatisticsLoaded load_statistics(pq::Connection& admin, const std::vector<RelationStatistics>& statistics, const std::vector<ColumnBounds>& bounds) {
    return StatisticsLoader(admin, bounds).load(statistics);
}

}  // namespace dwopt::twin
