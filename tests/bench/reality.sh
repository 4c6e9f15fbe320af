#!/usr/bin/env bash
# Whether the advice holds in reality: runs every statement of a directory on a loaded warehouse, lets dwopt advise and apply, runs them
# again, and prints for each pattern and for the whole what was foretold and what was measured; for each index its size and its use.
# Takes the indexes back at the end.
#   PGHOST=… PGPORT=… PGUSER=… PGDATABASE=… tests/bench/reality.sh build/release/src/cli/dwopt DIRECTORY [recommend's options…]
# Times are those of the fastest of three runs: the same plan on a busy machine takes up to five times as long.
# Goals: measured ÷ foretold within 0.5 to 2 for the plan as a whole, no pattern slower by more than 10 % that was not named.
set -euo pipefail
dwopt=$(realpath "$1") queries=$(realpath "$2")
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export NO_COLOR=1 PGOPTIONS='-c client_min_messages=error'
psql -X -q -c 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements'

# Each statement once to warm up, and three times.
run() {
    local query
    for query in "$queries"/*.sql; do psql -X -q -o /dev/null -f "$query"; done
    psql -X -q -o /dev/null -c 'SELECT pg_stat_statements_reset()'
    for query in "$queries"/*.sql; do psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -f "$query" -f "$query" -f "$query"; done
    psql -X -q -At -c "SELECT json_agg(json_build_object('id', queryid::text, 'ms', min_exec_time)) FROM pg_stat_statements WHERE calls >= 3" >"$scratch/$1.times.json"
    "$dwopt" -q --workspace "$scratch/$1" collect
    "$dwopt" -q --workspace "$scratch/$1" analyze -f json >"$scratch/$1.json" 2>/dev/null
}
run before
"$dwopt" -q --workspace "$scratch/before" recommend --kind index.create -f json "$@" >"$scratch/advice.json"
"$dwopt" -q --workspace "$scratch/before" apply --all --yes >/dev/null
psql -X -q -o /dev/null -c 'SELECT pg_stat_reset()'
run after

{
    for name in before after before.times after.times advice; do echo "\\set ${name//./_} \`cat '$scratch/$name.json'\`"; done
    cat <<'SQL'
\pset null '-'
CREATE FUNCTION pg_temp.fastest(pattern json, times json) RETURNS numeric LANGUAGE sql AS $$
    SELECT avg((t->>'ms')::numeric) FROM json_array_elements_text(pattern->'queryids') q JOIN json_array_elements(times) t ON t->>'id' = q $$;
CREATE TEMP TABLE seen AS
SELECT b->>'id' AS id, left(b->>'text', 50) AS text, pg_temp.fastest(b, :'before_times') AS before, pg_temp.fastest(a, :'after_times') AS after
FROM json_array_elements(:'before'::json->'data'->'patterns') b JOIN json_array_elements(:'after'::json->'data'->'patterns') a ON a->>'id' = b->>'id'
WHERE b->>'kind' = 'select' AND (b->>'calls')::numeric >= 3;
CREATE TEMP TABLE foretold AS
SELECT p->>'id' AS id, power(max((p->>'after_cost')::numeric / (p->>'before_cost')::numeric), 0.7) AS share  -- of the time, as dwopt promises it
FROM json_array_elements(:'advice'::json->'data'->'recommendations') r, json_array_elements(r->'patterns') p GROUP BY 1;
CREATE TEMP TABLE at_risk AS SELECT r->>'pattern' AS id FROM json_array_elements(:'advice'::json->'data'->'summary'->'at_risk') r;
\echo
UPDATE foretold SET share = 1 WHERE id IN (SELECT id FROM at_risk);  -- no time is promised for them
SELECT id, text, round(before, 1) AS "before, ms", round(before * share, 1) AS "foretold", round(after, 1) AS "after", round(after / before, 2) AS ratio,
       CASE WHEN r.id IS NOT NULL THEN 'named' WHEN after > before * 1.1 AND coalesce(share, 1) <= 1 THEN 'slower, not named' END AS note
FROM seen LEFT JOIN foretold USING (id) LEFT JOIN at_risk r USING (id) ORDER BY before DESC;
SELECT r->'index'->>'name' AS index, pg_size_pretty((r->'index'->>'size_bytes')::bigint) AS foretold, pg_size_pretty(pg_relation_size(s.indexrelid)) AS built, s.idx_scan AS scans,
       round((r->'benefit'->>'saved_pct')::numeric, 1) AS "saves, %"
FROM json_array_elements(:'advice'::json->'data'->'recommendations') r LEFT JOIN pg_stat_user_indexes s ON s.indexrelname = r->'index'->>'name' ORDER BY 1;
SELECT round(sum(before), 0) AS "before, ms", round(sum(before * coalesce(share, 1)), 0) AS foretold, round(sum(after), 0) AS after,
       round(sum(before - after) / nullif(sum(before * (1 - coalesce(share, 1))), 0), 2) AS "saved ÷ foretold",
       count(*) FILTER (WHERE after > before * 1.1 AND coalesce(share, 1) <= 1 AND r.id IS NULL) AS "slower, not named"
FROM seen LEFT JOIN foretold USING (id) LEFT JOIN at_risk r USING (id);
SQL
} | psql -X -q -v ON_ERROR_STOP=1
"$dwopt" -q --workspace "$scratch/before" rollback --last --yes >/dev/null
