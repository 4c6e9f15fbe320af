#!/usr/bin/env bash
# The planner twin as a user meets it: what-if answers without a word to production, bundles, psql, deaths and idleness.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

as_owner <<'SQL'
CREATE TYPE channel AS ENUM ('shop', 'it''s web');
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, placed date NOT NULL, via channel, total numeric(10,2)) PARTITION BY RANGE (id);
CREATE TABLE orders_a PARTITION OF orders FOR VALUES FROM (0) TO (30000);
CREATE TABLE orders_b PARTITION OF orders FOR VALUES FROM (30000) TO (100000);
CREATE VIEW per_day AS SELECT placed, sum(total) FROM orders GROUP BY placed;
INSERT INTO customers SELECT i, 'c' || i || '@x' FROM generate_series(1, 3000) i;
INSERT INTO orders SELECT i, 1 + i * 7919 % 3000, date '2024-01-01' + i % 500, (enum_range(null::channel))[1 + i % 2], i % 100 FROM generate_series(1, 80000) i;
ANALYZE;
SQL
for i in 1 2 3 4 5; do
    as_owner -c "SELECT sum(total) FROM orders WHERE customer = $i" -c "SELECT * FROM per_day WHERE placed > '2025-01-0$i'" \
        -c "SELECT c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer WHERE o.placed = '2024-02-0$i'" >/dev/null
done
code 0 "$dwopt" collect

# Production hears nothing of what-if questions, from nobody.
heard() { sql "SELECT sum(calls) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid WHERE r.rolname = 'dwopt_reader' AND d.datname = current_database()"; }
before=$(heard)
code 0 env PGHOST=/nowhere "$dwopt" recommend --what-if twin -f json -o "$scratch/here.json"
expect "statements that the reader sent to production" "$(heard)" "$before"
expect "the source of the costs" "$(json ":'j'::json #>> '{data,summary,what_if}'" "$scratch/here.json")" twin
expect "queries were planned" "$(json "(:'j'::json #>> '{data,summary,queries}')::int >= 2" "$scratch/here.json")" t

code 0 "$dwopt" twin check -f json
expect "plans that are the same, %" "$(json ":'j'::json #>> '{data,same_plans_pct}'" "$scratch/out")" 100.0
expect "the worst q-error is nearly 1" "$(json "(:'j'::json #>> '{data,q_error,max}')::float < 1.0001" "$scratch/out")" t
code 0 "$dwopt" doctor
grep -q 'plans the same as production' "$scratch/out" || fail "doctor does not tell the last check"

# psql shows production's plan, and changes nothing.
code 0 "$dwopt" twin psql -- -c 'EXPLAIN SELECT * FROM orders WHERE customer = 7'
grep -q 'Seq Scan on orders_a' "$scratch/out" || fail "psql shows no plan"
code 1 "$dwopt" twin psql -- -c 'CREATE TABLE mine (a int)'

# The same costs from a bundle, elsewhere, without a server.
code 0 "$dwopt" collect --export "$scratch/bundle.tar.gz"
expect "the archive is private" "$(stat -c %a "$scratch/bundle.tar.gz")" 600
code 0 env PGHOST=/nowhere "$dwopt" -C "$scratch/elsewhere" collect --import "$scratch/bundle.tar.gz"
cp "$DWOPT_WORKSPACE/dwopt.toml" "$scratch/elsewhere/"
code 0 env PGHOST=/nowhere "$dwopt" -C "$scratch/elsewhere" analyze
code 0 env PGHOST=/nowhere "$dwopt" -C "$scratch/elsewhere" recommend -f json -o "$scratch/there.json"
ids="SELECT string_agg(r ->> 'id', ' ' ORDER BY r ->> 'id') FROM json_array_elements"
# A bundle does not tell what is written, so the advice may differ; the costs may not.
expect "the workload's cost in both" "$(json ":'j'::json #>> '{data,summary,before_cost}'" "$scratch/there.json")" \
    "$(json ":'j'::json #>> '{data,summary,before_cost}'" "$scratch/here.json")"
code 5 "$dwopt" -C "$scratch/elsewhere" recommend --what-if live
code 3 "$dwopt" -C "$scratch/elsewhere" collect  # it belongs to the bundle's warehouse

# capture.sql's form, a directory with nothing but the required files, does too; --no-values leaves no value in it.
code 0 "$dwopt" -C "$scratch/plain" collect --no-values --export "$scratch/plain-bundle" -d "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=dwopt_reader"
grep -q '@x' "$scratch"/plain-bundle/*.csv && fail "--no-values left a value in the bundle"
rm "$scratch"/plain-bundle/{manifest.json,heights.csv,bounds.csv,statements.csv}
code 0 "$dwopt" -C "$scratch/minimal" collect --import "$scratch/plain-bundle"
"$dwopt" -C "$scratch/minimal" twin drop -q

# Killed at any moment, the next verb works.
runtime() { sed -n 's/.*"runtime": "\(.*\)",*/\1/p' "$DWOPT_WORKSPACE/twin/twin.json"; }
data() { sed -n 's/.*"data": "\(.*\)",*/\1/p' "$DWOPT_WORKSPACE/twin/twin.json"; }
server() { head -n 1 "$(data)/postmaster.pid"; }
code 0 "$dwopt" recommend --what-if twin -f json -o "$scratch/before.json"
first=$(json ":'j'::json #>> '{data,recommendations,0,id}'" "$scratch/before.json")
code 0 "$dwopt" recommend --explain "$first" -f json -o "$scratch/explained.json"
expect "plans side by side" "$(json "(:'j'::json #>> '{data,plans,0,before,0}') like '%cost%' and (:'j'::json #>> '{data,plans,0,after}') like '%dwopt%'" "$scratch/explained.json")" t
kill -9 "$(server)"
code 0 "$dwopt" recommend --what-if twin
for pause in 0.05 0.2 0.5 0.9; do
    code 0 "$dwopt" twin drop
    "$dwopt" twin build >/dev/null 2>&1 &
    sleep "$pause"
    { kill -9 $! && wait $!; } 2>/dev/null || true
    code 0 "$dwopt" recommend --what-if twin
done
old=$(data)
"$dwopt" recommend --what-if twin >/dev/null 2>&1 &
sleep 0.7
{ kill -9 $! && wait $!; } 2>/dev/null || true
code 0 "$dwopt" recommend --what-if twin -f json -o "$scratch/again.json"
expect "the advice after a kill" "$(json "($ids(:'j'::json #> '{data,recommendations}') r)" "$scratch/again.json")" \
    "$(json "($ids(:'j'::json #> '{data,recommendations}') r)" "$scratch/before.json")"

# Unused, it stops; used again, it starts as it was.
"$dwopt" twin drop -q
config '[twin]
idle = "2s"'
code 0 "$dwopt" twin build
old=$(server)
for _ in {1..40}; do [[ -e $(data)/postmaster.pid ]] || break; sleep 0.25; done
[[ ! -e $(data)/postmaster.pid ]] || fail "the idle server $old did not stop"
code 0 "$dwopt" twin build -f json
expect "it is the same twin" "$(json ":'j'::json #>> '{data,reused}'" "$scratch/out")" true

"$dwopt" -C "$scratch/elsewhere" twin drop -q
gone=$(runtime) old=$(data)
code 0 "$dwopt" twin drop
[[ ! -e $gone && ! -e $old ]] || fail "twin drop left '$gone' or '$old'"
finish
