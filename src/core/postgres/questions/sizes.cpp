#include "catalog.hpp"

namespace dwopt::postgres {
// The size functions open each relation and its TOAST table: they wait for locks, so those in `locked` are not asked,
// and the server builds a cache entry for each, which is most of what they cost. After an ANALYZE without a change since,
// relpages is the size (of the indexes too; of TOAST after a VACUUM), and the file need not be asked. A table's total is
// put together here, as pg_total_relation_size() would open its indexes as well.
void ask_sizes(pq::Connection& connection, CatalogReading& reading) {
    const auto rows = ask(connection, fmt::format(R"(
with relation as materialized (
    select c.oid, c.relpages, coalesce(t.oid, 0) as toast, coalesce(t.relpages, 0) as toast_pages,
           coalesce(x.oid, 0) as toast_index, coalesce(x.relpages, 0) as toast_index_pages,
           coalesce(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)) is null
               or pg_stat_get_mod_since_analyze(c.oid) > 0 as moved,
           t.oid is not null and pg_stat_get_ins_since_vacuum(t.oid) > 0 as toast_moved
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class t on t.oid = c.reltoastrelid and t.oid <> 0
    left join pg_index ti on ti.indrelid = t.oid
    left join pg_class x on x.oid = ti.indexrelid
    where c.relkind in ('r', 'm') and {0}
), file as (
    select r.oid, r.moved or r.relpages = 0 as asked, r.relpages, r.moved or r.toast_moved as toast_asked, r.toast,
           r.toast_pages + r.toast_index_pages as toast_pages, r.toast_index
    from relation r
    union all
    select i.indexrelid, r.moved or c.relpages = 0, c.relpages, false, 0, 0, 0
    from relation r join pg_index i on i.indrelid = r.oid join pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
)
select f.oid, case when f.asked and f.oid <> all ($1::oid[]) then pg_relation_size(f.oid) else f.relpages * b.size end,
       case when f.toast_asked and f.toast <> all ($1::oid[]) and f.toast_index <> all ($1::oid[]) then pg_total_relation_size(f.toast)
            else f.toast_pages * b.size end,
       f.asked and f.oid = any ($1::oid[])
from file f, (select current_setting('block_size')::bigint as size) b)", user_schema),
                          {oids_in(reading.locked)});
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto found = reading.sizes.find(oid_at(rows, row, 0));
        if (found == reading.sizes.end()) continue;  // created since the tables were asked for
        found->second.bytes = Bytes{rows.integer(row, 1)};
        found->second.total_bytes = found->second.bytes + Bytes{rows.integer(row, 2)};
        reading.sizes_estimated = reading.sizes_estimated || rows.boolean(row, 3);
    }
    for (const auto& [index, table] : reading.index_tables) {
        const auto found = reading.sizes.find(table);
        if (found != reading.sizes.end()) found->second.total_bytes += reading.sizes[index].total_bytes;
    }
}

}  // namespace dwopt::postgres
