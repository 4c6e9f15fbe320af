#!/usr/bin/env bash
# Candidates beyond columns compared with values: proposed, built, and used by the server's planner.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE EXTENSION pg_trgm;
CREATE TABLE document (id int, title text, data jsonb, parent int, pad text);
INSERT INTO document SELECT i, md5(i::text), jsonb_build_object('kind', 'k' || i % 5000), CASE WHEN i % 20 = 0 THEN i / 20 END, repeat('x', 60) FROM generate_series(1, 120000) i;
CREATE TABLE event (id int, seen timestamp, seen_at timestamptz, day date, pad text);
INSERT INTO event SELECT i, timestamp '2020-01-01' + (i * 7919 % 120000) * interval '10min', timestamptz '2020-01-01' + (i * 7919 % 120000) * interval '10min', date '2020-01-01' + i % 900, repeat('x', 60)
  FROM generate_series(1, 120000) i;
CREATE TABLE period (id int, valid_from date, valid_to date, pad text);
INSERT INTO period SELECT i % 10, date '2000-01-01' + i / 10, date '2000-01-02' + i / 10, repeat('x', 60) FROM generate_series(1, 90000) i;
ANALYZE;
SQL
code 0 "$dwopt" collect --export "$scratch/bundle"
mkdir -p "$scratch/bundle/queries"
query() { cat >"$scratch/bundle/queries/$1.sql"; }
query path <<<"SELECT * FROM document WHERE data ->> 'kind' = 'k7'"
query lower <<<"SELECT * FROM document ORDER BY lower(title) LIMIT 10"
query parent <<<"SELECT * FROM document WHERE parent = 77"
query day <<<"SELECT * FROM event WHERE date_trunc('day', seen) = '2020-03-03'"
query last <<<"SELECT max(seen) FROM event"
query zone <<<"SELECT * FROM event WHERE date_trunc('hour', seen_at) = '2020-03-03 10:00'"
query range <<<"SELECT e.id, p.pad FROM event e JOIN period p ON e.day BETWEEN p.valid_from AND p.valid_to AND p.id = 7 WHERE e.id = 5"
query infix <<<"SELECT * FROM document WHERE lower(title) LIKE '%deadbee%' OR title ILIKE '%c0ffee%'"
query words <<<"SELECT * FROM document WHERE to_tsvector('english', title || ' ' || pad) @@ to_tsquery('english', 'warehouse & twin')"
query within <<<"SELECT * FROM document WHERE data -> 'kind' @> '\"k7\"'"
code 0 "$dwopt" --workspace "$scratch/all" collect --import "$scratch/bundle"
code 0 "$dwopt" --workspace "$scratch/all" recommend --kind index.create -f json
json "(r->'ddl'->>0) || ';' FROM json_array_elements(:'j'::json->'data'->'recommendations') r" "$scratch/out" | sed 's/CONCURRENTLY//' >"$scratch/ddl"
for wanted in "->> 'kind'" 'lower(title)' 'WHERE parent IS NOT NULL' "date_trunc('day'" '(seen)' '(title public.gin_trgm_ops)' '((lower(title)) public.gin_trgm_ops)' "to_tsvector('english'" "data -> 'kind'"; do
    grep -qF -- "$wanted" "$scratch/ddl" || fail "no index with $wanted among: $(cat "$scratch/ddl")"
done
grep -q 'period.*valid_' "$scratch/ddl" || fail "no index for the range that is joined"
json "r->>'reason' FROM json_array_elements(:'j'::json->'data'->'rejected') r WHERE r::text ~ 'date_trunc'" "$scratch/out" | grep -q 'IMMUTABLE' || fail "the refusal of what depends on the time zone is not told"
# The same input in another order gives the same plan.
plan() { json "json_agg(json_build_array(r->'id', r->'ddl', r->'benefit'->'after_cost', r->'reasons')) FROM json_array_elements(:'j'::json->'data'->'recommendations') r" "$scratch/out"; }
plan >"$scratch/first"
cp -r "$scratch/bundle" "$scratch/turned"
for list in columns relations; do { head -1 "$scratch/bundle/$list.csv"; tail -n +2 "$scratch/bundle/$list.csv" | tac; } >"$scratch/turned/$list.csv"; done
number=9
for query in path lower parent day last zone range infix words within; do mv "$scratch/turned/queries/$query.sql" "$scratch/turned/queries/$((number--)).sql"; done
code 0 "$dwopt" --workspace "$scratch/other" collect --import "$scratch/turned"
code 0 "$dwopt" --workspace "$scratch/other" recommend --kind index.create -f json
plan | cmp - "$scratch/first" || fail "the plan hangs on the order of the input"
as_owner -q <"$scratch/ddl"
for query in path lower parent day last range infix words within; do
    sql "EXPLAIN $(cat "$scratch/bundle/queries/$query.sql")" | grep -q dwopt_ || fail "the planner does not use an index for $query"
done
# pg_stat_statements takes the literals away: said, not guessed.
for i in 1 2 3; do as_owner -c "SELECT * FROM document WHERE data ->> 'kind' = 'k$i'" >/dev/null; done
code 0 "$dwopt" collect
code 0 "$dwopt" recommend -f json
json "r->>'reason' FROM json_array_elements(:'j'::json->'data'->'rejected') r" "$scratch/out" | grep -q 'hides the literal' || fail "nothing is said of a hidden literal"
"$dwopt" --workspace "$scratch/all" twin drop -q
"$dwopt" --workspace "$scratch/other" twin drop -q
finish
