#!/usr/bin/env bash
# The whole loop on a small warehouse, every verb, with two roles that may do no more than the documentation says.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

as_owner <<'SQL'
CREATE SCHEMA silver;
CREATE TABLE silver.customers (id int PRIMARY KEY, email text NOT NULL, country text NOT NULL);
CREATE TABLE silver.orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES silver.customers, placed date NOT NULL,
                            status text NOT NULL, total numeric(10,2) NOT NULL);
INSERT INTO silver.customers SELECT i, 'c' || i || '@shop.example', (ARRAY['DE','FR','IT','PL'])[1 + i % 4] FROM generate_series(1, 5000) i;
INSERT INTO silver.orders SELECT i, 1 + (i * 7919) % 5000, date '2024-01-01' + i % 700,
    CASE WHEN i % 50 = 0 THEN 'returned' ELSE 'delivered' END, i % 1000 FROM generate_series(1, 120000) i;
CREATE INDEX orders_placed ON silver.orders (placed);
CREATE INDEX orders_placed_again ON silver.orders (placed);
COMMENT ON INDEX silver.orders_placed_again IS 'left by somebody';
ANALYZE;
SQL
work() {
    for i in 1 2 3 4 5 6; do
        as_owner -c "SELECT sum(total) FROM silver.orders WHERE customer_id = $((i * 31))" >/dev/null
        as_owner -c "SELECT id, total FROM silver.orders WHERE customer_id = $((i * 17)) ORDER BY placed DESC LIMIT 5" >/dev/null
        as_owner -c "SELECT c.country, count(*) FROM silver.orders o JOIN silver.customers c ON c.id = o.customer_id
                     WHERE c.email = 'secret$i@nowhere.example' GROUP BY c.country" >/dev/null
    done
}
dump >"$scratch/before.sql"
settings() { sql "SELECT name, setting FROM pg_settings WHERE source NOT IN ('client', 'session') ORDER BY 1"; }
settings >"$scratch/settings.before"

code 0 "$dwopt" doctor
code 0 "$dwopt" collect
work
code 0 "$dwopt" collect -v
grep -q 'statements' "$scratch/err" || fail "-v does not say what collecting cost the server"
code 0 "$dwopt" collect -q
expect "a quiet collect says nothing" "$(cat "$scratch/out" "$scratch/err")" ""

code 0 "$dwopt" analyze -f json
expect "patterns are there" "$(json "json_array_length(:'j'::json #> '{data,patterns}') > 2" "$scratch/out")" t
grep -q 'nowhere.example' "$DWOPT_WORKSPACE"/* && fail "a literal reached the workspace"
code 10 "$dwopt" analyze --fail-on info

for source in live best; do
    code 0 "$dwopt" recommend --what-if "$source" -f json
    expect "where $source is planned" "$(json ":'j'::json #>> '{data,summary,what_if}'" "$scratch/out")" "${source/best/twin}"
    expect "an index is proposed" "$(json "json_array_length(:'j'::json #> '{data,recommendations}') > 1" "$scratch/out")" t
done
cp "$scratch/out" "$scratch/plan.json"
expect "an index on customer_id is proposed" \
    "$(json "count(*) > 0 FROM json_array_elements(:'j'::json #> '{data,recommendations}') r WHERE r #>> '{index,keys,0}' LIKE '%customer_id%'" "$scratch/out")" t
expect "the duplicate is to go" \
    "$(json "count(*) FROM json_array_elements(:'j'::json #> '{data,recommendations}') r WHERE r ->> 'kind' = 'index.drop'" "$scratch/out")" 1
code 0 "$dwopt" recommend -f json
expect "the same plan twice" "$(json ":'j'::json #> '{data,recommendations}'" "$scratch/out" | sed 's/"build_ms":[^,}]*//g')" \
    "$(json ":'j'::json #> '{data,recommendations}'" "$scratch/plan.json" | sed 's/"build_ms":[^,}]*//g')"

code 2 "$dwopt" apply --all                     # no terminal, no --yes
code 0 "$dwopt" apply --all --dry-run
grep -q 'CREATE INDEX CONCURRENTLY' "$scratch/out" || fail "--dry-run does not print the SQL"
dump | cmp -s - "$scratch/before.sql" || fail "--dry-run changed the warehouse"
code 0 "$dwopt" apply --all --yes -f json
expect "all are observed" "$(json "bool_and(d ->> 'state' = 'observing') FROM json_array_elements(:'j'::json #> '{data,deployments}') d" "$scratch/out")" t
expect "no duplicate any more" "$(sql "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'orders_placed%'")" 1
expect "nothing invalid" "$(sql "SELECT count(*) FROM pg_index WHERE NOT indisvalid")" 0
code 0 "$dwopt" apply --all --yes               # nothing left: an empty result is done

for format in text json csv markdown html prometheus; do
    code 0 "$dwopt" report -f $format
    [[ -s $scratch/out ]] || fail "the $format report is empty"
done
code 0 "$dwopt" report -f html -o "$scratch/report.html"
expect "private report" "$(stat -c %a "$scratch/report.html")" 600

while [[ $("$dwopt" report -f json --section deployments | grep -c '"observing"') -gt 0 ]]; do code 0 "$dwopt" rollback --last --yes; done
dump >"$scratch/after.sql"
cmp "$scratch/before.sql" "$scratch/after.sql" || { diff "$scratch/before.sql" "$scratch/after.sql" >&2; fail "rollback did not restore the schema"; }
settings | cmp - "$scratch/settings.before" || fail "settings changed"
expect "only its owner reads the workspace" "$(stat -c %a "$DWOPT_WORKSPACE" "$DWOPT_WORKSPACE/dwopt.db" | xargs)" "700 600"

# another target is refused
code 3 "$dwopt" collect -d "host=$PGHOST port=$PGPORT dbname=postgres user=dwopt_reader"
# captured SQL is not planned by a superuser that has no reading role to change into
finish
