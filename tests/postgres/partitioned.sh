#!/usr/bin/env bash
# A partitioned table of two levels: built piece by piece, under short locks, retried and given up in the open.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE TABLE sales (id int, region text, day date, customer int, amount numeric) PARTITION BY RANGE (day);
CREATE TABLE sales_2024 PARTITION OF sales FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales_2025 PARTITION OF sales FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (region);
CREATE TABLE sales_2025_eu PARTITION OF sales_2025 FOR VALUES IN ('eu');
CREATE TABLE sales_2025_us PARTITION OF sales_2025 FOR VALUES IN ('us');
INSERT INTO sales SELECT i, (ARRAY['eu','us'])[1 + i % 2], date '2024-01-01' + i % 700, i % 20000, i FROM generate_series(1, 200000) i;
ANALYZE;
SQL
dump >"$scratch/before.sql"
for i in {1..40}; do as_owner -c "SELECT sum(amount) FROM sales WHERE customer = $i" >/dev/null; done
code 0 "$dwopt" collect
code 0 "$dwopt" recommend -f json
grep -q 'ON ONLY' "$scratch/out" || fail "no index on the parent is proposed"
grep -q 'ACCESS EXCLUSIVE' "$scratch/out" || fail "the plan does not show its locks"

# A writer holds the parent: SHARE is not to be had within 300 ms; given up after the retries, nothing left behind.
cat >"$DWOPT_WORKSPACE/dwopt.toml" <<TOML
[connection]
dsn = "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=dwopt_reader"
[deploy]
dsn = "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=dwopt_owner"
retries = 2
retry_pause = "100ms"
TOML
(as_owner -c "BEGIN" -c "INSERT INTO sales VALUES (0, 'eu', '2024-05-05', 1, 1)" -c "SELECT pg_sleep(6)" -c "ROLLBACK" >/dev/null) &
holder=$!
sleep 0.5
code 5 "$dwopt" apply --all --yes
wait $holder
dump | cmp - "$scratch/before.sql" || fail "something was left behind"

code 0 "$dwopt" apply --all --yes
expect "all valid" "$(sql "SELECT bool_and(indisvalid) AND count(*) = 5 FROM pg_class JOIN pg_index ON indexrelid = oid WHERE relname LIKE 'dwopt\_%'")" t
sql "SET enable_seqscan = off; EXPLAIN SELECT sum(amount) FROM sales WHERE customer = 3" | grep -q dwopt_ || fail "the planner does not use it"

# A reader in a transaction keeps ACCESS EXCLUSIVE away: the undo is deferred, the index stays whole.
(as_owner -c "BEGIN" -c "SELECT count(*) FROM sales" -c "SELECT pg_sleep(6)" -c "ROLLBACK" >/dev/null) &
holder=$!
sleep 0.5
code 5 "$dwopt" rollback --last --yes
wait $holder
expect "still valid" "$(sql "SELECT bool_and(indisvalid) AND count(*) = 5 FROM pg_class JOIN pg_index ON indexrelid = oid WHERE relname LIKE 'dwopt\_%'")" t
code 0 "$dwopt" rollback --last --yes
dump | cmp - "$scratch/before.sql" || fail "rollback did not restore the schema"

# Two indexes on it that begin alike give way to one, and come back.
as_owner -c "CREATE INDEX by_customer_and_day ON sales (customer, day)" -c "CREATE INDEX by_customer_and_amount ON sales (customer, amount)" -c "ANALYZE sales"
dump >"$scratch/two.sql"
code 0 "$dwopt" collect
code 0 "$dwopt" recommend --kind index.replace -f json -o "$scratch/replace.json"
code 0 "$dwopt" recommend --explain "$(json "(:'j'::json #>> '{data,recommendations,0,id}')" "$scratch/replace.json")" -f json -o "$scratch/explained.json"
expect "plans name the parts" "$(json "(:'j'::json #>> '{data,plans,0,before}') like '%customer%'" "$scratch/explained.json")" t
code 0 "$dwopt" apply --all --yes
expect "one for two" "$(sql "SELECT count(*) FROM pg_index WHERE indrelid = 'sales'::regclass")" 1
code 0 "$dwopt" rollback --last --yes
dump | cmp - "$scratch/two.sql" || fail "rollback did not bring the two back"
finish
