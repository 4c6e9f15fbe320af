#!/usr/bin/env bash
# Of a partitioned table of which one month is read, that month gets the index; if all months are read, the table does.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE TABLE sales (id bigint, day date NOT NULL, customer int NOT NULL, amount numeric(10,2)) PARTITION BY RANGE (day);
SELECT format('CREATE TABLE %I PARTITION OF sales FOR VALUES FROM (%L) TO (%L)', 'sales of "' || to_char(m, 'YYYY-MM') || '"', m, m + interval '1 month')
FROM generate_series(date '2026-01-01', date '2026-12-01', interval '1 month') m \gexec
INSERT INTO sales SELECT i, date '2026-01-01' + i % 365, (i * 7919) % 5000, i % 1000 FROM generate_series(1, 240000) i;
ANALYZE;
SQL
work() {  # the first day, how many days
    psql -X -q -v ON_ERROR_STOP=1 -v from="$1" -v days="$2" -o "$scratch/rows" <<'SQL'
SELECT format('SELECT sum(amount) FROM sales WHERE day BETWEEN %L AND %L AND customer = %s', d, d + 1, i * 31 % 5000),
       format('SELECT max(amount) FROM sales WHERE day = %L AND customer = %s', d, i * 37 % 5000)
FROM generate_series(1, 200) i, LATERAL (SELECT date :'from' + i % :days AS d) x \gexec
SQL
    sleep 1
}
tables() { code 0 "$dwopt" recommend --kind index.create -f json
           json "coalesce(string_agg(DISTINCT r->'index'->>'table', ' '), '') FROM json_array_elements(:'j'::json->'data'->'recommendations') r" "$scratch/out"; }
indexed() { sql "SELECT coalesce(string_agg(DISTINCT tablename, ' '), '') FROM pg_indexes WHERE schemaname = 'public'"; }

work 2026-11-01 30
code 0 "$dwopt" collect
expect "one month is read" "$(tables)" 'sales of "2026-11"'
code 0 "$dwopt" recommend
grep -q "on this partition only: it takes 9[0-9.]* % of all scans" "$scratch/out" || fail "it is not said why only one partition: $(cat "$scratch/out")"
code 0 "$dwopt" apply --all --yes
expect "one month is indexed" "$(indexed)" 'sales of "2026-11"'
code 0 "$dwopt" collect
[[ $(tables) != sales ]] || fail "the other months are to be indexed too"
code 0 "$dwopt" rollback --last --yes
expect "it is taken back" "$(indexed)" ""
work 2026-01-01 365
code 0 "$dwopt" collect
expect "all months are read" "$(tables)" sales
finish
