#!/usr/bin/env bash
# How long `collect` takes, and what it stores, on 5,000 statements × 2,000 tables of ten columns with statistics.
#   tests/bench/collect.sh build/release/src/cli/dwopt
# Goals: first snapshot < 5 s, later ones < 1 s, workspace growth per idle snapshot < 20 kB.
set -euo pipefail
dwopt=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap '"$root/examples/lib/private-postgres" destroy "$scratch/cluster"; rm -rf "$scratch"' EXIT
eval "$("$root/examples/lib/private-postgres" start "$scratch/cluster" fsync=off pg_stat_statements.max=10000 \
    pg_stat_statements.track=all max_locks_per_transaction=1024 autovacuum=off)"
export PGHOST PGPORT PGUSER PGDATABASE=bench
psql -X -q -d postgres -c 'CREATE DATABASE bench'
psql -X -q <<'SQL'
CREATE EXTENSION pg_stat_statements;
CREATE ROLE reader LOGIN; GRANT pg_monitor, pg_read_all_data TO reader;
SET client_min_messages = error;
DO $$ BEGIN
  FOR i IN 1..2000 LOOP
    EXECUTE format('CREATE TABLE t%s AS SELECT g a, g %% 7 b, md5(g::text) c, g::numeric d, now() - g * interval ''1h'' e, g %% 50 f, md5((g %% 90)::text) h,
      (g %% 3) = 0 k, g * 1.5 l, ''text '' || g %% 11 m FROM generate_series(1, 1000) g', i);
    EXECUTE format('CREATE INDEX ON t%s (a)', i);
    EXECUTE format('CREATE INDEX ON t%s (b, c)', i);
    IF i % 200 = 0 THEN COMMIT; END IF;
  END LOOP; END $$;
ANALYZE;
SELECT pg_stat_statements_reset();
DO $$ BEGIN
  FOR i IN 1..5000 LOOP
    EXECUTE format('SELECT a, b AS x%s FROM t%s WHERE a = 5 AND c = ''x'' ORDER BY d LIMIT 1', i, 1 + i % 2000);
  END LOOP; END $$;
SELECT count(*) AS statements FROM pg_stat_statements;
SQL
export DWOPT_WORKSPACE=$scratch/workspace
dsn="host=$PGHOST port=$PGPORT dbname=bench user=reader"
size() { psql -X -At -c "SELECT 1" >/dev/null; du -sb "$DWOPT_WORKSPACE" | cut -f1; }
last=0
for run in first second third fourth fifth; do
    start=$(date +%s%N)
    "$dwopt" collect -d "$dsn" -v >"$scratch/out" 2>"$scratch/err"
    took=$((($(date +%s%N) - start) / 1000000))
    now=$(size)
    printf '%-8s %6d ms   workspace %9d bytes, grown by %d   %s\n' "$run" "$took" "$now" $((now - last)) "$(grep -i 'statements' "$scratch/err" | head -1)"
    last=$now
done
