#!/usr/bin/env bash
# What recorded executions have in common limits a partial index; what one of them happened to say does not.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE TABLE orders (id int, customer int, state text, deleted bool NOT NULL, day date, amount numeric);
INSERT INTO orders SELECT i, i % 20000, CASE WHEN i % 25 = 0 THEN 'it''s open' ELSE 'done' END, i % 10 <> 0, date '2024-01-01' + i % 700, i FROM generate_series(1, 200000) i;
ANALYZE;
SQL
code 0 "$dwopt" collect --export "$scratch/bundle"
query() { echo "SELECT sum(amount) FROM orders WHERE state = 'it''s open' AND deleted = false AND day >= '2025-10-0$1' AND customer < ${1}00" >"$scratch/bundle/queries/q$1.sql"; }
predicates() { json "coalesce(string_agg(r->'index'->>'predicate', ';' ORDER BY r->'index'->>'predicate'), '')
                     FROM json_array_elements(:'j'::json->'data'->'recommendations') r WHERE r->>'kind' = 'index.create'" "$scratch/out"; }
mkdir -p "$scratch/bundle/queries"
query 1
code 0 "$dwopt" --workspace "$scratch/once" collect --import "$scratch/bundle"
code 0 "$dwopt" --workspace "$scratch/once" recommend -f json
expect "seen once" "$(predicates)" ""
query 2
query 3
code 0 "$dwopt" --workspace "$scratch/thrice" collect --import "$scratch/bundle"
code 0 "$dwopt" --workspace "$scratch/thrice" recommend -f json
[[ $(predicates) =~ state|deleted ]] || fail "no partial index on what is always the same: $(predicates)"
[[ $(predicates) != *day* && $(predicates) != *customer* ]] || fail "a partial index on what differs: $(predicates)"
# As it would be built.
json "(r->'ddl'->>0) || ';' FROM json_array_elements(:'j'::json->'data'->'recommendations') r" "$scratch/out" | sed 's/CONCURRENTLY//' | psql -X -q -v ON_ERROR_STOP=1
sql "EXPLAIN $(cat "$scratch/bundle/queries/q2.sql")" | grep -q dwopt_ || fail "the planner does not use it"
"$dwopt" --workspace "$scratch/once" twin drop -q
"$dwopt" --workspace "$scratch/thrice" twin drop -q
finish
